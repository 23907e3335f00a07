"""Word documents: styles, numbers of lists, runs and the body."""
