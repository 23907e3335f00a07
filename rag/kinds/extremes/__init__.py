"""The highest or the lowest of a table's figures, computed and not read by the model."""

from .extremes import Extremes

__all__ = ["Extremes"]
