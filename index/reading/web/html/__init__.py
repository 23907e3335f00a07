"""HTML as a tree: what of it is seen, its blocks, its tables and formulas, its article."""
