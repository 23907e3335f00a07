"""Questions of several tabs at one model: order, places in line, stopping, discarding."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from sourcebook.index import Library
from sourcebook.index.errors import GenerationFailed
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.page.html import Exchange
from sourcebook.ui.page.html.exchange import new_exchange, without_filter
from sourcebook.ui.page.state import OpenQuestions
from sourcebook.ui.state.queue import FairQueue

QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"


@pytest.fixture
def questions(sample: Library) -> OpenQuestions:
    return OpenQuestions(Chatbot(sample, model=ScriptedModel(), settings=Settings()))


def all_of(questions: OpenQuestions, session: str) -> list[Exchange]:
    return list(questions.answer(session, [new_exchange(QUESTION)]))


def test_a_tab_has_one_question_open_at_a_time(questions: OpenQuestions) -> None:
    assert questions.open("a", QUESTION)
    assert not questions.open("a", "Another?")
    assert questions.open("b", QUESTION)
    assert all_of(questions, "a")[-1].is_done
    assert questions.open("a", "Another?")


def test_a_question_is_answered_once(questions: OpenQuestions) -> None:
    questions.open("a", QUESTION)
    first = questions.answer("a", [new_exchange(QUESTION)])
    next(first)
    assert all_of(questions, "a") == []
    assert list(first)[-1].is_done
    assert not questions.is_open("a")


def test_nothing_was_asked_and_nothing_is_answered(questions: OpenQuestions) -> None:
    assert all_of(questions, "a") == []


def test_evidence_draft_answer(questions: OpenQuestions) -> None:
    questions.open("a", QUESTION)
    steps = all_of(questions, "a")
    assert "Reading" in steps[0].reply
    assert steps[0].panel
    assert steps[0].answer is None
    assert all("sb-draft" in step.reply for step in steps[1:-1])
    assert steps[-1].answer


def test_the_next_in_line_is_told_its_place_and_comes_when_the_first_is_done(
    questions: OpenQuestions,
) -> None:
    questions.open("a", QUESTION)
    questions.open("b", QUESTION)
    first, second = (questions.answer(session, [new_exchange(QUESTION)]) for session in "ab")
    next(first)
    assert "Waiting: 1 question before yours" in next(second).reply
    assert list(first)[-1].is_done
    assert "Reading" in next(second).reply
    assert list(second)[-1].is_done


def test_who_is_stopped_in_line_never_reaches_the_model(questions: OpenQuestions) -> None:
    questions.open("a", QUESTION)
    questions.open("b", QUESTION)
    first, second = (questions.answer(session, [new_exchange(QUESTION)]) for session in "ab")
    next(first)
    next(second)
    questions.stop("b")
    (last,) = second
    assert "Stopped." in last.reply
    assert last.is_done
    assert list(first)[-1].is_done


def test_the_line_is_fair_and_everybody_sees_the_place_in_it(questions: OpenQuestions) -> None:
    sessions = "abcd"
    for session in sessions:
        questions.open(session, QUESTION)
    streams = {s: questions.answer(s, [new_exchange(QUESTION)]) for s in sessions}
    assert "Reading" in next(streams["a"]).reply
    lines = {s: next(streams[s]).reply for s in "bcd"}
    for number, session in enumerate("bcd", 1):
        noun = "question" if number == 1 else "questions"
        assert f"Waiting: {number} {noun} before yours" in lines[session]
    questions.stop("c")  # who gives up a place moves those behind it forward
    assert "Stopped." in list(streams["c"])[-1].reply
    assert "Waiting: 2 questions before yours" in next(streams["d"]).reply
    assert list(streams["a"])[-1].is_done
    assert "Waiting: 1 question before yours" in next(streams["d"]).reply
    assert "Reading" in next(streams["b"]).reply
    assert list(streams["b"])[-1].is_done
    assert "Reading" in next(streams["d"]).reply
    assert list(streams["d"])[-1].is_done


def _dies(_: Prompt) -> str:
    raise GenerationFailed("llama.cpp could not compute 7 tokens (-3)")


def _breaks(_: Prompt) -> str:
    raise RuntimeError("not one of ours")


@pytest.mark.parametrize(
    ("reply", "seen"),
    [(_dies, "could not compute"), ("", "do not answer"), ("word " * 3000, "do not answer")],
    ids=["dies", "says nothing", "never stops"],
)
def test_a_model_that_fails_leaves_the_line_in_order(
    sample: Library, reply: str | Callable[[Prompt], str], seen: str
) -> None:
    model = ScriptedModel(reply)
    questions = OpenQuestions(Chatbot(sample, model=model, settings=Settings()))
    for session in "ab":
        questions.open(session, QUESTION)
        last = all_of(questions, session)[-1]
        assert last.is_done
        assert seen in last.reply
        assert not questions.is_open(session)


def test_an_error_that_is_not_ours_leaves_the_line_in_order_too(sample: Library) -> None:
    questions = OpenQuestions(Chatbot(sample, model=ScriptedModel(_breaks), settings=Settings()))
    for session in "ab":
        assert questions.open(session, QUESTION)
        with pytest.raises(RuntimeError):
            all_of(questions, session)
        assert not questions.is_open(session)


def test_a_discarded_answer_is_not_seen_again(questions: OpenQuestions) -> None:
    questions.open("a", QUESTION)
    answering = questions.answer("a", [new_exchange(QUESTION)])
    next(answering)
    questions.stop("a", discard=True)
    assert list(answering) == []
    assert not questions.is_open("a")


def test_a_discarded_answer_that_has_not_ended_is_not_in_the_way(questions: OpenQuestions) -> None:
    questions.open("a", QUESTION)
    discarded = questions.answer("a", [new_exchange(QUESTION)])
    next(discarded)
    questions.stop("a", discard=True)
    assert questions.open("a", "Another?")
    assert not questions.open("a", "A third?")
    answering = questions.answer("a", [new_exchange("Another?")])
    assert "Waiting: 1 question before yours" in next(answering).reply
    assert list(discarded) == []
    assert questions.is_open("a")
    assert list(answering)[-1].is_done
    assert not questions.is_open("a")


def test_a_question_discarded_before_its_answer_began_leaves_nothing(
    questions: OpenQuestions,
) -> None:
    questions.open("a", QUESTION)
    questions.stop("a", discard=True)
    assert not questions.is_open("a")
    assert all_of(questions, "a") == []


def test_the_next_question_begins_after_the_last_word_of_the_one_before(
    questions: OpenQuestions,
) -> None:
    questions.open("a", QUESTION)
    answering = questions.answer("a", [new_exchange(QUESTION)])
    while not next(answering).is_done:
        pass
    questions.stop("a", discard=True)  # too late: the page is showing the complete answer
    taken: list[bool] = []
    asking = threading.Thread(target=lambda: taken.append(questions.open("a", "Another?")))
    asking.start()
    asking.join(0.2)
    assert taken == []
    assert list(answering) == []
    asking.join(10)
    assert taken == [True]


def test_an_answer_given_up_half_way_lets_the_next_one_in(questions: OpenQuestions) -> None:
    questions.open("a", QUESTION)
    answering = questions.answer("a", [new_exchange(QUESTION)])
    assert isinstance(answering, Iterator)
    next(answering)
    answering.close()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    questions.open("b", QUESTION)
    assert all_of(questions, "b")[-1].is_done


def test_the_turnstile_serves_in_order_and_one_at_a_time() -> None:
    queue, served, inside = FairQueue(), list[int](), list[int]()
    lined_up = [threading.Event() for _ in range(5)]

    def come(number: int) -> None:
        with queue.enter() as ticket:
            lined_up[number].set()
            while ticket.position():
                ticket.wait(5)
            inside.append(number)
            assert len(inside) == 1
            served.append(number)
            inside.remove(number)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(5)]
    with queue.enter():
        for number, thread in enumerate(threads):
            thread.start()
            assert lined_up[number].wait(5)
        assert served == []
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2, 3, 4]


def test_a_queue_of_three_places_serves_three_and_takes_nobody_s_place() -> None:
    queue = FairQueue(3)
    busy = [queue.join("a") for _ in range(5)]
    assert [ticket.position() for ticket in busy] == [0, 0, 0, 1, 2]
    other = queue.join("b")  # before the third and later ones of "a", behind those being served
    assert other.position() == 1
    assert [ticket.position() for ticket in busy] == [0, 0, 0, 2, 3]
    busy[1].leave()
    assert other.position() == 0
    assert [busy[n].position() for n in (0, 2, 3, 4)] == [0, 0, 1, 2]


def test_a_question_is_asked_again_without_a_filter_it_names(questions: OpenQuestions) -> None:
    question = "According to the Harbour Courier, how long did the talks last?"
    questions.open("a", question)
    (*_, first) = questions.answer("a", [new_exchange(question)])
    assert 'data-ignore="source:harbourcourier"' in first.reply
    again = without_filter(first, "source:harbourcourier")
    assert again is not None
    assert not again.is_done
    questions.open("a", again.question, again.ignored)
    (*_, second) = questions.answer("a", [again])
    assert "data-ignore" not in second.reply
    assert second.answer is not None
    assert second.answer.record["ignored"] == ["source:harbourcourier"]
    assert without_filter(first, "source:another") is None
    assert without_filter(again, "source:harbourcourier") is None
