"""The Model Context Protocol: agents ask, search, read, list and verify, over stdio and HTTP."""
