"""Sources added once: read whether they were read before or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.reading.sandbox import ReaderSandbox, SandboxLimits, read_in_sandbox
from sourcebook.index.reports import AddReport, Progress
from sourcebook.index.store.contract import LibraryStore

from .batch import Batch
from .listing import list_sources
from .pipeline import Intake
from .stories import update_stories
from .sync import find_origins
from .web_pages import SourceAccess

if TYPE_CHECKING:
    from sourcebook.index.fetching.fetcher import Fetcher


@contextmanager
def source_access(
    limits: SandboxLimits, fetcher: Fetcher | None, columns: Mapping[str, str] | None
) -> Iterator[SourceAccess]:
    """Have a process that reads files, until the end of the block.

    Args:
        limits: what reading one file may take.
        fetcher: fetches URLs; by default a new one.
        columns: the columns of tables where they have names of their own.
    """
    from sourcebook.index.fetching.fetcher import Fetcher

    with ReaderSandbox(limits) as sandbox:
        yield SourceAccess(
            fetcher or Fetcher(), lambda path: read_in_sandbox(path, sandbox, columns)
        )


def add_sources(
    store: LibraryStore,
    embedder: Embedder,
    sources: Sequence[str],
    *,
    access: SourceAccess,
    on_progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> AddReport:
    """Add what is new or changed in files, folders and URLs.

    Args:
        store: the library's database.
        embedder: makes the passages' vectors.
        sources: paths and URLs.
        access: reads and fetches.
        on_progress: called as documents are read.
        stop: called between documents; True ends the addition.

    Returns:
        What was added, changed and skipped; all of it is on disk.

    Raises:
        LibraryError: the library cannot be written.
        ModelError: the embedder cannot be loaded.
    """
    listings = list_sources(sources, access, stop)
    # What was read before is read again: to add is to say that it should be.
    earlier = {
        key: replace(origin, signature=None)
        for key, origin in find_origins(listings, store.origins()).items()
    }
    intake = Intake(Batch(store, embedder), store.origins())
    outcome = intake.run(listings, earlier, on_progress=on_progress, stop=stop)
    update_stories(store, embedder)
    return outcome.report
