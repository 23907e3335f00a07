"""OpenDocument texts: styles, lists, tables and the body."""
