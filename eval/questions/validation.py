"""What is wrong with a line of a question set, each problem in a few words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

MAX_QUESTION = 10_000
"""Characters of a question in a set."""

FIELDS = frozenset(
    {
        "id",
        "question",
        "answers",
        "answerable",
        "evidence",
        "history",
        "filters",
        "note",
        "kind",
        "points",
        "needed",
        "forbidden",
    }
)
"""``note`` is for who reads the file; it is asked of nobody."""

SMALL_TALK = "small-talk"
"""The kind whose questions have no points: any answer is right that is no refusal."""

FILTERS = ("sources", "since", "until", "documents")


def check_line(line: str) -> Iterator[str]:
    """Every problem of one line; none when it holds a good question."""
    try:
        data = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        position = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        yield f"not JSON{position}"
        return
    if not isinstance(data, dict):
        yield f"expected an object, found {_kind(data)}"
        return
    for key in sorted(set(data) - FIELDS):
        yield f"unknown field {key!r} (known: {', '.join(sorted(FIELDS))})"
    if not (_is_text(data.get("id")) or type(data.get("id")) is int):
        yield "'id' must be a text that is not empty"
    if not _is_text(data.get("question")):
        yield "'question' must be a text that is not empty"
    elif len(data["question"]) > MAX_QUESTION:
        yield f"'question' has {len(data['question']):,} characters, more than {MAX_QUESTION:,}"
    answerable = data.get("answerable")
    unfinished = "answerable" in data and answerable is None
    if not isinstance(answerable, bool) and not unfinished:
        yield f"'answerable' must be true or false, found {_kind(answerable)}"
    answers = data.get("answers", [])
    if not isinstance(answers, list) or not all(_is_text(a) for a in answers):
        yield "'answers' must be a list of texts that are not empty"
        answers = []
    elif answerable is True and not answers and "points" not in data:
        yield "an answerable question needs at least one answer in 'answers', or 'points'"
    elif answerable is False and answers:
        yield "an unanswerable question has no 'answers'"
    if "kind" in data and not _is_text(data["kind"]):
        yield "'kind' must be a text that is not empty"
    yield from _check_points(data, answerable)
    yield from _check_evidence(data.get("evidence", []), answerable, len(answers))
    yield from _check_history(data.get("history", []))
    yield from _check_filters(data.get("filters", {}))


def _check_points(data: dict[str, Any], answerable: Any) -> Iterator[str]:
    forbidden = data.get("forbidden", [])
    if not isinstance(forbidden, list) or not all(_is_text(f) for f in forbidden):
        yield "'forbidden' must be a list of texts that are not empty"
    points = data.get("points", [])
    if not isinstance(points, list) or not all(
        isinstance(group, list) and group and all(_is_text(one) for one in group)
        for group in points
    ):
        yield "'points' must be a list of lists of alternatives, texts that are not empty"
        return
    if points and data.get("answers"):
        yield "give 'answers' or 'points', not both"
    elif points and answerable is False:
        yield "an unanswerable question has no 'points'"
    elif (
        answerable is True
        and "points" in data
        and not (points or data.get("answers") or data.get("kind") == SMALL_TALK)
    ):
        yield f"'points' is empty: only questions of the kind {SMALL_TALK!r} need none"
    least = data.get("needed", len(points))
    if type(least) is not int or not min(1, len(points)) <= least <= len(points):
        yield f"'needed' must be a number of points, at most {len(points)}"


def _check_evidence(evidence: Any, answerable: Any, answers: int) -> Iterator[str]:
    if not isinstance(evidence, list):
        yield "'evidence' must be a list of {document, quote}"
        return
    for i, piece in enumerate(evidence):
        if not isinstance(piece, dict) or set(piece) - {"document", "quote", "answer"}:
            yield f"evidence[{i}] must be {{document, quote}}"
        elif not _is_text(piece.get("document")):
            yield f"evidence[{i}]: 'document' must be an id, path, file name or title"
        elif not isinstance(piece.get("quote"), str):
            yield f"evidence[{i}]: 'quote' must be a text"
        elif answerable is True and not piece["quote"].strip():
            yield f"evidence[{i}]: 'quote' is empty"
        elif piece.get("answer") is not None and not (
            type(piece["answer"]) is int and 0 <= piece["answer"] < answers
        ):
            yield f"evidence[{i}]: 'answer' must be the position of one of the {answers} answers"


def _check_history(history: Any) -> Iterator[str]:
    keys = {"question", "answer"}
    if not isinstance(history, list) or not all(
        isinstance(t, dict) and set(t) == keys and all(isinstance(t[k], str) for k in keys)
        for t in history
    ):
        yield "'history' must be a list of {question, answer}"


def _check_filters(filters: Any) -> Iterator[str]:
    if not isinstance(filters, dict) or set(filters) - set(FILTERS):
        yield f"'filters' must be an object with {', '.join(FILTERS)}"
        return
    for key in ("sources", "documents"):
        value = filters.get(key, [])
        if not isinstance(value, list) or not all(_is_text(v) for v in value):
            yield f"filters.{key} must be a list of texts"
    for key in ("since", "until"):
        if key in filters and as_date(filters[key]) is None:
            yield f"filters.{key} must be a date such as 2022-01-10, found {filters[key]!r}"


def as_date(value: Any) -> datetime | None:
    """A day or a moment in ISO 8601, in UTC when it names no zone."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return "nothing" if value is None else names.get(type(value), "a number")
