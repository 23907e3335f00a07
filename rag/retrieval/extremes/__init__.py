"""The highest or the lowest of a table's figures, computed over all of its rows."""

from .ends import Extreme, find_extreme
from .series import Figure, Series
from .superlatives import Superlative

__all__ = ["Extreme", "Figure", "Series", "Superlative", "find_extreme"]
