"""Retrieval of the passages for a question, and of the best sentences in them."""

from .answer_type_evidence import with_answer_type
from .bm25_scores import bm25
from .candidates import Candidate, passage_candidates
from .evidence import Evidence
from .identity import find_absent, without_neighbours
from .passage_evidence import select_passages
from .passages import retrieve
from .recency import Preference, as_of, date_preference, sort_newest_first, wants_newest
from .sentence_ranking import embed_evidence

__all__ = [
    "Candidate",
    "Evidence",
    "Preference",
    "as_of",
    "bm25",
    "date_preference",
    "embed_evidence",
    "find_absent",
    "passage_candidates",
    "retrieve",
    "select_passages",
    "sort_newest_first",
    "wants_newest",
    "with_answer_type",
    "without_neighbours",
]
