"""Faces: the page, the command line, the set-up. They show what the other rooms decide."""
