"""Answers with sentences of every form, over one small handbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sourcebook.index import Document, make_document
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter
from sourcebook.rag import Chatbot
from sourcebook.rag.answer import Answer, Citation, Form, Sentence
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.question import Kind
from sourcebook.rag.verification import Part, compose, remark

CODE = "if test -d spool; then\n    rm -r spool\nfi"
STEPS = ("Stop the ferry bell.", "Empty the spool:", "Ring the bell again.")
FARES = (
    ("Route", "Adult", "Child"),
    ("Skerry", "12.50", "6.25"),
    ("Marwick", "8.20", "4.10"),
)


def handbook() -> Document:
    """A document with sentences, a list, code and a table."""
    writer = BlockWriter()
    with writer.block("heading", level=2):
        writer.write("Bells and fares")
    with writer.block("paragraph"):
        writer.write("The bell hangs in the stern. It weighs 40 kilograms.")
    with writer.block("list"):
        for number, step in enumerate(STEPS, 1):
            with writer.block("item", marker=f"{number}."):
                writer.write(step)
    with writer.block("code", language="sh"):
        writer.write(CODE)
    cells = [[TableCell(text) for text in row] for row in FARES]
    write_table(writer, Table(cells, head_rows=1, head_columns=1))
    return make_document(writer.content(), title="Ferry handbook", path="f.md", is_scraped=False)


HANDBOOK = handbook()


def said(
    quote: str,
    form: Form = "sentence",
    *,
    text: str | None = None,
    marker: str | None = None,
    language: str | None = None,
    row: str | None = None,
    column: str | None = None,
) -> Part:
    """A quote of the handbook, or a text that cites it, as a part of an answer."""
    start = HANDBOOK.text.index(quote)
    citation = Citation(1, HANDBOOK, "p", quote, start, start + len(quote))
    sentence = Sentence(
        text or quote,
        0,
        0,
        (),
        1.0,
        True,
        form=form,
        marker=marker,
        language=language,
        row=row,
        column=column,
    )
    return Part(sentence, (citation,))


def composed(*parts: Part, kind: Kind = "fact", question: str = "What is there?") -> Answer:
    """The answer that consists of parts."""
    draft = compose(parts)
    return Answer(
        question=question,
        standalone_question=question,
        text=draft.text,
        sentences=draft.sentences,
        citations=draft.citations,
        abstained=False,
        confidence=0.95,
        kind=kind,
    )


def step(number: int) -> Part:
    """A step of the handbook."""
    return said(STEPS[number - 1], "step", marker=f"{number}.")


def row_text(number: int) -> str:
    """A row of the table of fares as it stands in the text."""
    row = next(b for b in HANDBOOK.blocks if b.kind == "table").children[number]
    return row.text


def cell(text: str, row: str, column: str) -> Part:
    """A cell of a comparison; without a text, one that no article tells."""
    if not text:
        return remark("No article tells this.", form="cell", row=row, column=column)
    return said(text, "cell", row=row, column=column)


EVERY_FORM = composed(
    said("The bell hangs in the stern."),
    said("It weighs 40 kilograms."),
    remark("Cleaning", form="heading"),
    step(1),
    step(2),
    said(CODE, "code", language="sh"),
    step(3),
    remark("Fares", form="heading"),
    said(row_text(1), "item"),
    said(row_text(2), "item"),
    cell("12.50", "Adult", "Skerry"),
    cell("8.20", "Adult", "Marwick"),
    cell("It weighs 40 kilograms.", "Bell", "Skerry"),
    cell("", "Bell", "Marwick"),
    remark("Looked at 14 passages of 5 articles."),
    remark("1 item that no source supports was left out."),
    kind="how-to",
    question="How is the spool emptied, and what are the fares?",
)

GREETING = replace(
    composed(
        remark("Hello! I answer questions from your articles."),
        remark("You can ask for a fact or a list, for example:"),
        remark("Summarise “Ferry handbook”."),
        remark("How many articles are there?"),
        kind="small-talk",
        question="Hello!",
    ),
    confidence=1.0,
)

FARES_LIST = composed(
    said(row_text(1), "item"),
    said(row_text(2), "item"),
    remark("Looked at 14 passages of 5 articles."),
    kind="list",
    question=EVERY_FORM.question,
)


class MadeAnswers(Chatbot):
    """Answers the questions of this file with its answers, and all others as ever.

    ``kinds`` are those that the questions of this file were asked as.
    """

    kinds: list[Kind | None]

    def stream(self, question: str, *, kind: Kind | None = None, **more: Any) -> Iterator[Event]:
        made = {each.question: each for each in (EVERY_FORM, GREETING)}.get(question)
        if made is None:
            yield from super().stream(question, kind=kind, **more)
            return
        self.kinds = [*getattr(self, "kinds", []), kind]
        yield AnswerReady(FARES_LIST if kind == "list" else made)
