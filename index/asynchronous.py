"""The methods of a library for programs that run an event loop: the same, awaited."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol, Self

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.search.filters import Filters, Mode

from .reports import AddReport, Progress
from .threads import call_in_thread

if TYPE_CHECKING:
    from sourcebook.index.fetching.fetcher import Fetcher


class SyncLibrary(Protocol):
    """What the awaited methods call."""

    def add(
        self,
        *sources: str | os.PathLike[str],
        on_progress: Callable[[Progress], None] | None = None,
        stop: Callable[[], bool] | None = None,
        fetcher: Fetcher | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport: ...

    def search(
        self,
        words: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        distinct: bool = False,
        diverse: bool = False,
    ) -> list[Hit]: ...

    def document(self, document_id: str) -> Document: ...

    def remove(self, document_id: str) -> None: ...

    def close(self) -> None: ...


class AsyncMethods:
    """`aadd`, `asearch`, `adocument`, `aremove`: each runs its method in a thread of its own.

    async with Library.open("news.library") as library:
        hits = await library.asearch("talks in Geneva")
    """

    async def aadd(
        self: SyncLibrary,
        *sources: str | os.PathLike[str],
        on_progress: Callable[[Progress], None] | None = None,
        fetcher: Fetcher | None = None,
        columns: Mapping[str, str] | None = None,
    ) -> AddReport:
        """As `add`. A cancelled task ends the addition after the document in hand; what was
        committed stays. ``on_progress`` is called in the thread."""
        return await call_in_thread(
            lambda cancel: self.add(
                *sources,
                on_progress=on_progress,
                stop=cancel.is_set,
                fetcher=fetcher,
                columns=columns,
            )
        )

    async def asearch(
        self: SyncLibrary,
        words: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filters: Filters | None = None,
        distinct: bool = False,
        diverse: bool = False,
    ) -> list[Hit]:
        """As `search`."""
        return await call_in_thread(
            lambda _: self.search(
                words, k, mode=mode, filters=filters, distinct=distinct, diverse=diverse
            )
        )

    async def adocument(self: SyncLibrary, document_id: str) -> Document:
        """As `document`."""
        return await call_in_thread(lambda _: self.document(document_id))

    async def aremove(self: SyncLibrary, document_id: str) -> None:
        """As `remove`."""
        await call_in_thread(lambda _: self.remove(document_id))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self: SyncLibrary, *_: object) -> None:
        await call_in_thread(lambda _: self.close())
