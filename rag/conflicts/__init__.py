"""Conflicts between sources: numbers, dates and denials."""
