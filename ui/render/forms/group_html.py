"""The groups of an answer as the values that its HTML template shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from sourcebook.rag.answer import Answer, Sentence
from sourcebook.ui.render.citations import mark_html
from sourcebook.ui.render.escaping import clean, one_line
from sourcebook.ui.render.notes import NOTHING_TOLD, code_label, unsupported_note

from .grouping import AnswerTable, Code, Group, Heading, Items, Prose, group

__all__ = ["group_values"]

Values = dict[str, object]


def group_values(answer: Answer, anchor: str, *, heading_level: int, is_live: bool) -> list[Values]:
    """Return what the template shows of each group.

    Args:
        answer: the answer.
        anchor: its marks lead to ``#{anchor}-{n}``.
        heading_level: that of a heading inside of it.
        is_live: whether it stands in the page, where buttons do something.
    """
    numbers = {citation.number: citation for citation in answer.citations}

    def part(sentence: Sentence) -> Values:
        cited = [numbers[number] for number in sentence.citations if number in numbers]
        return {
            "gap": None,
            "text": sentence.text,
            "marks": [mark_html(citation, anchor) for citation in cited],
            "note": unsupported_note(sentence, answer),
        }

    def values(one: Group) -> Values:
        match one:
            case Prose():
                return {"name": "prose", "parts": _prose(one, part)}
            case Heading():
                heading_part = part(one.sentence)
                return {"name": "heading", "tag": f"h{heading_level}", "part": heading_part}
            case Items():
                offers = is_live and answer.kind == "small-talk"
                return _items(one, part, offers_questions=offers)
            case Code():
                return {
                    "name": "code",
                    "part": part(one.sentence),
                    "label": code_label(one.sentence),
                    "lines": clean(one.sentence.text).split("\n"),
                    "is_live": is_live,
                }
            case AnswerTable():
                return _table(one, part)
            case _:
                return {"name": "note", "part": part(one.sentence)}

    return [values(one) for one in group(answer)]


def _prose(prose: Prose, part: Callable[[Sentence], Values]) -> Iterable[Values]:
    for sentence, text in prose.pieces:
        if sentence is not None:
            yield part(sentence)
        elif text.strip():
            yield {"gap": text}
        else:
            yield {"gap": Markup("<br>") if "\n" in text else " "}


def _items(items: Items, part: Callable[[Sentence], Values], *, offers_questions: bool) -> Values:
    return {
        "name": "steps" if items.are_steps else "items",
        "parts": [
            {
                **part(sentence),
                "marker": one_line(sentence.marker or "•"),
                "is_question": offers_questions and not sentence.citations,
            }
            for sentence in items.sentences
        ],
    }


def _table(table: AnswerTable, part: Callable[[Sentence], Values]) -> Values:
    rows = [
        {
            "head": one_line(row.head),
            "cells": [
                {
                    "column": one_line(column),
                    "is_empty": not any(sentence.citations for sentence in cell),
                    "parts": [part(sentence) for sentence in cell] or [_NOTHING],
                }
                for column, cell in zip(table.columns, row.cells, strict=True)
            ],
        }
        for row in table.rows
    ]
    return {
        "name": "table",
        "columns": [one_line(column) for column in table.columns],
        "has_column_heads": any(table.columns),
        "has_row_heads": table.has_row_heads,
        "rows": rows,
    }


_NOTHING: Values = {"gap": None, "text": NOTHING_TOLD, "marks": [], "note": None}
