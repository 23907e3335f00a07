"""A reply that was kept is the reply the model would give, and says nothing of its speed."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from sourcebook.eval import EvaluationError, ReplyCache, load, run
from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.llm.base import Message
from sourcebook.rag.testing import ScriptedModel

PROMPT = [Message("user", "How long did the talks last?")]


def read(model: ReplyCache, prompt: list[Message] = PROMPT, most: int = 20) -> str:
    return "".join(model.stream(prompt, max_tokens=most))


def test_a_prompt_is_asked_once_and_answered_the_same_ever_after(tmp_path: Path) -> None:
    inner = ScriptedModel("About eight hours.", log_odds=2.5)
    first = ReplyCache(inner, tmp_path / "replies.db")
    assert (read(first), first.yes_log_odds(PROMPT)) == ("About eight hours.", 2.5)
    assert first.hits == 0

    other = ScriptedModel("Something else.", log_odds=-1.0)
    again = ReplyCache(other, tmp_path / "replies.db")
    assert (read(again), again.yes_log_odds(PROMPT)) == ("About eight hours.", 2.5)
    assert again.hits == 2
    assert other.prompts == []


def test_another_prompt_or_another_length_is_asked(tmp_path: Path) -> None:
    inner = ScriptedModel("About eight hours.")
    model = ReplyCache(inner, tmp_path / "replies.db")
    read(model)
    read(model, [Message("user", "How long did the meeting last?")])
    read(model, most=2)
    assert len(inner.prompts) == 3
    assert model.hits == 0


def test_a_reply_that_was_cut_off_is_not_kept(tmp_path: Path) -> None:
    inner = ScriptedModel("About eight hours.")
    model = ReplyCache(inner, tmp_path / "replies.db")
    stopped = threading.Event()
    for _ in model.stream(PROMPT, max_tokens=20, cancel=stopped):
        stopped.set()
    assert read(model) == "About eight hours."
    assert model.hits == 0


def test_a_file_that_holds_no_replies_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "letters.txt"
    file.write_text("Dear reader, " * 100)
    with pytest.raises(EvaluationError, match="choose another file"):
        ReplyCache(ScriptedModel(), file)
    assert file.read_text().startswith("Dear reader")


@pytest.mark.slow
def test_a_run_with_kept_replies_has_the_same_answers_and_no_times_of_the_model(
    sample: Library, tmp_path: Path
) -> None:
    questions = load("bundled").first(4)

    def figures(name: str) -> dict[str, object]:
        model = ReplyCache(ScriptedModel(), tmp_path / "replies.db")
        chatbot = Chatbot(sample, model=model)
        summary = run(questions, sample, tmp_path / name, chatbot=chatbot)
        measured: dict[str, object] = summary["measures"]
        return measured

    first, second = figures("first"), figures("second")
    timed = {name for name in first if name not in second}
    assert timed >= {"total_p50", "first_token_p50", "tokens_per_second"}
    replies = [n for n in second if not n.endswith(("_p50", "_p95"))]  # those are times
    assert "gold_sentence_f1" in replies
    assert {n: first[n] for n in replies} == {n: second[n] for n in replies}
