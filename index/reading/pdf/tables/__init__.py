"""Tables of a page, with rules between their cells or without."""
