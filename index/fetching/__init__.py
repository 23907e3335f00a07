"""A URL becomes bytes, safely."""
