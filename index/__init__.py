"""Articles in, ranked passages out."""

from .documents import Document, Hit, Passage, make_document
from .embedding import Embedder, SentenceTransformersEmbedder
from .library import Library
from .reports import AddReport, LibraryStats, Progress, Skipped
from .search import Filters

__all__ = [
    "AddReport",
    "Document",
    "Embedder",
    "Filters",
    "Hit",
    "Library",
    "LibraryStats",
    "Passage",
    "Progress",
    "SentenceTransformersEmbedder",
    "Skipped",
    "make_document",
]
