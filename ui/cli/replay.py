"""Answers from files made again, and what came of it as text."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sourcebook.eval.runs.folder import ANSWERS
from sourcebook.rag.models import make_language_model
from sourcebook.rag.replay import Difference, NotReplayable, Replay, answers_in, replay
from sourcebook.ui.render.escaping import one_line
from sourcebook.ui.render.numbers import count

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import LanguageModel, Settings


__all__ = ["read_answers", "replay_all", "replay_text", "verdict_line"]

_WIDE = 34


def read_answers(place: str, wanted: str | None = None) -> list[Mapping[str, Any]]:
    """The answers in a file (JSON or one JSON a line), the folder of a run, or stdin (``-``).

    ``wanted``: only those in the record with that id, as the lines of a run have one.

    Raises:
        NotReplayable: it cannot be read, or there is none in it.
    """
    data = list(_read(place))
    found = data if wanted is None else list(_with_id(data, wanted))
    answers = list(answers_in(found))
    if not answers:
        which = f" with the id {wanted}" if wanted is not None else ""
        raise NotReplayable(
            f"{place} holds no answer{which} with its record: give what `sourcebook ask --json` "
            f"wrote, or a run's {ANSWERS}"
        )
    return answers


def replay_all(answers: Sequence[Mapping[str, Any]], library: Library) -> Iterator[Replay]:
    """Each made again, by one loaded model as long as the settings are the same."""
    loaded: dict[tuple[object, ...], LanguageModel] = {}

    def model(settings: Settings) -> LanguageModel:
        key = (settings.language_model, settings.context_size, settings.threads)
        if key not in loaded:
            loaded.clear()  # one at a time: each takes a gigabyte
            loaded[key] = make_language_model(settings)
        return loaded[key]

    for answer in answers:
        yield replay(answer, library, model)


def replay_text(done: Replay) -> str:
    """What is the same and what is not; where anything changed, a table of all."""
    lines = [one_line(done.question), *textwrap.wrap(verdict_line(done), 96)]
    changed = [line for line in done.ingredients if not line.same]
    if done.same and not changed:
        return "\n".join(lines)
    table = [*done.outcome, *done.ingredients] if not done.same else changed
    wide = max(len(line.what) for line in table)
    lines += ["", f"  {'':{wide}}  {'then':{_WIDE}}  now"]
    lines += [_row(line, wide) for line in table]
    return "\n".join(lines)


def verdict_line(done: Replay) -> str:
    """The outcome in one line."""
    if done.same:
        return "The same: text, citations and confidence."
    different = [line.what for line in done.outcome if not line.same]
    changed = [line.what for line in done.ingredients if not line.same]
    why = (
        f"{count(len(changed), 'ingredient')} changed: {', '.join(changed)}"
        if changed
        else "nothing it was made from changed: the numbers of this processor or build differ"
    )
    return f"Not the same: {', '.join(different)}. Of what it was made from, {why}."


def _row(line: Difference, wide: int) -> str:
    then, now = (
        textwrap.shorten(one_line(v), _WIDE, placeholder=" …") for v in (line.then, line.now)
    )
    mark = "" if line.same else "  CHANGED"
    return f"  {line.what:{wide}}  {then:{_WIDE}}  {now:{_WIDE}}{mark}".rstrip()


def _read(place: str) -> Iterator[Any]:
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


def _with_id(data: Any, wanted: str) -> Iterator[Any]:
    """Every mapping with that id, however deep."""
    if isinstance(data, Mapping):
        if str(data.get("id")) == wanted:
            yield data
            return
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _with_id(item, wanted)
