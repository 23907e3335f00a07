"""The server that a library is on: reached and checked, its tables, its connections."""

from .checks import Prepared, check_version, prepare
from .database import PostgresConnection, PostgresDatabase
from .schema import BY_DOCUMENT, READABLE

__all__ = [
    "BY_DOCUMENT",
    "READABLE",
    "PostgresConnection",
    "PostgresDatabase",
    "Prepared",
    "check_version",
    "prepare",
]
