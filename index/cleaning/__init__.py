"""What of a text is not its article: boilerplate, teasers, repeated lines and the like."""
