"""A draft becomes sentences with citations, decided by code."""
