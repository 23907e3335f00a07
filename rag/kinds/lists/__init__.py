"""A list: the items that articles name, quoted from their lists and tables, or told in prose."""

from .items import Lists

__all__ = ["Lists"]
