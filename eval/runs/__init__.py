"""A set is asked; what a run leaves on disk."""
