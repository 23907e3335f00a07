"""Answers from files made again, and what came of it as text."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sourcebook.eval.runs import ANSWERS
from sourcebook.rag.models import make_language_model
from sourcebook.rag.replay import Difference, NotReplayable, Replay, answers_in, replay
from sourcebook.ui.render import count, one_line

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import LanguageModel, Settings


__all__ = ["read_answers", "replay_all", "replay_text", "verdict_line"]

_COLUMN = 34


def read_answers(place: str, question_id: str | None = None) -> list[Mapping[str, Any]]:
    """The answers in a file (JSON or one JSON a line), the folder of a run, or stdin (``-``).

    ``question_id``: only those in the record with that id, as the lines of a run have one.

    Raises:
        NotReplayable: it cannot be read, or there is none in it.
    """
    data = list(_read_json(place))
    records = data if question_id is None else list(_find_by_id(data, question_id))
    answers = list(answers_in(records))
    if not answers:
        restriction = f" with the id {question_id}" if question_id is not None else ""
        raise NotReplayable(
            f"{place} holds no answer{restriction} with its record: give what `sourcebook "
            f"ask --json` wrote, or a run's {ANSWERS}"
        )
    return answers


def replay_all(answers: Sequence[Mapping[str, Any]], library: Library) -> Iterator[Replay]:
    """Each made again, by one loaded model as long as the settings are the same."""
    models: dict[tuple[object, ...], LanguageModel] = {}

    def model(settings: Settings) -> LanguageModel:
        key = (settings.language_model, settings.context_size, settings.threads)
        if key not in models:
            models.clear()  # one at a time: each takes a gigabyte
            models[key] = make_language_model(settings)
        return models[key]

    for answer in answers:
        yield replay(answer, library, model)


def replay_text(result: Replay) -> str:
    """What is the same and what is not; where anything changed, a table of all."""
    lines = [one_line(result.question), *textwrap.wrap(verdict_line(result), 96)]
    changes = [line for line in result.ingredients if not line.same]
    if result.same and not changes:
        return "\n".join(lines)
    table = [*result.outcome, *result.ingredients] if not result.same else changes
    width = max(len(line.what) for line in table)
    lines += ["", f"  {'':{width}}  {'then':{_COLUMN}}  now"]
    lines += [_row(line, width) for line in table]
    return "\n".join(lines)


def verdict_line(result: Replay) -> str:
    """The outcome in one line."""
    if result.same:
        return "The same: text, citations and confidence."
    differences = [line.what for line in result.outcome if not line.same]
    changes = [line.what for line in result.ingredients if not line.same]
    cause = (
        f"{count(len(changes), 'ingredient')} changed: {', '.join(changes)}"
        if changes
        else "nothing it was made from changed: the numbers of this processor or build differ"
    )
    return f"Not the same: {', '.join(differences)}. Of what it was made from, {cause}."


def _row(line: Difference, width: int) -> str:
    then, now = (
        textwrap.shorten(one_line(v), _COLUMN, placeholder=" …") for v in (line.then, line.now)
    )
    mark = "" if line.same else "  CHANGED"
    return f"  {line.what:{width}}  {then:{_COLUMN}}  {now:{_COLUMN}}{mark}".rstrip()


def _read_json(place: str) -> Iterator[Any]:
    try:
        path = Path(place).expanduser()
        file = path / ANSWERS if path.is_dir() else path
        text = sys.stdin.read() if place == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotReplayable(f"{place} cannot be read ({error})") from None
    try:
        yield json.loads(text)
    except ValueError:
        try:
            yield from [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise NotReplayable(f"{place} is not JSON ({error})") from None


def _find_by_id(data: Any, question_id: str) -> Iterator[Any]:
    """Every mapping with that id, however deep."""
    if isinstance(data, Mapping):
        if str(data.get("id")) == question_id:
            yield data
            return
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _find_by_id(item, question_id)
