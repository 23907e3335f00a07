"""Pages of the web, books and feeds."""
