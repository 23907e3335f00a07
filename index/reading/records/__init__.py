"""CSV and JSON: tables, and dumps of articles, each record one."""
