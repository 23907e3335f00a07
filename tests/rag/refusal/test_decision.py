"""What becomes of a draft: an answer, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence import evidence_for

from sourcebook.index import Hit, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.rag.answer import Sentence
from sourcebook.rag.refusal.decision import (
    DraftCase,
    is_hopeless,
    refusal_reason,
    unsupported_reason,
)
from sourcebook.rag.refusal.reasons import (
    DECLINED,
    NOTHING_WRITTEN,
    REMOVED,
    RULES_LEAKED,
    UNSUPPORTED,
)
from sourcebook.rag.testing import HashEmbedder

QUESTION = "How long did the strike at the Larkfield depot last?"
DRAFT = "The strike at the Larkfield depot lasted nine days."
SENTENCE = Sentence(DRAFT, 0, len(DRAFT), (1,), 0.9, True)
DOCUMENT = make_document("The strike at the Larkfield depot lasted about nine days.", path="a")
HITS = [Hit(passage, DOCUMENT, 0.5) for passage in split_document(DOCUMENT)]
GOOD = DraftCase(
    QUESTION, evidence_for(QUESTION, HITS, HashEmbedder()), DRAFT, (SENTENCE,), 0.8, 0.4
)


def test_a_draft_that_is_probable_enough_is_not_refused() -> None:
    assert refusal_reason(GOOD) is None
    assert refusal_reason(replace(GOOD, confidence=0.4)) is None


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (replace(GOOD, leaked=True, removed=True), RULES_LEAKED),
        (replace(GOOD, removed=True), REMOVED),
        (replace(GOOD, draft="The excerpts do not say how long it lasted."), DECLINED),
        (replace(GOOD, draft="…", confidence=0.1), NOTHING_WRITTEN),
    ],
)
def test_each_fault_of_a_draft_has_its_reason(case: DraftCase, reason: str) -> None:
    assert refusal_reason(case) == reason


def test_an_improbable_draft_is_refused_with_both_probabilities() -> None:
    reason = refusal_reason(replace(GOOD, confidence=0.31))
    assert reason is not None
    assert "31% likely, 40% needed" in reason


def test_a_verb_that_asks_is_not_told_as_missing() -> None:
    question = "Compare the strike at the Larkfield depot and the pizza strike."
    reason = refusal_reason(replace(GOOD, question=question, confidence=0.1))
    assert reason == "The nearest sentences say nothing of “pizza”."


def test_without_a_draft_it_is_refused_however_probable() -> None:
    assert refusal_reason(replace(GOOD, draft=None)) is not None


def test_a_stopped_draft_is_not_judged_by_its_probability() -> None:
    assert refusal_reason(replace(GOOD, confidence=0.1, stopped=True)) is None


def test_a_draft_without_a_supported_sentence_is_refused_unless_its_reader_stopped_it() -> None:
    assert unsupported_reason(GOOD, ()) == UNSUPPORTED
    assert unsupported_reason(GOOD, (SENTENCE,)) is None
    assert unsupported_reason(replace(GOOD, stopped=True), ()) is None
    assert unsupported_reason(replace(GOOD, draft=""), ()) is None


def test_no_draft_is_begun_under_half_of_what_is_needed() -> None:
    assert is_hopeless(0.24, 0.5)
    assert not is_hopeless(0.26, 0.5)
