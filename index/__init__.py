"""Articles in, ranked passages out. `Library` is the door."""

from sourcebook.index.cleaning.clean import RemovedText
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.ingest.stories import Story
from sourcebook.index.search.filters import Filters

from .library import Library
from .reports import AddReport, LibraryStats, Progress, Skipped
from .together import search_together

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
    "RemovedText",
    "SentenceTransformersEmbedder",
    "Skipped",
    "Story",
    "make_document",
    "search_together",
]
