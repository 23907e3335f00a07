"""The replay of an answer from its record, and the differences from the original.

A replay searches again, computes every prompt again (without model states from memory or disk), and
compares the text, the citations and the confidence. Then it compares the ingredients of the answer,
to name the cause of a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sourcebook.index.documents.records import Hit, Passage
from sourcebook.index.errors import DocumentNotFound, SourcebookError
from sourcebook.index.library import Library
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.question import Turn

from .answer import Answer
from .chatbot import Chatbot
from .record import filters_from_dict
from .settings import Settings

CONFIDENCE = 0.001
"""Two confidences nearer than this are equal: the last bits of a vector depend on the texts that
are embedded with it."""

_PLACES = frozenset({"state_memory", "state_disk", "threads"})
"""Settings that change the speed of an answer, not its content."""


class NotReplayable(SourcebookError):
    """A record without an answer that can be replayed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a comparison. ``then`` and ``now`` are short enough for a table."""

    what: str
    then: str
    now: str
    same: bool


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay: ``outcome`` compares the two answers, ``ingredients`` their inputs."""

    question: str
    outcome: tuple[Difference, ...]
    ingredients: tuple[Difference, ...]
    answer: Answer

    @property
    def same(self) -> bool:
        """Whether text, citations and confidence are the same."""
        return all(line.same for line in self.outcome)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "question": self.question,
            "same": self.same,
            "outcome": [_to_dict(line) for line in self.outcome],
            "ingredients": [_to_dict(line) for line in self.ingredients],
            "answer": self.answer.to_dict(),
        }


def answers_in(data: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every answer in JSON at any depth: a single answer, a line of a run, an export."""
    if isinstance(data, Mapping):
        if isinstance(data.get("record"), Mapping) and isinstance(data.get("question"), str):
            yield data
            return
        data = list(data.values())
    if isinstance(data, Sequence) and not isinstance(data, str):
        for item in data:
            yield from answers_in(item)


def replay(
    before: Mapping[str, Any],
    library: Library,
    model: Callable[[Settings], LanguageModel] | None = None,
) -> Replay:
    """Ask for an answer again, and compare the two.

    Args:
        before: the answer in its JSON form (`Answer.to_dict`).
        library: the articles.
        model: makes the language model for settings; by default the one that they name.

    Raises:
        NotReplayable: the record is not complete or the answer was stopped; the message says which.
        SourcebookError: as ``Chatbot.ask``.
    """
    record = before["record"]
    if before.get("stopped"):
        raise NotReplayable(
            "the answer was stopped by its reader: there is no whole one to compare"
        )
    settings = _settings(record)
    bot = Chatbot(library, settings=settings, model=model(settings) if model else None)
    try:
        history = [Turn(str(t["question"]), str(t["answer"])) for t in record["history"]]
        limits = filters_from_dict(record["limits"]) if record["limits"] else None
        now = datetime.fromisoformat(record["now"]) if record.get("now") else None
        hits = _stored_hits(record, library) if record["given"] else None
        if hits is None:
            answer = bot.ask(
                before["question"],
                history=history,
                filters=limits,
                ignore=record.get("ignored", ()),
                now=now,
                kind=record.get("kind", "fact"),
            )
        else:
            answer = bot.answer_from(before["question"], hits, history=history)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotReplayable(
            f"the record is not complete ({type(error).__name__}: {error}): it was made by another "
            "version, or changed"
        ) from None
    after = answer.to_dict()
    return Replay(
        question=before["question"],
        outcome=tuple(_outcome(before, after)),
        ingredients=tuple(_ingredients(record, after["record"])),
        answer=answer,
    )


def _settings(record: Mapping[str, Any]) -> Settings:
    """Return the settings of the record, without those that this version does not have."""
    record_settings = record.get("settings")
    if not isinstance(record_settings, Mapping):
        raise NotReplayable("the record holds no settings: it is not from `sourcebook ask --json`")
    values = {key: value for key, value in record_settings.items() if key in Settings.model_fields}
    try:
        settings = Settings.model_validate(values)
    except ValueError as error:
        raise NotReplayable(f"the record's settings cannot be used: {error}") from None
    threads = record.get("threads")
    return settings.model_copy(
        update={
            "state_memory": 0,
            "state_disk": 0,
            # The number of threads decides in which order numbers are added up.
            "threads": threads if isinstance(threads, int) and threads > 0 else settings.threads,
        }
    )


def _stored_hits(record: Mapping[str, Any], library: Library) -> list[Hit]:
    """Return the passages of the record whose articles are still in the library."""
    hits: list[Hit] = []
    for item in record["passages"]:
        try:
            document = library.document(str(item["document"]))
        except DocumentNotFound:
            continue
        start, end = int(item["start"]), int(item["end"])
        passage = Passage(str(item["id"]), document.id, document.text[start:end], start, end)
        hits.append(Hit(passage, document, float(item["score"])))
    return hits


def _outcome(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    yield _compare("text", then.get("text"), now["text"])
    yield _compare("refused", then.get("abstained"), now["abstained"])
    yield _compare("citations", _places(then), _places(now))
    then_confidence, now_confidence = then.get("confidence"), now["confidence"]
    near = (
        isinstance(then_confidence, int | float)
        and abs(then_confidence - now_confidence) < CONFIDENCE
    )
    yield Difference("confidence", _short(then_confidence), _short(now_confidence), near)


def _places(answer: Mapping[str, Any]) -> list[str]:
    """Return the places of the quotes, and those of a refusal's nearest sentences."""
    return [
        f"[{c['number']}] {c['document']['id']}:{c['start']}-{c['end']}"
        for kind in ("citations", "nearest")
        for c in answer.get(kind, ())
    ]


def _ingredients(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    yield _compare("Sourcebook", then.get("version"), now["version"])
    for kind, title in (("language_model", "language model"), ("embedder", "embedder")):
        hashes = [(side.get("weights") or {}).get(kind) for side in (then, now)]
        names = [side.get(kind) for side in (then, now)]
        # A file may have a new place: its bytes show whether it is the same.
        values = hashes if all(hashes) else names
        line = _compare(title, *values)
        yield replace(line, then=_short(values[0]), now=_short(values[1]))
    yield _compare("library generation", then.get("library_generation"), now["library_generation"])
    for kind in ("passages", "evidence"):
        yield _compare_hashes(kind, then.get(kind) or (), now[kind])
    yield _compare("prompt", then.get("prompt_sha256"), now["prompt_sha256"])
    yield _compare("prompt of the probe", then.get("probe_sha256"), now["probe_sha256"])
    key = "calibration_sha256"
    yield _compare("calibration", then.get(key), now[key])
    yield _compare("seed", then.get("seed"), now["seed"])
    yield _compare("threads", then.get("threads"), now["threads"])
    settings = then.get("settings") or {}
    for key in sorted({*settings, *now["settings"]} - _PLACES):
        line = _compare(f"setting {key}", settings.get(key), now["settings"].get(key))
        if not line.same:
            yield line
    versions = then.get("packages") or {}
    for name, version in now["packages"].items():
        line = _compare(name, versions.get(name), version)
        if not line.same:
            yield line


def _compare_hashes(
    kind: str, then: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> Difference:
    """Compare places and hashes of texts: how many are the same, and whether in the same order."""

    def lines(items: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        return [tuple(i.get(k) for k in ("document", "start", "end", "sha256")) for i in items]

    before, after = lines(then), lines(now)
    shared_count = len(set(before) & set(after))
    order = (
        ", in another order"
        if shared_count == len(before) == len(after) and before != after
        else ""
    )
    summary = f"{len(after)}, {shared_count} of them as then{order}"
    return Difference(kind, str(len(before)), summary, before == after)


def _compare(what: str, then: Any, now: Any) -> Difference:
    return Difference(what, _short(then), _short(now), then == now)


def _short(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    text = str(value)
    return text[:12] if len(text) == 64 and text.isalnum() else text


def _to_dict(line: Difference) -> dict[str, Any]:
    return {"what": line.what, "then": line.then, "now": line.now, "same": line.same}
