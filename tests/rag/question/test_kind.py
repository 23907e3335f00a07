"""The kind of a question by its words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sourcebook.index.embedding.base import CachingEmbedder
from sourcebook.rag.question import Kind, find_kind
from sourcebook.rag.testing import HashEmbedder

QUESTIONS = Path(__file__).parents[2] / "data" / "kinds"
"""Files with a kind, a tab and a question a line; to ``held_out.tsv`` no weight was fitted."""

SMALL_TALK = """
Thanks a lot, you saved my evening
Super, danke, das reicht mir fürs Erste
hi
Good morning!
Hello there, how are you today?
Thanks a lot, that was helpful!
What can you do?
who are you and what can you do?
Can you help me?
ok thanks, bye
Guten Abend
Hallo, wie geht es dir?
Was kannst du alles?
Vielen Dank für die Hilfe!
¡Hola!
Bonjour
"""


def read_questions(name: str) -> list[tuple[str, str]]:
    lines = (QUESTIONS / name).read_text("utf-8").splitlines()
    return [(kind, question) for kind, _, question in (line.partition("\t") for line in lines)]


HELD_OUT = read_questions("held_out.tsv")


def test_nine_of_ten_questions_without_a_weight_of_their_own_are_taken_for_what_they_are() -> None:
    right = sum(find_kind(question) == kind for kind, question in HELD_OUT)
    assert len(HELD_OUT) == 248
    assert right >= 0.89 * 248


@pytest.mark.real
def test_the_meaning_of_a_question_tells_its_kind_where_its_words_do_not(
    real_embedder: CachingEmbedder,
) -> None:
    right = [find_kind(text, embedder=real_embedder) == kind for kind, text in HELD_OUT]
    by_words = sum(find_kind(text) == kind for kind, text in HELD_OUT)
    assert sum(right) >= max(0.92 * 248, by_words)


def test_the_vectors_of_another_embedder_do_not_decide() -> None:
    kinds = [find_kind(text, embedder=HashEmbedder()) for _, text in HELD_OUT]
    assert kinds == [find_kind(text) for _, text in HELD_OUT]


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in HELD_OUT}))
def test_of_each_kind_eight_of_ten_are_found(kind: str) -> None:
    own = [question for other, question in HELD_OUT if other == kind]
    assert sum(find_kind(question) == kind for question in own) >= 0.8 * len(own)


@pytest.mark.parametrize(("kind", "question"), read_questions("contrasts.tsv"))
def test_a_question_about_the_library_is_told_from_one_for_the_articles(
    kind: str, question: str
) -> None:
    assert (find_kind(question) == "library") == (kind == "library")
    assert find_kind(question) != "small-talk"


@pytest.mark.parametrize(
    ("kind", "question"),
    [
        ("fact", "What does the advice say for Angola?"),
        ("fact", "What does the timetable say for Sundays?"),
        ("fact", "What does the handbook say about carrying over leave?"),
        ("fact", "Was sagt die Hausordnung zu Haustieren?"),
        ("summary", "What does the paper say about the merger?"),
        ("summary", "What does the advice say, in short?"),
        ("summary", "Was sagt der Bericht über die Flut?"),
    ],
)
def test_what_a_text_says_of_one_item_is_a_fact_and_of_a_subject_a_summary(
    kind: str, question: str
) -> None:
    assert find_kind(question) == kind


@pytest.mark.parametrize(
    "request_text",
    [
        "Please sum up what the spring release brought.",
        "Please summarise the letter of the harbour master after the storm.",
        "Could you summarise the talks about the new ferry?",
    ],
)
def test_a_polite_request_is_of_the_kind_of_a_plain_one(request_text: str) -> None:
    assert find_kind(request_text) == "summary"


@pytest.mark.parametrize("question", ["Pourquoi le train est-il en retard ?", "東京の人口は？"])
def test_in_a_language_without_weights_a_question_is_one_for_a_fact(question: str) -> None:
    assert find_kind(question) == "fact"


@pytest.mark.parametrize("question", SMALL_TALK.strip().splitlines())
def test_small_talk_is_small_talk(question: str) -> None:
    assert find_kind(question) == "small-talk"


def test_a_kind_that_a_question_turned_out_not_to_be_is_left_out() -> None:
    question = "List the documents by Ann Lee"
    tried: list[Kind] = ["library"]
    assert find_kind(question) == "library"
    assert find_kind(question, without=tried) == "list"


def test_the_kind_is_found_at_once() -> None:
    question = (
        "How long did the meeting of the board with the people of Quay Street take on Tuesday?"
    )
    find_kind(question)
    start = time.perf_counter()
    for _ in range(50):
        find_kind(question)
    assert (time.perf_counter() - start) / 50 < 0.005
