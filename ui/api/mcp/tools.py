"""The table of tools: names, descriptions, schemas, and which of them change a library."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mcp_types import Tool, ToolAnnotations
from pydantic import BaseModel

from . import arguments as inputs
from . import results
from .app import ANSWER_APP
from .toolbox import Call, Outcome, Toolbox

__all__ = ["TOOLS", "ToolEntry", "offered"]


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """One tool: what it takes, what it returns, what it does."""

    name: str
    title: str
    description: str
    arguments: type[inputs.ToolArguments]
    result: type[BaseModel]
    run: Callable[[Toolbox, Call, Any], Awaitable[Outcome]]
    writes: bool = False
    app: str | None = None

    def to_tool(self) -> Tool:
        """Return the tool as agents see it."""
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.arguments.model_json_schema(),
            output_schema=self.result.model_json_schema(),
            annotations=ToolAnnotations(
                title=self.title,
                read_only_hint=not self.writes,
                destructive_hint=self.name == "remove",
                idempotent_hint=True,
                open_world_hint=self.name == "add",
            ),
            _meta={"ui": {"resourceUri": self.app}} if self.app else None,
        )


TOOLS: tuple[ToolEntry, ...] = (
    ToolEntry(
        "ask",
        "Ask the articles",
        "Answer a question from the articles. Each sentence carries [n], the number of a citation "
        "with the exact quote and where it stands. Where the articles do not answer it, "
        "`abstained` is true and `reason` says why: tell the reader so, and do not answer from "
        "elsewhere.",
        inputs.AskArguments,
        results.AnswerForm,
        Toolbox.ask,
        app=ANSWER_APP,
    ),
    ToolEntry(
        "search",
        "Search the articles",
        "Find the passages that fit a question or some words best, without writing an answer.",
        inputs.SearchArguments,
        results.HitsForm,
        Toolbox.search,
    ),
    ToolEntry(
        "read",
        "Read an article",
        "Give the text of an article, or a part of it. Offsets of quotes count in this text.",
        inputs.ReadArguments,
        results.TextForm,
        Toolbox.read,
    ),
    ToolEntry(
        "list",
        "List the articles",
        "List the articles of a library, a page at a time, and the names of the libraries.",
        inputs.ListArguments,
        results.DocumentsForm,
        Toolbox.list_documents,
    ),
    ToolEntry(
        "verify",
        "Check a text against the articles",
        "Check any text, a draft or an answer, sentence by sentence: supported by which quote, "
        "unsupported by which words, contradicted by which source. No language model is asked.",
        inputs.VerifyArguments,
        results.VerificationForm,
        Toolbox.verify,
    ),
    ToolEntry(
        "add",
        "Add articles",
        "Read web pages and feeds into a library.",
        inputs.AddArguments,
        results.AddedForm,
        Toolbox.add,
        writes=True,
    ),
    ToolEntry(
        "remove",
        "Remove an article",
        "Remove an article from a library.",
        inputs.RemoveArguments,
        results.RemovedForm,
        Toolbox.remove,
        writes=True,
    ),
)


def offered(*, writes: bool) -> Sequence[ToolEntry]:
    """Return the tools that are offered; those that change a library only where it is asked for."""
    return [tool for tool in TOOLS if writes or not tool.writes]
