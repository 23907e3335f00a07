"""The questions over the five scraped articles: their answers stand there.

They were written from the articles alone, before the product was asked any of them.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import pytest

from sourcebook.eval import load
from sourcebook.eval.questions import EvalQuestion
from sourcebook.eval.questions.answer_match import is_right
from sourcebook.eval.questions.gold import find_quote
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.reading.registry import read_file

DATA = Path(__file__).resolve().parents[2] / "data"
QUESTIONS = load(DATA / "article_questions.jsonl").questions
MORE = load(DATA / "more_article_questions.jsonl").questions
FOLLOW_UPS = load(DATA / "article_followups.jsonl").questions
ALL = [*QUESTIONS, *MORE, *FOLLOW_UPS]
ANSWERABLE = [q for q in QUESTIONS if q.answerable]

MOST_QUOTED = 8
"""Words of an article that a quote may repeat: it points at a place, and is no copy of it."""


@pytest.fixture
def texts(articles: Path) -> dict[str, str]:
    """The articles as a library reads them, by file name."""
    return {path.name: read_file(path).text for path in sorted(articles.glob("*.txt"))}


def carriers(question: EvalQuestion, texts: dict[str, str]) -> list[str]:
    """The article sentences in which the evidence of ``question`` stands."""
    passages = []
    for evidence in question.evidence:
        text = texts[evidence.document]
        place = find_quote(evidence.quote, text)
        assert place, f"{question.id}: {evidence.quote} is not in {evidence.document}"
        spans = sentence_spans(text)
        passages.append(" ".join(text[s:e] for s, e in spans if s < place[1] and e > place[0]))
    return passages


def needs_all(question: EvalQuestion) -> bool:
    """Whether the evidence belongs together, rather than each piece being enough."""
    return len(question.evidence) > 1 and question.evidence[0].answer is None


def words(text: str) -> set[str]:
    """Its longer words, which say what it is about."""
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def test_the_accepted_answer_of_each_question_stands_where_its_evidence_is(
    texts: dict[str, str],
) -> None:
    for question in (q for q in ALL if q.answerable):
        places = carriers(question, texts)
        for place in [" ".join(places)] if needs_all(question) else places:
            assert is_right(place, question.answers), f"{question.id}: {place}"


def test_an_answer_of_two_sentences_is_in_neither_alone(texts: dict[str, str]) -> None:
    double = [q for q in ANSWERABLE if needs_all(q)]
    assert len(double) >= 4
    for question in double:
        for place in carriers(question, texts):
            assert not is_right(place, question.answers), f"{question.id}: {place}"


def test_no_question_is_answered_by_repeating_it() -> None:
    for question in ALL:
        assert not is_right(question.text, question.answers), question.id


def test_quotes_are_short_phrases() -> None:
    for question in ALL:
        assert all(len(e.quote.split()) <= MOST_QUOTED for e in question.evidence), question.id


def test_each_article_has_its_twelve_questions_and_the_rest_has_no_answer() -> None:
    kinds = {
        kind: len(list(group))
        for kind, group in groupby(QUESTIONS, key=lambda q: q.id.rpartition("-")[0])
    }
    assert kinds == {f"a{n}": 12 for n in range(5)} | {"near": 20, "far": 20}
    assert [q.id for q in QUESTIONS if not q.answerable] == [
        q.id for q in QUESTIONS if q.id.startswith(("near", "far"))
    ]
    for question in ANSWERABLE:
        assert question.evidence[0].document.startswith(f"00{question.id[1]}_")


def test_questions_are_asked_in_many_ways() -> None:
    types = [q.type for q in ANSWERABLE]
    for kind in ("who", "when", "where", "why", "how many", "yes or no"):
        assert types.count(kind) >= 3, kind
    assert sum(not q.text.endswith("?") for q in QUESTIONS) >= 5
    assert sum(q.text == q.text.lower() for q in QUESTIONS) >= 5


def test_a_near_question_is_about_the_articles_and_a_far_one_is_not(
    texts: dict[str, str],
) -> None:
    article_words = words(" ".join(texts.values()))
    common = words("what which when where there have long year years about back should")
    for question in (*QUESTIONS, *MORE):
        shared = words(question.text) & article_words - common
        if question.id.startswith("near"):
            assert len(shared) >= 2, question.id
        if question.id.startswith("far"):
            assert len(shared) <= 1, question.id


def test_the_second_set_has_as_many_near_as_far_questions_beside_those_with_an_answer() -> None:
    kinds = [q.id.rpartition("-")[0] for q in MORE]
    assert [kinds.count(kind) for kind in ("b", "near", "far")] == [62, 19, 19]
    assert all(q.answerable == (kind == "b") for q, kind in zip(MORE, kinds, strict=True))


def test_follow_ups_lean_on_a_first_question_and_some_change_the_subject() -> None:
    assert all(q.history for q in FOLLOW_UPS)
    assert sum(q.id.startswith("f-") for q in FOLLOW_UPS) == 14
    assert sum(q.id.startswith("changed-") for q in FOLLOW_UPS) == 4
