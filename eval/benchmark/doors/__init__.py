"""What other programs meet at `sourcebook serve`: how soon, how many at once, for how long."""

from .parts import DOOR_PARTS

__all__ = ["DOOR_PARTS"]
