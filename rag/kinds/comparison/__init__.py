"""A comparison: its sides and aspects, and what the articles tell of each, in cells."""

from .sides import Comparison

__all__ = ["Comparison"]
