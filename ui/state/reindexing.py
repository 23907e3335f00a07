"""Libraries that are given another embedder, each in a thread of its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sourcebook.index.errors import SourcebookError
from sourcebook.index.maintenance import reindex

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.index.embedding.base import Embedder


__all__ = ["ReindexRun", "Reindexings"]


@dataclass(slots=True)
class ReindexRun:
    """How far a library is: passages embedded, of how many; ``problem`` in a line where it broke
    off, ``is_complete`` when the library has the embedder."""

    library: Library
    name: str
    done: int = 0
    total: int = 0
    problem: str | None = None
    is_complete: bool = False
    is_over: bool = False
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, embedder: Embedder) -> None:
        """Embed all passages anew, or go on with it."""
        try:
            result = reindex(
                self.library.folder, embedder, on_progress=self._count, stop=self.stop.is_set
            )
            self.is_complete = result.is_complete
        except (SourcebookError, OSError) as error:
            self.problem = str(error)
        finally:
            self.is_over = True

    def _count(self, count: int, total: int) -> None:
        self.done, self.total = count, total


class Reindexings:
    """The last run of each library. Threads may share them."""

    def __init__(self) -> None:
        self._runs: dict[str, ReindexRun] = {}
        self._lock = threading.Lock()

    def start(self, library: Library, embedder: Embedder) -> ReindexRun:
        """Begin a run in the background; return that in progress where there is one."""
        with self._lock:
            run = self._runs.get(library.place)
            if run is None or run.is_over:
                run = self._runs[library.place] = ReindexRun(library, embedder.name)
                threading.Thread(
                    target=run.run, args=(embedder,), name="reindex", daemon=True
                ).start()
            return run

    def of(self, library: Library) -> ReindexRun | None:
        """Return the last run of a library."""
        return self._runs.get(library.place)

    def stop(self, library: Library) -> None:
        """Make a run end after its batch; what is embedded stays for the next."""
        if run := self._runs.get(library.place):
            run.stop.set()

    def stop_all(self) -> None:
        """Make all of them end."""
        for run in list(self._runs.values()):
            run.stop.set()

    def uses(self, library: Library) -> bool:
        """Whether ``library`` is being given another embedder."""
        run = self.of(library)
        return run is not None and not run.is_over

    def release(self, library: Library) -> None:
        """Do nothing: a run keeps nothing of a library open."""
