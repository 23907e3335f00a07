"""Faces: the page, the command line, the API, frameworks, the set-up. Nothing is decided here."""
