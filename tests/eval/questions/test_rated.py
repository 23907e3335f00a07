"""What readers rated becomes a question set: good answers with their evidence, bad ones to be
completed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sourcebook.eval import QuestionSetError, load, rated_set, run
from sourcebook.index import Library, make_document
from sourcebook.rag import Answer, Chatbot, Settings, Turn
from sourcebook.rag.history.conversation_schema import FILE
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.cli.evaluation.commands import app

BRIDGE = "The harbour bridge is 312 metres long, its engineer said."
OPENED = "The harbour bridge opened on Sunday after four years of work."
QUESTION = "How long is the harbour bridge?"


@pytest.fixture(autouse=True)
def _fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "scripted")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def bridges(library: Library) -> Library:
    """Two articles of a bridge."""
    library.add_documents(
        [
            make_document(f"{BRIDGE} It is painted blue.", title="The bridge", path="/a/bridge.md"),
            make_document(f"{OPENED} Many came to see it.", title="Opened", path="/a/opened.md"),
        ]
    )
    return library


@pytest.fixture
def conversations(bridges: Library) -> Conversations:
    return Conversations.open(bridges.folder)


@pytest.fixture
def ask(bridges: Library, conversations: Conversations) -> Callable[..., str]:
    """Asks, keeps, and rates: the id of the conversation."""

    def ask(
        question: str,
        reply: str,
        rating: str | None = "up",
        *,
        reason: str | None = None,
        conversation: str | None = None,
        odds: float = 5.0,
    ) -> str:
        conversation_id = conversation or conversations.begin(question)
        before = [
            Turn(t.question, (t.answer or {})["text"]) for t in conversations.turns(conversation_id)
        ]
        bot = Chatbot(
            bridges, model=ScriptedModel(reply, log_odds=lambda _: odds), settings=Settings()
        )
        answer: Answer = bot.ask(question, history=before)
        number = len(before) + 1
        conversations.ask(conversation_id, number, question)
        conversations.answer(conversation_id, number, answer.to_dict())
        if rating in ("up", "down"):
            conversations.rate(conversation_id, number, "up" if rating == "up" else "down", reason)
        return conversation_id

    return ask


def test_an_answer_rated_good_is_a_question_with_its_cited_evidence(
    bridges: Library, ask: Callable[..., str]
) -> None:
    which = ask(QUESTION, BRIDGE)
    (question,) = rated_set(bridges).complete
    assert (question.id, question.text) == (f"{which}-1", QUESTION)
    assert question.answerable
    assert question.history == ()
    assert BRIDGE in question.answers[0]
    assert ("bridge.md", BRIDGE) in [(e.document, e.quote) for e in question.evidence]


def test_what_was_not_rated_is_not_in_it(bridges: Library, ask: Callable[..., str]) -> None:
    assert rated_set(bridges).questions == ()
    ask(QUESTION, BRIDGE, rating=None)
    assert rated_set(bridges).questions == ()


def test_a_refusal_rated_good_has_no_answer_in_the_articles(
    bridges: Library, ask: Callable[..., str]
) -> None:
    ask("Who painted the ceiling of the opera house?", "Nobody.", odds=-8.0)
    (question,) = rated_set(bridges).complete
    assert (question.answerable, question.answers, question.evidence) == (False, (), ())


def test_an_answer_rated_bad_is_to_be_completed_and_says_why(
    bridges: Library, ask: Callable[..., str], tmp_path: Path
) -> None:
    ask(QUESTION, BRIDGE, "down", reason="that is the old bridge")
    ask("When did the harbour bridge open?", OPENED, "up")
    ratings = rated_set(bridges)
    assert (len(ratings.complete), ratings.incomplete) == (1, 1)
    line = json.loads(ratings.to_jsonl().splitlines()[0])
    assert (line["question"], line["answerable"], line["answers"]) == (QUESTION, None, [])
    assert line["note"].startswith("Rated bad: that is the old bridge. The answer was: “")
    file = tmp_path / "rated.jsonl"
    file.write_text(ratings.to_jsonl())
    questions = load(file)
    assert questions.questions == ratings.complete
    assert questions.incomplete == 1
    # Completed, it is a question like the others.
    done = line | {"answerable": True, "answers": ["250 metres"]}
    file.write_text(
        ratings.to_jsonl().replace(json.dumps(line, ensure_ascii=False), json.dumps(done))
    )
    assert (len(load(file).questions), load(file).incomplete) == (2, 0)


def test_a_set_of_which_nothing_is_completed_says_so(tmp_path: Path) -> None:
    file = tmp_path / "rated.jsonl"
    file.write_text('{"id": "a", "question": "Why?", "answerable": null, "note": "Rated bad."}\n')
    with pytest.raises(QuestionSetError, match="each of its 1 what is right"):
        load(file)


def test_a_follow_up_keeps_what_was_said_before_it(
    bridges: Library, ask: Callable[..., str]
) -> None:
    which = ask(QUESTION, BRIDGE, rating=None)
    ask("When did it open?", OPENED, "up", conversation=which)
    (question,) = rated_set(bridges).complete
    assert [turn.question for turn in question.history] == [QUESTION]
    assert "312 metres" in question.history[0].answer
    assert "[1]" not in question.history[0].answer


def test_a_question_rated_twice_counts_as_it_was_rated_last(
    bridges: Library, ask: Callable[..., str]
) -> None:
    ask(QUESTION, BRIDGE, "up")
    ask("  how long is the Harbour bridge ?", BRIDGE, "down")
    ratings = rated_set(bridges)
    assert (len(ratings.complete), ratings.incomplete) == (0, 1)


def test_evidence_that_is_gone_leaves_the_question_to_be_completed(
    bridges: Library, ask: Callable[..., str]
) -> None:
    ask(QUESTION, BRIDGE)
    bridges.remove(next(d.id for d in bridges.documents() if BRIDGE in d.text))
    ratings = rated_set(bridges)
    assert ratings.incomplete == 1
    assert "no longer say so" in ratings.questions[0].note


@pytest.mark.slow
def test_the_set_can_be_run_and_its_own_answers_are_right(
    bridges: Library, ask: Callable[..., str], tmp_path: Path
) -> None:
    ask(QUESTION, BRIDGE)
    bot = Chatbot(bridges, model=ScriptedModel(BRIDGE), settings=Settings())
    questions = rated_set(bridges).to_questions()
    summary = run(questions, bridges, tmp_path / "runs" / "rated", mode="rag", chatbot=bot)
    assert summary["measures"]["right"]["value"] == 1.0
    assert summary["measures"]["evidence_recall"]["value"] == 1.0


def test_the_command_writes_it(bridges: Library, ask: Callable[..., str], tmp_path: Path) -> None:
    library = ("--library", str(bridges.folder))
    none = CliRunner().invoke(app, ["questions", "--rated", *library])
    assert "press a thumb" in str(none.exception)
    ask(QUESTION, BRIDGE, "up")
    ask("When did the harbour bridge open?", OPENED, "down", reason="the wrong Sunday")
    file = tmp_path / "rated.jsonl"
    result = CliRunner().invoke(app, ["questions", "--rated", "--to", str(file), *library])
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith(
        "1 questions with the answer that was rated good; 1 to be compl"
    )
    ran = CliRunner().invoke(app, ["run", str(file), "--out", str(tmp_path / "r"), *library])
    assert ran.exit_code == 0, ran.output
    assert "1 of its questions is still to be completed, and left out" in ran.stderr


def test_ratings_of_a_library_without_conversations_leave_nothing_behind(
    bridges: Library,
) -> None:
    assert rated_set(bridges).questions == ()
    assert not (bridges.folder / FILE).exists()
    with Library.open(bridges.folder, embedder=HashEmbedder()) as again:
        assert rated_set(again).questions == ()
