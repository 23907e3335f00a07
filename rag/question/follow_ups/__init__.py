"""Follow-up questions, completed from the turns before them."""

from .completion import MOST_CHARACTERS, MOST_TURNS, make_standalone, points_back
from .requests import Completion

__all__ = ["MOST_CHARACTERS", "MOST_TURNS", "Completion", "make_standalone", "points_back"]
