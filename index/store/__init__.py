"""SQLite: the one truth of one library."""
