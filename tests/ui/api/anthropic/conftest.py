"""The server that the clients ask."""

from door_server import doors

__all__ = ["doors"]
