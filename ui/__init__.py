"""Faces: page, command line. They show what the other rooms decide."""
