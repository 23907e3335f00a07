"""Answers made again from their record: the same, or what changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Filters, Library
from sourcebook.rag import Chatbot, Settings, Turn
from sourcebook.rag.record import filters_from_dict, filters_to_dict
from sourcebook.rag.replay import NotReplayable, answers_in, replay
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.cli.replay import read_answers, replay_text, verdict_line

QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"


def recorded(library: Library, question: str = QUESTION, **asked: Any) -> dict[str, Any]:
    """An answer as it comes out of a file."""
    answer = Chatbot(library, model=ScriptedModel(), settings=Settings()).ask(question, **asked)
    return dict(json.loads(json.dumps(answer.to_dict())))


def model(_: Settings) -> ScriptedModel:
    return ScriptedModel()


def changed(before: Mapping[str, Any], library: Library) -> set[str]:
    """The names of the ingredients that changed."""
    return {line.what for line in replay(before, library, model).ingredients if not line.same}


def test_an_answer_is_made_again(sample: Library) -> None:
    done = replay(recorded(sample), sample, model)
    assert done.same
    assert all(line.same for line in done.ingredients)
    assert verdict_line(done) == "The same: text, citations and confidence."


def test_a_refusal_is_made_again(sample: Library) -> None:
    before = recorded(sample, "Zxqv wvut?")
    assert before["abstained"] or before["sentences"]
    assert replay(before, sample, model).same


def test_a_follow_up_is_made_again_with_its_conversation(sample: Library) -> None:
    history = [Turn(QUESTION, "About eight hours.")]
    before = recorded(sample, "Where did they meet?", history=history)
    assert before["record"]["history"] == [{"question": QUESTION, "answer": "About eight hours."}]
    assert replay(before, sample, model).same


def test_limits_are_kept(sample: Library) -> None:
    one = next(iter(sample.documents()))
    limits = Filters(documents=frozenset([one.id]), since=datetime(2000, 1, 1, tzinfo=UTC))
    before = recorded(sample, filters=limits)
    assert {p["document"] for p in before["record"]["passages"]} <= {one.id}
    assert replay(before, sample, model).same


def test_given_passages_are_given_again(sample: Library) -> None:
    hits = sample.search("bread", 2)
    bot = Chatbot(sample, model=ScriptedModel(), settings=Settings())
    before = json.loads(json.dumps(bot.answer_from(QUESTION, hits).to_dict()))
    done = replay(before, sample, model)
    assert done.same
    assert [p["id"] for p in done.answer.record["passages"]] == [hit.passage.id for hit in hits]


def test_what_was_added_to_the_library_is_named(sample: Library, tmp_path: Path) -> None:
    before = recorded(sample)
    article = tmp_path / "later.md"
    article.write_text(f"# Later\n\n{QUESTION} The talks in Geneva lasted ten minutes, no more.\n")
    sample.add(article)
    done = replay(before, sample, model)
    assert not done.same
    found = {line.what for line in done.ingredients if not line.same}
    assert {"library generation", "passages", "evidence", "prompt"} <= found
    text = replay_text(done)
    assert "Not the same: " in text
    assert "CHANGED" in text


def test_an_article_that_is_gone_is_no_error(sample: Library) -> None:
    before = recorded(sample)
    sample.remove(before["record"]["passages"][0]["document"])
    assert {"library generation", "passages"} <= changed(before, sample)


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("version", "0.0.1", "Sourcebook"),
        ("language_model", "another", "language model"),
        ("library_generation", 99, "library generation"),
        ("prompt_sha256", "0" * 64, "prompt"),
        ("seed", 7, "seed"),
        ("packages", {"numpy": "1.0"}, "numpy"),
    ],
)
def test_each_ingredient_is_compared(sample: Library, key: str, value: object, named: str) -> None:
    before = recorded(sample)
    before["record"][key] = value
    assert named in changed(before, sample)


def test_settings_of_then_are_used_and_unknown_ones_named(sample: Library) -> None:
    before = recorded(sample)
    before["record"]["settings"] |= {"hits": 1, "of_another_version": True}
    done = replay(before, sample, model)
    assert len(done.answer.record["passages"]) == 1
    found = {line.what for line in done.ingredients if not line.same}
    assert "setting of_another_version" in found
    assert "setting hits" not in found


def test_a_replay_takes_no_kept_state(sample: Library) -> None:
    seen: list[Settings] = []

    def watch(settings: Settings) -> ScriptedModel:
        seen.append(settings)
        return ScriptedModel()

    replay(recorded(sample), sample, watch)
    assert [(s.state_memory, s.state_disk) for s in seen] == [(0, 0)]


def test_another_text_is_not_the_same(sample: Library) -> None:
    done = replay(recorded(sample), sample, lambda _: ScriptedModel("About nine hours."))
    assert not done.same
    assert "nothing it was made from changed" in verdict_line(done)


def _without_settings(answer: dict[str, Any]) -> None:
    del answer["record"]["settings"]


def _without_history(answer: dict[str, Any]) -> None:
    del answer["record"]["history"]


def _with_wrong_settings(answer: dict[str, Any]) -> None:
    answer["record"]["settings"]["hits"] = -1


def _with_wrong_limits(answer: dict[str, Any]) -> None:
    answer["record"]["limits"] = {"since": "yesterday"}


def _stopped(answer: dict[str, Any]) -> None:
    answer["stopped"] = True


@pytest.mark.parametrize(
    "spoil",
    [_without_settings, _without_history, _with_wrong_settings, _with_wrong_limits, _stopped],
)
def test_a_record_that_is_not_whole_is_said_so(
    sample: Library, spoil: Callable[[dict[str, Any]], None]
) -> None:
    before = recorded(sample)
    spoil(before)
    with pytest.raises(NotReplayable):
        replay(before, sample, model)


def test_answers_are_found_in_any_json(sample: Library) -> None:
    one = recorded(sample)
    line = {"id": "q1", "question": {"text": QUESTION}, "answer": one, "scores": {"a": 1.0}}
    export = {"conversation": [{"answer": one}, {"answer": None}, {"answer": one}]}
    assert list(answers_in(one)) == [one]
    assert list(answers_in(line)) == [one]
    assert list(answers_in(export)) == [one, one]
    assert list(answers_in(["text", 3, None])) == []


def test_answers_are_read_from_a_file_a_run_and_by_id(sample: Library, tmp_path: Path) -> None:
    one, two = recorded(sample), recorded(sample, "Who met in Geneva?")
    lines = [{"id": "a", "answer": one}, {"id": "b", "answer": two}, {"id": "c", "answer": None}]
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n", "utf-8")
    alone = tmp_path / "one.json"
    alone.write_text(json.dumps(one, indent=2), "utf-8")
    assert read_answers(str(alone)) == [one]
    assert read_answers(str(file)) == read_answers(str(tmp_path)) == [one, two]
    assert read_answers(str(file), "b") == [two]
    for place, selection in ((str(file), "c"), (str(file), "d"), (str(tmp_path / "none"), None)):
        with pytest.raises(NotReplayable):
            read_answers(place, selection)


DAYS = st.dates()
FILTERS = st.builds(
    Filters,
    sources=st.frozensets(st.text(max_size=5)),
    documents=st.frozensets(st.text(max_size=5)),
    authors=st.frozensets(st.text(max_size=5)),
    since=st.none() | st.datetimes(timezones=st.just(UTC)),
    until=st.none() | st.datetimes(timezones=st.just(UTC)),
    first_day=st.none() | DAYS,
    last_day=st.none() | DAYS,
)


@given(FILTERS)
def test_limits_survive_the_way_through_json(filters: Filters) -> None:
    assert filters_from_dict(json.loads(json.dumps(filters_to_dict(filters)))) == filters
