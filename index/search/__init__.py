"""A search by words and by vectors: filters, names, candidates, ranks; what a library holds."""

from .bm25 import WordIndex
from .filters import Filters, Mode
from .names import Contents, Name, NameMatch
from .overview import DocumentRow, Order, select_rows
from .ranking import search, weighted_z_scores
from .stop_words import STOP_WORDS
from .vectors import VectorIndex

__all__ = [
    "STOP_WORDS",
    "Contents",
    "DocumentRow",
    "Filters",
    "Mode",
    "Name",
    "NameMatch",
    "Order",
    "VectorIndex",
    "WordIndex",
    "search",
    "select_rows",
    "weighted_z_scores",
]
