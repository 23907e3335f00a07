"""Conversations are kept: after a restart, a crash, beside damage, and among many."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcebook.rag.history.conversation_schema import FILE, open_in_memory
from sourcebook.rag.history.conversations import LONGEST_NAME, ConversationNotFound, Conversations
from sourcebook.rag.history.restore import InvalidAnswer, restore_answer

ANSWER: dict[str, Any] = {"text": "About eight hours. [1]", "record": {"seed": 0}, "citations": []}


def open_store(folder: Path) -> Conversations:
    store = Conversations.open(folder)
    assert store.problem is None
    return store


def test_a_conversation_is_there_again_after_a_restart(tmp_path: Path) -> None:
    before = open_store(tmp_path)
    store = before.begin("How long did  the\ntalks last?")
    before.ask(store, 1, "How long did the talks last?", ["date"])
    before.answer(store, 1, ANSWER)
    before.ask(store, 2, "And where?")
    before.answer(store, 2, None, "the model stopped")
    before.close()
    after = open_store(tmp_path)
    (summary,) = after.summaries()
    assert (summary.id, summary.name, summary.turns) == (store, "How long did the talks last?", 2)
    first, second = after.turns(store)
    assert (first.question, first.answer, first.ignored) == (
        "How long did the talks last?",
        ANSWER,
        frozenset({"date"}),
    )
    assert (second.question, second.answer, second.problem) == (
        "And where?",
        None,
        "the model stopped",
    )


def test_the_newest_conversation_comes_first_and_asking_makes_it_new(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    first, second = store.begin("one"), store.begin("two")
    assert [s.id for s in store.summaries()] == [second, first]
    store.ask(first, 1, "again")
    assert [s.id for s in store.summaries()] == [first, second]


def test_a_question_asked_anew_takes_the_place_of_its_turn_and_of_all_behind_it(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path)
    talk = store.begin("a")
    for number, question in enumerate(("a", "b", "c"), 1):
        store.ask(talk, number, question)
        store.answer(talk, number, ANSWER)
    store.ask(talk, 2, "B")
    assert [(t.question, t.answer is not None) for t in store.turns(talk)] == [
        ("a", True),
        ("B", False),
    ]
    assert [s.id for s in store.summaries("c")] == []


def test_a_conversation_can_be_renamed_but_not_to_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    talk = store.begin("a")
    store.rename(talk, "  Geneva \n talks ")
    assert store.name(talk) == "Geneva talks"
    store.rename(talk, "  ")
    assert store.name(talk) == "Geneva talks"
    store.rename(talk, "x" * 1000)
    assert len(store.name(talk)) == LONGEST_NAME


def test_a_deleted_conversation_leaves_nothing_behind(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    talk = store.begin("a secret question")
    store.ask(talk, 1, "a secret question")
    store.answer(talk, 1, {"text": "a secret answer"})
    store.delete(talk)
    store.delete(talk)
    assert store.summaries() == store.summaries("secret") == []
    with pytest.raises(ConversationNotFound, match="begin a new one"):
        store.turns(talk)
    with pytest.raises(ConversationNotFound):
        store.ask(talk, 1, "x")
    store.answer(talk, 1, ANSWER)
    store.close()
    assert b"secret" not in (tmp_path / FILE).read_bytes()


def test_conversations_are_found_by_beginnings_of_words_in_questions_answers_and_names(
    tmp_path: Path,
) -> None:
    store = open_store(tmp_path)
    one, two = store.begin("Who met in Geneva?"), store.begin("How much is it?")
    store.ask(one, 1, "Who met in Geneva?")
    store.answer(one, 1, {"text": "Sherman and Ryabkov."})
    store.ask(two, 1, "How much is it?")
    store.rename(two, "100% of café_prices")

    def found(words: str) -> list[str]:
        return [summary.id for summary in store.summaries(words)]

    assert found("gen") == found("ryab geneva") == found("  GENEVA? ") == [one]
    assert found("prices") == found("cafe prices") or found("café prices") == [two]
    assert found("geneva prices") == found('"; DROP') == found("%") == found("*") == []
    assert found("") == [two, one]


def test_a_rating_is_kept_with_its_reason_and_can_be_taken_back(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    talk = store.begin("a")
    store.ask(talk, 1, "a")
    store.answer(talk, 1, ANSWER)
    store.rate(talk, 1, "down", " wrong day ")
    assert [(t.rating, t.reason) for t in open_store(tmp_path).turns(talk)] == [
        ("down", "wrong day")
    ]
    store.rate(talk, 1, None, "ignored")
    assert [(t.rating, t.reason) for t in store.turns(talk)] == [(None, None)]


def test_conversations_with_a_rated_answer_come_with_all_their_turns(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    talk, other = store.begin("How long?"), store.begin("Who met?")
    for number in (1, 2):
        store.ask(talk, number, "How long?")
        store.answer(talk, number, ANSWER)
    store.ask(other, 1, "Who met?")
    store.rate(talk, 2, "up")
    ((rated, turns),) = store.rated_conversations()
    assert rated == talk
    assert [(turn.number, turn.rating) for turn in turns] == [(1, None), (2, "up")]
    assert turns[1].answer == ANSWER


# --- damage ---


def test_an_answer_that_cannot_be_read_is_a_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    talk = store.begin("a")
    for number in (1, 2, 3, 4):
        store.ask(talk, number, f"q{number}")
        store.answer(talk, number, ANSWER)
    store.close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE turns SET answer = '{broken' WHERE number = 1")
        db.execute("UPDATE turns SET answer = '[1]' WHERE number = 2")
        db.execute("UPDATE turns SET answer = hex(zeroblob(3000000)) WHERE number = 3")
    db.close()
    turns = open_store(tmp_path).turns(talk)
    assert [t.problem for t in turns] == [
        *["What was kept of this answer cannot be read."] * 3,
        None,
    ]
    assert [t.question for t in turns] == ["q1", "q2", "q3", "q4"]
    assert turns[3].answer == ANSWER


@pytest.mark.parametrize(
    "spoil", [b"this is no database at all" * 50, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_damaged_file_is_put_aside_and_said_in_a_line(tmp_path: Path, spoil: bytes) -> None:
    (tmp_path / FILE).write_bytes(spoil)
    store = Conversations.open(tmp_path)
    assert store.problem
    assert "\n" not in store.problem
    (aside,) = tmp_path.glob("damaged-*")
    assert aside.read_bytes() == spoil
    assert aside.name in store.problem
    talk = store.begin("a new one")
    store.close()
    assert [s.id for s in open_store(tmp_path).summaries()] == [talk]


def test_damage_in_the_middle_is_noticed_when_the_file_is_opened(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    for number in range(300):
        store.ask(store.begin("x" * 100), 1, f"question {number} " * 20)
    store.close()
    data = bytearray((tmp_path / FILE).read_bytes())
    data[len(data) // 4 : len(data) * 3 // 4] = os.urandom(len(data) * 3 // 4 - len(data) // 4)
    (tmp_path / FILE).write_bytes(data)
    again = Conversations.open(tmp_path)
    assert again.problem
    assert again.summaries() == []


def test_where_nothing_can_be_written_conversations_are_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    store = Conversations.open(tmp_path)
    assert store.problem
    assert store.problem.startswith("Conversations are not kept: ")
    store.ask(store.begin("a"), 1, "a")
    assert [s.turns for s in store.summaries()] == [1]


_WRITER = """
import sys
from pathlib import Path
from sourcebook.rag.history.conversations import Conversations
kept = Conversations.open(Path(sys.argv[1]))
while True:
    talk = kept.begin("a question")
    for number in range(1, 4):
        kept.ask(talk, number, f"question {number}")
        kept.answer(talk, number, {"text": "x" * 20000, "number": number})
        print(talk, number, flush=True)
"""


@pytest.mark.slow
def test_what_was_kept_before_a_kill_is_whole_after_it(tmp_path: Path) -> None:
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        lines = [process.stdout.readline().split() for _ in range(5)]
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        store = open_store(tmp_path)
        for talk, number in lines:
            turn = store.turns(talk)[int(number) - 1]
            assert turn.answer
            assert turn.answer["number"] == int(number)
        store.close()


def test_among_thousands_a_conversation_is_listed_and_found_at_once(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        for n in range(5000):
            db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, '2022-01-01', ?)",
                (n, f"id{n}", f"talk {n}", f"2022-01-01T00:00:00.{n:06}+00:00"),
            )
            db.execute(
                "INSERT INTO turns (key, conversation, number, question, ignored, asked, answer) "
                "VALUES (?, ?, 1, ?, '[]', '2022-01-01', ?)",
                (n, n, f"question {n}", json.dumps({"text": "x" * 5000})),
            )
            db.execute(
                "INSERT INTO turn_words (rowid, question, answer) VALUES (?, ?, '')",
                (n, f"question {n}"),
            )
    db.close()
    store = open_store(tmp_path)
    began = time.perf_counter()
    assert [s.id for s in store.summaries(limit=2)] == ["id4999", "id4998"]
    assert [s.id for s in store.summaries("question 3777")] == ["id3777"]
    assert time.perf_counter() - began < 1


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=60)
def test_whatever_is_typed_is_kept_or_refused_and_never_fails(
    name: str, words: str, reason: str
) -> None:
    store = Conversations(open_in_memory())
    talk = store.begin(name)
    store.ask(talk, 1, name, [words])
    store.answer(talk, 1, {"text": words})
    store.rate(talk, 1, "down", reason)
    store.rename(talk, words)
    store.summaries(words)
    (turn,) = store.turns(talk)
    assert turn.question == name.replace("\0", "")
    store.close()


def test_an_answer_of_another_shape_is_refused_when_it_is_restored(tmp_path: Path) -> None:
    with pytest.raises(InvalidAnswer):
        restore_answer(ANSWER, lambda _: pytest.fail("no document is needed"))
