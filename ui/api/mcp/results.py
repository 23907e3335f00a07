"""The JSON forms that tools return, as models: their schemas tell an agent what it gets.

The models are not filled: `to_dict` of the records is the one form, and a test holds that the
schemas describe it.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field

from sourcebook.rag.answer import FORMS
from sourcebook.rag.question import Kind
from sourcebook.rag.review.records import VERDICTS

__all__ = [
    "AddedForm",
    "AnswerForm",
    "DocumentsForm",
    "HitsForm",
    "RemovedForm",
    "TextForm",
    "VerificationForm",
]

_KINDS = list(get_args(Kind))


class Form(BaseModel):
    """An object with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class SpanForm(Form):
    """Offsets in code points, and in UTF-16 code units."""

    start: int
    end: int
    start_utf16: int = 0
    end_utf16: int = 0


class DocumentForm(Form):
    """An article, without its text."""

    id: str
    title: str
    source: str | None
    author: str | None
    published: str | None = Field(description="ISO 8601.")
    published_from: str | None
    url: str | None
    path: str | None
    media_type: str | None
    language: str | None


class PlaceForm(SpanForm):
    """A quote: the characters ``start`` to ``end`` of the article's text."""

    quote: str
    page: int | None
    passage_id: str
    document: DocumentForm


class DayForm(Form):
    """A relative time of a quote, and the days it means."""

    text: str
    label: str


class CitationForm(PlaceForm):
    """A place that an answer rests on; ``also`` are places that say the same."""

    number: int
    days: list[DayForm]
    also: list[PlaceForm]


class SentenceForm(SpanForm):
    """A sentence of the answer, with the numbers of its citations."""

    text: str
    citations: list[int]
    support: float
    supported: bool
    unsupported: list[str]
    contrary: str | None
    quoted: bool
    form: str = Field(json_schema_extra={"enum": list(FORMS)})
    marker: str | None = None
    language: str | None = None
    row: str | None = None
    column: str | None = None


class SideForm(Form):
    """One side of a conflict."""

    text: str
    value: float | str
    bound: str
    citations: list[CitationForm]


class ConflictForm(Form):
    """Where sources disagree."""

    about: str
    kind: str
    sides: list[SideForm]


class AnswerForm(Form):
    """A cited answer, or a refusal (``abstained``) with its reason and what came nearest."""

    question: str
    kind: str = Field(json_schema_extra={"enum": _KINDS})
    standalone_question: str
    text: str = Field(description="With [n] after each sentence: n is the number of a citation.")
    sentences: list[SentenceForm]
    citations: list[CitationForm]
    abstained: bool
    confidence: float = Field(description="The probability that it is right.")
    conflicts: list[ConflictForm]
    nearest: list[CitationForm]
    timings: dict[str, float | None]
    record: dict[str, Any] = Field(description="What a replay needs.")
    stopped: bool
    filters: list[dict[str, Any]]
    as_of: str | None
    reason: str | None
    left_out: list[SentenceForm]


class PassageForm(SpanForm):
    """A passage: the characters ``start`` to ``end`` of the article's text."""

    id: str
    text: str
    page: int | None


class TwinForm(Form):
    """Another passage that says the same."""

    id: str
    document: str


class HitForm(Form):
    """A passage that was found, how well it fits, and what of it speaks for that; ``twins`` where
    only distinct ones were asked for, ``before`` and ``after`` where neighbours were."""

    score: float
    probability: float | None
    dense: float | None
    bm25: float | None
    part: float | None
    near: float | None
    passage: PassageForm
    document: DocumentForm
    twins: list[TwinForm] = []
    before: list[PassageForm] = []
    after: list[PassageForm] = []


class HitsForm(Form):
    """Passages, the best first."""

    hits: list[HitForm]


class TextForm(SpanForm):
    """A part of an article's text; ``next_start`` is where to read on."""

    document: DocumentForm
    text: str
    length: int = Field(description="Characters of the whole text.")
    next_start: int | None


class RowForm(Form):
    """An article in a list."""

    id: str
    title: str
    source: str | None
    author: str | None
    published: str | None
    place: str | None


class DocumentsForm(Form):
    """A page of articles, and the names of the libraries that may be used."""

    library: str
    libraries: list[str]
    total: int
    documents: list[RowForm]
    next_cursor: str | None


class ContradictionForm(Form):
    """Words of a statement against words of a source."""

    kind: str
    words: str
    source_words: str
    citation: int


class StatementForm(SpanForm):
    """A sentence of the text that was checked."""

    text: str
    verdict: str = Field(json_schema_extra={"enum": list(VERDICTS)})
    citations: list[int]
    support: float
    unsupported: list[str]
    contradictions: list[ContradictionForm]
    note: str | None


class VerificationForm(Form):
    """A text that was checked, statement by statement."""

    supported: bool
    counts: dict[str, int]
    statements: list[StatementForm]
    citations: list[CitationForm]
    generation: int
    seconds: float


class AddedForm(Form):
    """What an addition did."""

    counts: dict[str, int]
    added: list[str]
    skipped: list[dict[str, str]]


class RemovedForm(Form):
    """The article that was removed."""

    removed: DocumentForm
