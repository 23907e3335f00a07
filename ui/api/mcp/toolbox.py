"""What the tools do, over the service that all doors share: the caller's libraries, one queue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mcp_types import ContentBlock

from sourcebook.index.errors import DocumentNotFound
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.search.overview import DocumentRow, select_rows
from sourcebook.index.threads import call_in_thread
from sourcebook.rag.answer import document_to_dict
from sourcebook.rag.events import AnswerReady, EvidenceFound, TextDelta
from sourcebook.ui.api.problems import RequestRefused
from sourcebook.ui.api.service import AskedQuestion, QueuePlace, Service, ServiceEvent
from sourcebook.ui.api.spans import (
    answer_to_dict,
    hit_to_dict,
    span_to_dict,
    verification_to_dict,
)
from sourcebook.ui.render import count
from sourcebook.ui.render.listing import (
    Around,
    document_line,
    report_counts,
    report_text,
    row_to_dict,
)

from .arguments import (
    AddArguments,
    AskArguments,
    ListArguments,
    ReadArguments,
    RemoveArguments,
    SearchArguments,
    VerifyArguments,
)
from .content import (
    answer_content,
    document_link,
    hits_content,
    text_content,
    verification_content,
)

if TYPE_CHECKING:
    from sourcebook.index import Hit, Library
    from sourcebook.ui.api.security.callers import Caller
    from sourcebook.ui.state import OpenLibrary

__all__ = ["Call", "Outcome", "Report", "Toolbox"]

Report = Callable[[str], Awaitable[None]]
"""Tells the agent in a few words how far a call is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool returns: JSON, and content for those who read text."""

    data: dict[str, Any]
    content: list[ContentBlock]


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls a tool, and how its progress is reported."""

    caller: Caller
    report: Report


class Toolbox:
    """The tools. Each checks what the caller may do, and raises SourcebookError in one line.

    Args:
        service: the open libraries, and the queue before the model.
        reads_files: whether `add` may read files and folders of this machine.
    """

    def __init__(self, service: Service, *, reads_files: bool = False) -> None:
        self.service = service
        self._reads_files = reads_files

    async def ask(self, call: Call, arguments: AskArguments) -> Outcome:
        """Answer a question."""
        call.caller.check_scope("ask")
        entry = await self.service.library(call.caller, arguments.library)
        question = AskedQuestion(arguments.question, kind=arguments.kind)
        async with aclosing(self.service.answers(call.caller, entry, question)) as events:
            async for event in events:
                if isinstance(event, AnswerReady):
                    data = await self.service.run(answer_to_dict, event.answer)
                    return Outcome(data, answer_content(entry.name, event.answer))
                if words := _progress(event):
                    await call.report(words)
        raise AssertionError("a stream ends with its answer")

    async def search(self, call: Call, arguments: SearchArguments) -> Outcome:
        """Find passages."""
        call.caller.check_scope("ask")
        entry = await self.service.library(call.caller, arguments.library)
        hits, around = await self.service.run(_find_hits, entry.library, arguments)
        data = {"hits": [hit_to_dict(hit, near) for hit, near in zip_longest(hits, around)]}
        return Outcome(data, hits_content(entry.name, hits, around))

    async def read(self, call: Call, arguments: ReadArguments) -> Outcome:
        """Give a part of an article's text."""
        call.caller.check_scope("read")
        entry = await self.service.library(call.caller, arguments.library)
        document = await self.service.run(entry.library.document, arguments.document)
        start = min(arguments.start, len(document.text))
        end = min(start + arguments.length, len(document.text))
        data = {
            "document": document_to_dict(document),
            "text": document.text[start:end],
            **span_to_dict(document.text, start, end),
            "length": len(document.text),
            "next_start": end if end < len(document.text) else None,
        }
        head = document_line(document)
        return Outcome(
            data,
            [
                *text_content(f"{head}\n\n{data['text']}"),
                document_link(entry.name, document),
            ],
        )

    async def list_documents(self, call: Call, arguments: ListArguments) -> Outcome:
        """Give a page of the articles."""
        call.caller.check_scope("read")
        entry = await self.service.library(call.caller, arguments.library)
        rows = select_rows(await self.service.run(entry.library.overview), words=arguments.words)
        first = _parse_cursor(arguments.cursor)
        page = [row for row in rows if row.number >= first][: arguments.limit + 1]
        following = page[arguments.limit].number if len(page) > arguments.limit else None
        names = await self.libraries(call.caller)
        data = {
            "library": entry.name,
            "libraries": names,
            "total": len(rows),
            "documents": [row_to_dict(row) for row in page[: arguments.limit]],
            "next_cursor": None if following is None else str(following),
        }
        lines = [f"{count(len(rows), 'article')} in {entry.name}"]
        lines += [f"{row.id}  {row.title}" for row in page[: arguments.limit]]
        if following is not None:
            lines.append(f"(more with cursor {following})")
        return Outcome(data, text_content("\n".join(lines)))

    async def verify(self, call: Call, arguments: VerifyArguments) -> Outcome:
        """Check a text, sentence by sentence."""
        call.caller.check_scope("ask")
        entry = await self.service.library(call.caller, arguments.library)
        verification = await call_in_thread(
            lambda cancel: entry.chatbot.verify(arguments.text, cancel=cancel)
        )
        data = verification_to_dict(verification, arguments.text)
        return Outcome(data, verification_content(entry.name, verification))

    async def add(self, call: Call, arguments: AddArguments) -> Outcome:
        """Read pages, and files where that is allowed, into a library."""
        call.caller.check_scope("write")
        if not self._reads_files:
            for source in arguments.sources:
                if urlsplit(source).scheme not in ("http", "https"):
                    raise RequestRefused(
                        f"{source[:200]!r} is no web address: files of this machine are added "
                        "with `sourcebook add`"
                    )
        entry = await self.service.library(call.caller, arguments.library)
        fetcher = Fetcher(offline=entry.chatbot.settings.offline)
        addition = entry.additions.begin(
            lambda progress, stop: entry.library.add(
                *arguments.sources, on_progress=progress, stop=stop, fetcher=fetcher
            )
        )
        try:
            await call_in_thread(lambda _: addition.completion.wait())
        finally:
            addition.stop()
        if addition.report is None:
            raise RequestRefused(addition.problem or "the addition broke off")
        report = addition.report
        data = {
            "counts": report_counts(report),
            "added": list(report.added),
            "skipped": [
                {"location": each.location, "reason": each.reason} for each in report.skipped
            ],
        }
        return Outcome(data, text_content(report_text(report)))

    async def remove(self, call: Call, arguments: RemoveArguments) -> Outcome:
        """Remove an article; the page can bring it back until the server stops."""
        call.caller.check_scope("write")
        entry = await self.service.library(call.caller, arguments.library)
        document = await self.service.run(entry.library.document, arguments.document)
        take_out = partial(entry.removals.take_out, entry.library, document.id)
        await self.service.run(take_out)
        return Outcome(
            {"removed": document_to_dict(document)},
            text_content(f"Removed: {document_line(document)}"),
        )

    # --- resources ---

    async def libraries(self, caller: Caller) -> list[str]:
        """Return the names of the libraries that the caller may use."""
        return await self.service.run(self.service.library_names, caller)

    async def rows(self, caller: Caller) -> tuple[OpenLibrary, tuple[DocumentRow, ...]]:
        """Return the caller's first library, and its articles."""
        caller.check_scope("read")
        entry = await self.service.library(caller, None)
        return entry, await self.service.run(entry.library.overview)

    async def text(self, caller: Caller, library: str, document_id: str) -> str:
        """Return the whole text of an article.

        Raises:
            DocumentNotFound, AccessDenied, LibraryError: it cannot be given.
        """
        caller.check_scope("read")
        entry = await self.service.library(caller, library)
        document = await self.service.run(entry.library.document, document_id)
        return document.text


def _find_hits(library: Library, arguments: SearchArguments) -> tuple[list[Hit], list[Around]]:
    """Passages, and those around each where they are asked for."""
    hits = library.search(arguments.words, arguments.limit, distinct=arguments.distinct)
    if not arguments.neighbours:
        return hits, []
    return hits, [library.neighbours(hit.passage, arguments.neighbours) for hit in hits]


def _progress(event: ServiceEvent) -> str:
    if isinstance(event, QueuePlace):
        return f"{count(event.ahead, 'question')} ahead"
    if isinstance(event, EvidenceFound):
        return f"{count(len(event.evidence), 'sentence')} found"
    return event.text if isinstance(event, TextDelta) else ""


def _parse_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit():
        raise DocumentNotFound(f"{cursor!r} is no cursor: take `next_cursor` of the page before")
    return int(cursor)
