"""What an agent may say to each tool."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sourcebook.rag.question import LONGEST, Kind

__all__ = [
    "AddArguments",
    "AskArguments",
    "ListArguments",
    "ReadArguments",
    "RemoveArguments",
    "SearchArguments",
    "ToolArguments",
    "VerifyArguments",
]

MOST_CHARACTERS = 20_000
"""Characters of an article that `read` gives at once."""


class ToolArguments(BaseModel):
    """What all tools take."""

    model_config = ConfigDict(extra="forbid")

    library: Annotated[
        str | None,
        Field(max_length=200, description="The name of a library; by default the first one."),
    ] = None


class AskArguments(ToolArguments):
    """Of `ask`."""

    question: Annotated[
        str, Field(description=f"In whole sentences; at most {LONGEST:,} characters.")
    ]
    kind: Annotated[
        Kind | None,
        Field(description="The sort of answer; by default the question's words decide."),
    ] = None


class SearchArguments(ToolArguments):
    """Of `search`."""

    words: Annotated[str, Field(max_length=LONGEST, description="A question, or some words.")]
    limit: Annotated[int, Field(ge=1, le=50, description="How many passages at most.")] = 8
    distinct: Annotated[
        bool, Field(description="Make passages that say the same one hit, naming the others.")
    ] = False
    neighbours: Annotated[
        int, Field(ge=0, le=5, description="Passages before and behind each that are shown too.")
    ] = 0


class ReadArguments(ToolArguments):
    """Of `read`."""

    document: Annotated[
        str, Field(max_length=200, description="The id of an article, as other tools give it.")
    ]
    start: Annotated[int, Field(ge=0, description="The first character to read.")] = 0
    length: Annotated[
        int, Field(ge=1, le=MOST_CHARACTERS, description="How many characters to read.")
    ] = MOST_CHARACTERS


class ListArguments(ToolArguments):
    """Of `list`."""

    words: Annotated[
        str,
        Field(max_length=LONGEST, description="Words of title, source or author; empty: all."),
    ] = ""
    cursor: Annotated[
        str | None, Field(max_length=40, description="`next_cursor` of the page before.")
    ] = None
    limit: Annotated[int, Field(ge=1, le=200, description="How many articles a page has.")] = 50


class VerifyArguments(ToolArguments):
    """Of `verify`."""

    text: Annotated[str, Field(description="A draft or an answer by anybody; may be Markdown.")]


class AddArguments(ToolArguments):
    """Of `add`."""

    sources: Annotated[
        list[Annotated[str, Field(max_length=4000)]],
        Field(min_length=1, max_length=100, description="Addresses of web pages and feeds."),
    ]


class RemoveArguments(ToolArguments):
    """Of `remove`."""

    document: Annotated[str, Field(max_length=200, description="The id of an article.")]
