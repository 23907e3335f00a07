"""One file a format, each through the library made for it."""
