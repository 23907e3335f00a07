"""A library in PostgreSQL with pgvector, for more documents or readers than one machine has."""

from .finder import PostgresFinder
from .store import PostgresStore

__all__ = ["PostgresFinder", "PostgresStore"]
