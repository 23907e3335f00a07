"""One reader for each format, by the library made for it."""
