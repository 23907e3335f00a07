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
from sourcebook.ui.page.html.exchange import Exchange, asked, without
from sourcebook.ui.page.state.questions import Asking
from sourcebook.ui.page.state.queue import Turnstile

QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"


@pytest.fixture
def asking(library: Library) -> Asking:
    library.add_sample()
    return Asking(Chatbot(library, model=ScriptedModel(), settings=Settings()))


def all_of(asking: Asking, session: str) -> list[Exchange]:
    return list(asking.answer(session, [asked(QUESTION)]))


def test_a_tab_has_one_question_open_at_a_time(asking: Asking) -> None:
    assert asking.open("a", QUESTION)
    assert not asking.open("a", "Another?")
    assert asking.open("b", QUESTION)
    assert all_of(asking, "a")[-1].done
    assert asking.open("a", "Another?")


def test_a_question_is_answered_once(asking: Asking) -> None:
    asking.open("a", QUESTION)
    first = asking.answer("a", [asked(QUESTION)])
    next(first)
    assert all_of(asking, "a") == []
    assert list(first)[-1].done
    assert not asking.is_open("a")


def test_nothing_was_asked_and_nothing_is_answered(asking: Asking) -> None:
    assert all_of(asking, "a") == []


def test_evidence_draft_answer(asking: Asking) -> None:
    asking.open("a", QUESTION)
    steps = all_of(asking, "a")
    assert "Reading" in steps[0].reply
    assert steps[0].panel
    assert steps[0].answer is None
    assert all("sb-draft" in step.reply for step in steps[1:-1])
    assert steps[-1].answer


def test_the_next_in_line_is_told_its_place_and_comes_when_the_first_is_done(
    asking: Asking,
) -> None:
    asking.open("a", QUESTION)
    asking.open("b", QUESTION)
    first, second = (asking.answer(session, [asked(QUESTION)]) for session in "ab")
    next(first)
    assert "Waiting: 1 question before yours" in next(second).reply
    assert list(first)[-1].done
    assert "Reading" in next(second).reply
    assert list(second)[-1].done


def test_who_is_stopped_in_line_never_reaches_the_model(asking: Asking) -> None:
    asking.open("a", QUESTION)
    asking.open("b", QUESTION)
    first, second = (asking.answer(session, [asked(QUESTION)]) for session in "ab")
    next(first)
    next(second)
    asking.stop("b")
    (last,) = second
    assert "Stopped." in last.reply
    assert last.done
    assert list(first)[-1].done


def test_the_line_is_fair_and_everybody_sees_the_place_in_it(asking: Asking) -> None:
    sessions = "abcd"
    for session in sessions:
        asking.open(session, QUESTION)
    streams = {s: asking.answer(s, [asked(QUESTION)]) for s in sessions}
    assert "Reading" in next(streams["a"]).reply
    waiting = {s: next(streams[s]).reply for s in "bcd"}
    for number, session in enumerate("bcd", 1):
        questions = "question" if number == 1 else "questions"
        assert f"Waiting: {number} {questions} before yours" in waiting[session]
    asking.stop("c")  # who gives up a place moves those behind it forward
    assert "Stopped." in list(streams["c"])[-1].reply
    assert "Waiting: 2 questions before yours" in next(streams["d"]).reply
    assert list(streams["a"])[-1].done
    assert "Waiting: 1 question before yours" in next(streams["d"]).reply
    assert "Reading" in next(streams["b"]).reply
    assert list(streams["b"])[-1].done
    assert "Reading" in next(streams["d"]).reply
    assert list(streams["d"])[-1].done


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
    library: Library, reply: str | Callable[[Prompt], str], seen: str
) -> None:
    library.add_sample()
    model = ScriptedModel(reply)
    asking = Asking(Chatbot(library, model=model, settings=Settings()))
    for session in "ab":
        asking.open(session, QUESTION)
        last = all_of(asking, session)[-1]
        assert last.done
        assert seen in last.reply
        assert not asking.is_open(session)


def test_an_error_that_is_not_ours_leaves_the_line_in_order_too(library: Library) -> None:
    library.add_sample()
    asking = Asking(Chatbot(library, model=ScriptedModel(_breaks), settings=Settings()))
    for session in "ab":
        assert asking.open(session, QUESTION)
        with pytest.raises(RuntimeError):
            all_of(asking, session)
        assert not asking.is_open(session)


def test_a_discarded_answer_is_not_seen_again(asking: Asking) -> None:
    asking.open("a", QUESTION)
    answering = asking.answer("a", [asked(QUESTION)])
    next(answering)
    asking.stop("a", discard=True)
    assert list(answering) == []
    assert not asking.is_open("a")


def test_an_answer_given_up_half_way_lets_the_next_one_in(asking: Asking) -> None:
    asking.open("a", QUESTION)
    answering = asking.answer("a", [asked(QUESTION)])
    assert isinstance(answering, Iterator)
    next(answering)
    answering.close()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    asking.open("b", QUESTION)
    assert all_of(asking, "b")[-1].done


def test_the_turnstile_serves_in_order_and_one_at_a_time() -> None:
    turnstile, served, inside = Turnstile(), list[int](), list[int]()
    lined_up = [threading.Event() for _ in range(5)]

    def come(number: int) -> None:
        with turnstile.line_up() as place:
            lined_up[number].set()
            while place.before():
                place.wait(5)
            inside.append(number)
            assert len(inside) == 1
            served.append(number)
            inside.remove(number)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(5)]
    with turnstile.line_up():
        for number, thread in enumerate(threads):
            thread.start()
            assert lined_up[number].wait(5)
        assert served == []
    for thread in threads:
        thread.join(5)
    assert served == [0, 1, 2, 3, 4]


def test_a_question_is_asked_again_without_a_filter_it_names(asking: Asking) -> None:
    question = "According to the Harbour Courier, how long did the talks last?"
    asking.open("a", question)
    (*_, first) = asking.answer("a", [asked(question)])
    assert 'data-ignore="source:harbourcourier"' in first.reply
    again = without(first, "source:harbourcourier")
    assert again is not None
    assert not again.done
    asking.open("a", again.question, again.ignored)
    (*_, second) = asking.answer("a", [again])
    assert "data-ignore" not in second.reply
    assert second.answer is not None
    assert second.answer.record["ignored"] == ["source:harbourcourier"]
    assert without(first, "source:another") is None
    assert without(again, "source:harbourcourier") is None
