"""A question becomes one that stands alone, with its filters and the type of answer it wants."""
