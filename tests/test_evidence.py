"""Which sentences are chosen, and in what order a reader sees them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import make_document
from sourcebook.rag.evidence import INSTANT, Evidence, as_shown

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


def test_the_best_stand_as_in_their_article_and_the_rest_by_rank() -> None:
    ranked = [sentence(0, n) for n in (6, 2, 8, 0, 7, 5, 4)]
    assert sum(len(item.text) + 1 for item in ranked[:4]) < INSTANT
    shown = as_shown(ranked)
    places = [SENTENCES.index(item.text) for item in shown]
    lead = places[: places.index(8) + 1]
    assert lead == sorted(lead)
    assert {6, 2, 8, 0} <= set(lead)


def test_articles_stand_in_the_order_of_their_best_sentence() -> None:
    shown = as_shown([sentence(2, 3), sentence(1, 1), sentence(2, 0)])
    assert [(item.document.title, item.start == 0) for item in shown] == [
        ("Article 2", True),
        ("Article 2", False),
        ("Article 1", False),
    ]


def test_a_sentence_longer_than_the_room_is_still_shown_first() -> None:
    text = "It goes " + "on and " * 100 + "on."
    article = make_document(text, title="Long", path="long.txt")
    long = Evidence(article, "p", text, 0, len(text), 0.5, 1.0, np.zeros(2, np.float32))
    assert as_shown([long, sentence(0, 1)]) == [long, sentence(0, 1)]


places = st.tuples(st.integers(0, 2), st.integers(0, 11))


@given(st.lists(places, unique=True, max_size=15))
def test_nothing_is_lost_or_shown_twice(ranked: list[tuple[int, int]]) -> None:
    evidence = [sentence(*place) for place in ranked]
    shown = as_shown(evidence)
    assert len(shown) == len(evidence)
    assert all(item in shown for item in evidence)
