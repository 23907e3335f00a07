"""What a request may say of a question, in JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sourcebook.index.search.filters import Filters
from sourcebook.rag.question import LONGEST, Kind, Turn
from sourcebook.ui.api.service import AskedQuestion

__all__ = ["AskRequest", "FilterFields", "LibraryName", "TurnFields"]

LibraryName = Annotated[
    str | None,
    Field(
        max_length=200,
        description="The name of a library; by default the one the server was started with.",
    ),
]
_Names = Annotated[list[Annotated[str, Field(max_length=1000)]], Field(max_length=1000)]


class TurnFields(BaseModel):
    """An earlier question of the conversation, and the text of its answer."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(max_length=LONGEST)
    answer: str = Field(max_length=100_000)


class FilterFields(BaseModel):
    """Which articles are looked at. What is left out does not limit."""

    model_config = ConfigDict(extra="forbid")

    sources: _Names = []
    authors: _Names = []
    documents: _Names = []
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    first_day: date | None = None
    last_day: date | None = None
    languages: _Names = Field(default=[], description='Codes of two letters: "en".')

    def to_filters(self) -> Filters | None:
        """Return the filters of a search; None where nothing limits it."""
        filters = Filters(
            sources=frozenset(self.sources),
            authors=frozenset(self.authors),
            documents=frozenset(self.documents),
            since=self.since,
            until=self.until,
            first_day=self.first_day,
            last_day=self.last_day,
            languages=frozenset(self.languages),
        )
        return None if filters == Filters() else filters


class AskRequest(BaseModel):
    """A question to a library."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"question": "How long did the talks in Geneva last?", "library": "main"}]
        },
    )

    question: str = Field(description=f"At most {LONGEST:,} characters.")
    library: LibraryName = None
    history: list[TurnFields] = Field(
        default=[], max_length=100, description="The conversation so far, the oldest turn first."
    )
    filters: FilterFields | None = None
    kind: Kind | None = Field(
        default=None, description="The sort of answer; by default the question's words decide."
    )
    ignore: _Names = Field(
        default=[], description="Keys of `filters` of an answer that do not apply this time."
    )

    def to_question(self) -> AskedQuestion:
        """Return the question for the service."""
        return AskedQuestion(
            self.question,
            tuple(Turn(turn.question, turn.answer) for turn in self.history),
            self.filters.to_filters() if self.filters else None,
            self.kind,
            frozenset(self.ignore),
        )
