"""`make setup`, with the standard library alone."""
