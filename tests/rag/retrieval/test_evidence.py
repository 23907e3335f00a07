"""Which sentences are chosen, and in what order a reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from evidence import evidence_for
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, Hit, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.structure.blocks import Block
from sourcebook.rag.prompting.prompts import format_context
from sourcebook.rag.retrieval.evidence import (
    BEST_SENTENCES,
    INSTANT,
    Evidence,
    order_for_reader,
)
from sourcebook.rag.retrieval.sentence_ranking import (
    EMBEDDED_ALONE,
    EMBEDDED_IN_CONTEXT,
    embed_evidence,
    rank_sentences,
)
from sourcebook.rag.testing import HashEmbedder

SENTENCES = [f"Sentence {n} {'says more ' * (n % 9)}here." for n in range(12)]
DOCUMENTS = [
    make_document(" ".join(SENTENCES), title=f"Article {n}", path=f"{n}.txt") for n in range(3)
]


def sentence(document: int, number: int) -> Evidence:
    article = DOCUMENTS[document]
    start = article.text.index(SENTENCES[number])
    end = start + len(SENTENCES[number])
    vector = np.zeros(2, np.float32)
    return Evidence(article, f"p{number}", SENTENCES[number], start, end, 0.5, 1.0, vector)


def test_the_text_before_a_sentence_is_so_many_sentences_of_its_article() -> None:
    assert sentence(0, 5).text_before(2).split() == " ".join(SENTENCES[3:5]).split()
    assert sentence(0, 1).text_before(3).strip() == SENTENCES[0]
    assert sentence(0, 0).text_before(3) == ""
    row = replace(sentence(0, 5), context="Fares", block=Block("row", 0, 5, "Fares"))
    assert row.is_under_context
    assert row.text_before(2) == "Fares"


def test_the_best_stand_as_in_their_article_and_the_rest_by_rank() -> None:
    ranked = [sentence(0, n) for n in (6, 2, 8, 0, 7, 5, 4)]
    assert sum(len(item.text) + 1 for item in ranked[:4]) < INSTANT
    shown = order_for_reader(ranked)
    places = [SENTENCES.index(item.text) for item in shown]
    lead = places[: places.index(8) + 1]
    assert lead == sorted(lead)
    assert {6, 2, 8, 0} <= set(lead)


def test_articles_stand_in_the_order_of_their_best_sentence() -> None:
    shown = order_for_reader([sentence(2, 3), sentence(1, 1), sentence(2, 0)])
    assert [(item.document.title, item.start == 0) for item in shown] == [
        ("Article 2", True),
        ("Article 2", False),
        ("Article 1", False),
    ]


def test_a_sentence_longer_than_the_room_is_still_shown_first() -> None:
    text = "It goes " + "on and " * 100 + "on."
    article = make_document(text, title="Long", path="long.txt")
    long = Evidence(article, "p", text, 0, len(text), 0.5, 1.0, np.zeros(2, np.float32))
    assert order_for_reader([long, sentence(0, 1)]) == [long, sentence(0, 1)]


places = st.tuples(st.integers(0, 2), st.integers(0, 11))


@given(st.lists(places, unique=True, max_size=15))
def test_nothing_is_lost_or_shown_twice(ranked: list[tuple[int, int]]) -> None:
    evidence = [sentence(*place) for place in ranked]
    shown = order_for_reader(evidence)
    assert len(shown) == len(evidence)
    assert all(item in shown for item in evidence)


TITLE = "The harbour of Velm closes for the winter"
HARBOUR = make_document(
    f"{TITLE}\n\n"
    + " ".join(f"The harbour of Velm closes at gate {n} for the winter." for n in range(9)),
    title=TITLE,
)


def chosen_for(question: str, *documents: Document) -> list[Evidence]:
    hits = [Hit(p, d, 0.5) for d in documents for p in split_document(d)]
    return evidence_for(question, hits, HashEmbedder())


def test_a_title_takes_no_place_of_another_sentence_and_is_told_once() -> None:
    evidence = chosen_for("When does the harbour of Velm close for the winter?", HARBOUR)
    assert [item.text for item in evidence if item.is_title] == [TITLE]
    assert evidence[-1].is_title
    assert len([item for item in evidence if not item.is_title]) >= BEST_SENTENCES
    assert format_context("When?", evidence).count(TITLE) == 1


def test_a_note_that_is_no_longer_than_its_title_is_evidence() -> None:
    note = make_document(
        "The key lies under the blue pot.", title="The key lies under the blue pot"
    )
    evidence = chosen_for("Where does the key lie?", note)
    assert [item.text for item in evidence] == ["The key lies under the blue pot."]
    assert "- The key lies under the blue pot." in format_context("Where?", evidence)


def test_bullets_and_stray_marks_belong_to_no_sentence() -> None:
    told = "\u2022 The ferry sails at noon each day.\n\n- “The lake is calm,” he said. “It is so. “"
    page = make_document(told, title="Velm")
    evidence = chosen_for("When does the ferry sail on the lake?", page)
    assert {item.text for item in evidence} >= {"The ferry sails at noon each day."}
    assert all(item.text == page.text[item.start : item.end] for item in evidence)
    assert not any(item.text.endswith("“") or item.text[0] in "•-" for item in evidence)


class Counting(HashEmbedder):
    """An embedder with a list of the texts that it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().embed(texts)


@pytest.mark.slow
@given(st.integers(1, 4), st.integers(1, 30))
def test_only_the_likely_sentences_are_embedded_and_none_is_lost(articles: int, each: int) -> None:
    texts = [
        [f"Talk {number} of {article} took {number} hours." for number in range(each)]
        for article in range(articles)
    ]
    documents = [make_document(" ".join(text), title="Talks") for text in texts]
    hits = [Hit(split_document(d)[0], d, 0.9 - n / 10) for n, d in enumerate(documents)]
    embedder = Counting()
    question = "How many hours did talk 3 take?"
    ranked = rank_sentences(question, hits, embedder)
    sentences = [
        text for d, hit in zip(texts, hits, strict=True) for text in d if text in hit.passage.text
    ]
    assert sorted(item.text for item in ranked) == sorted(sentences)
    alone = min(len(sentences), EMBEDDED_ALONE)
    assert sum(item.vector.size > 0 for item in ranked) == alone
    assert len(embedder.texts) == 1 + alone + min(alone, EMBEDDED_IN_CONTEXT)

    query = embedder.embed([question])[0]
    evidence = embed_evidence(ranked, question, embedder)
    assert [(i.text, i.score) for i in evidence] == [(i.text, i.score) for i in ranked]
    for item in evidence:
        assert np.allclose(item.vector, embedder.embed([item.text])[0])
        assert np.isclose(item.similarity, item.vector @ query, atol=1e-6)
