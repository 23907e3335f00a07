"""The server that a library is on: reached and checked, its tables, its connections."""

from .checks import check_version, prepare
from .database import EF_SEARCH, PostgresConnection, PostgresDatabase
from .schema import BY_DOCUMENT, READABLE

__all__ = [
    "BY_DOCUMENT",
    "EF_SEARCH",
    "READABLE",
    "PostgresConnection",
    "PostgresDatabase",
    "check_version",
    "prepare",
]
