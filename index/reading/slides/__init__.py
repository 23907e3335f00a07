"""Slides: shapes in the order of reading, and the text in them."""
