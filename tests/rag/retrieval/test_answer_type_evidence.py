"""Among the sentences that are read are some with what the question word asks for."""

from __future__ import annotations

import pytest
from evidence import evidence_for

from sourcebook.index import Hit, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.rag.retrieval import with_answer_type
from sourcebook.rag.testing import HashEmbedder

TALKS = make_document(
    "The talks in Geneva ended on Monday. Geneva had held talks eleven days before. The envoys "
    "dined beside the lake. Their discussions took about eight hours. They flew home at night.",
    title="Talks in Geneva",
)
LONG = "Their discussions took about eight hours."


@pytest.mark.parametrize(
    ("question", "is_added"),
    [("How long did the talks in Geneva last?", True), ("What are the talks in Geneva?", False)],
)
def test_another_sentence_of_the_type_that_is_asked_for_is_read(
    question: str, is_added: bool
) -> None:
    hits = [Hit(passage, TALKS, 0.5) for passage in split_document(TALKS)]
    ranked = evidence_for(question, hits, HashEmbedder())
    selection = [item for item in ranked if "Geneva" in item.text]
    texts = [item.text for item in with_answer_type(question, selection, ranked)]
    assert texts == [*(item.text for item in selection), *([LONG] if is_added else [])]


def test_what_has_enough_of_the_type_stays_as_it_is() -> None:
    question = "How long did the talks in Geneva last?"
    hits = [Hit(passage, TALKS, 0.5) for passage in split_document(TALKS)]
    ranked = evidence_for(question, hits, HashEmbedder())
    assert with_answer_type(question, ranked, ranked) == ranked
