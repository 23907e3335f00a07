"""Remove what does not belong to an article: boilerplate, teasers, repeated lines."""
