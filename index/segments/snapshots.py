"""What a library is searched by in its present generation: segments, and which of their rows are
there still.

The database names the segments that lie beside it, in their order. What came since the last one is
a segment in memory, until there is enough of it for one of its own; small ones are joined, so that
they stay few and a large one is hardly ever written again. Whatever is missing or damaged is made
of the database: nothing here is needed but to be quick.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sourcebook.index.embedding.base import Vectors
from sourcebook.index.errors import LibraryDamaged, LibraryError
from sourcebook.index.store.cached import GenerationCache
from sourcebook.index.store.sql import numbers
from sourcebook.index.store.store import Store

from .names import Line, Names, read_line, segment_names, write_names
from .postings import Mask
from .segment import Keys, Segment
from .snapshot import Snapshot
from .vectors import use_one_thread

SEALED_FROM = 1000
"""Passages from which a segment is written to disk."""

WAITED_FOR = 50_000
"""Passages up to which segments are joined at once; more in the background."""

GROWTH = 4
"""How many times as large as all behind it a segment is; else they are joined."""

_LEFT_OVER = 3600.0


class _State(NamedTuple):
    """What the database says at one moment: its generation; what tells its passages from those of a
    restored or reindexed library with the same keys; the numbers in a vector; the segments; the
    keys of all passages."""

    generation: int
    line: Line
    dimension: int
    names: Names
    keys: Keys


class Snapshots:
    """Gives the snapshot of a library in a folder. Threads may share one."""

    def __init__(self, folder: Path, store: Store) -> None:
        """Take the parts.

        Args:
            folder: where segments lie.
            store: the library's.
        """
        self._folder, self._store = folder, store
        self._line: Line | None = None
        self._segments: dict[str, Segment] = {}
        self._recent: list[Segment] = []
        self._cache = GenerationCache(lambda: store.generation, self._make)
        self._joining: threading.Thread | None = None
        self._writing = threading.Lock()
        self._is_closed = False

    def close(self) -> None:
        """Have nothing more written in the background, and wait until nothing is."""
        self._is_closed = True
        with self._writing:
            pass

    def get(self) -> Snapshot:
        """Return the snapshot of the present generation.

        Raises:
            LibraryDamaged: the database is not as it was written.
            LibraryBusy, LibraryError: it cannot be read.
        """
        return self._cache.get()

    def _make(self, generation: int) -> Snapshot:
        while True:
            state = self._read()
            if self._line != state.line:
                self._line, self._segments, self._recent = state.line, {}, []
            try:
                self._load(state)
                is_whole = self._add_recent(state)
            except LookupError as error:
                if self._store.generation == state.generation:
                    raise self._damage(str(error)) from error
                continue  # another process removed a passage meanwhile
            if read_line(self._store.database) != state.line:
                continue
            if sum(len(segment.keys) for segment in self._recent) >= SEALED_FROM:
                with suppress(OSError, LibraryError):  # no room, or read only: they stay in memory
                    self._seal(state)
            if is_whole:
                break
        self._join_large(state)
        segments = (*self._segments.values(), *self._recent)
        masks = tuple(_mask(segment.keys, state.keys) for segment in segments)
        return Snapshot(state.generation, segments, masks)

    def _read(self) -> _State:
        with self._store.database.snapshot() as db:
            generation, _, dimension = self._store.state()
            line = read_line(self._store.database)
            # Two tables say which passages there are, as neither has a checksum itself.
            keys, summed = (
                np.sort(numbers(db.execute(query).fetchone()[0]))
                for query in (
                    "SELECT group_concat(key) FROM passages",
                    "SELECT group_concat(key) FROM checksums WHERE place = 'passages'",
                )
            )
            names = segment_names(db, line)
        if not np.array_equal(keys, summed):
            raise self._damage(f"{len(keys)} passages, {len(summed)} checksums")
        return _State(generation, line, dimension, names, keys)

    def _damage(self, detail: str) -> LibraryDamaged:
        return LibraryDamaged(
            f"{self._store.database.path} lacks passages, or holds too many ({detail}): "
            "`sourcebook doctor --library` says more, and makes them anew"
        )

    def _load(self, state: _State) -> None:
        """Load the segments on disk; one that is missing or damaged is made anew."""
        before, last = self._segments, 0
        self._segments = {}
        for name in state.names:
            segment = before.get(name) or Segment.load(self._folder / name)
            if segment is None:
                shutil.rmtree(self._folder / name, ignore_errors=True)
                end = int(name.rpartition("-")[2])
                keys = state.keys[(state.keys > last) & (state.keys <= end)]
                segment = Segment.of(self._store, keys, end, state.dimension)
                with suppress(OSError, LibraryError):
                    # It has another name where another version had made the one before.
                    name = self._exchange(state, (name,), segment) or name  # noqa: PLW2901
                    segment = segment.on_disk(self._folder / name)
            self._segments[name] = segment
            last = segment.last

    def _add_recent(self, state: _State) -> bool:
        """Make a segment of what came since the last one; return whether that was all of it.

        Of very much it is a part, so that a change that others make meanwhile costs no more.
        """
        last = next((s.last for s in reversed(self._segments.values())), 0)
        recent = [segment for segment in self._recent if segment.last > last]
        if any((segment.keys <= last).any() for segment in recent):
            recent = []  # another process cut them otherwise
        missing = state.keys[state.keys > (recent[-1].last if recent else last)]
        new = missing[:WAITED_FOR]
        if len(new):
            recent.append(Segment.of(self._store, new, int(new[-1]), state.dimension))
            start = _joined_from(recent)
            recent = [*recent[:start], self._join(recent[start:], state)]
        self._recent = recent
        return len(new) == len(missing)

    def _seal(self, state: _State) -> None:
        """Write what came since the last segment, joined with those before while they are small.

        Raises:
            OSError, LibraryError: it cannot be written.
        """
        names, segments = tuple(self._segments), [*self._segments.values(), *self._recent]
        start = _joined_from(segments)
        is_small = sum(len(segment.keys) for segment in segments[start:]) <= WAITED_FOR
        first = min(start, len(names)) if is_small else len(names)
        segment = self._join(segments[first:], state)
        name = self._exchange(state, names[first:], segment, behind=names[:first])
        if name is None:  # another process did
            return
        segment = segment.on_disk(self._folder / name)
        self._recent = []
        self._segments = {**dict(islice(self._segments.items(), first)), name: segment}

    def _join_large(self, state: _State) -> None:
        """Join in the background what is too large to be waited for, or a program left apart."""
        start = _uneven_from([len(segment.keys) for segment in self._segments.values()])
        is_busy = self._joining is not None and self._joining.is_alive()
        if start is not None and not is_busy:
            batch = dict(islice(self._segments.items(), start, None))
            self._joining = threading.Thread(
                target=self._join_aside, args=(batch, state), name="segments", daemon=True
            )
            self._joining.start()

    def _join_aside(self, batch: dict[str, Segment], state: _State) -> None:
        """Join segments while they are searched; they change places in one step."""
        use_one_thread()
        with suppress(OSError, LibraryError, LookupError):
            segment = self._join([*batch.values()], state)
            with self._writing:
                if self._is_closed or not self._exchange(state, tuple(batch), segment):
                    return
            self._cache.forget()

    def _join(self, segments: Sequence[Segment], state: _State) -> Segment:
        if len(segments) == 1:
            return segments[0]
        parts = [(segment, np.isin(segment.keys, state.keys)) for segment in segments]
        return Segment.of_parts(self._store, parts, state.dimension)

    def _exchange(
        self, state: _State, names: Names, segment: Segment, behind: Names | None = None
    ) -> str | None:
        """Write a segment, and put it into the place of others.

        Args:
            state: the library's; nothing is done if it has another line by now.
            names: the others, which follow each other.
            segment: what is written.
            behind: all that there may be besides, before them; None: whatever there is.

        Returns:
            Its name; None where another process made other segments meanwhile.
        """

        def read(keys: Keys) -> Vectors:
            if self._is_closed:
                raise InterruptedError("the library was closed")
            return self._store.passage_vectors(keys.tolist(), state.dimension)

        name = segment.save(self._folder, read)
        with self._store.database.changing() as db:
            is_same = read_line(self._store.database) == state.line
            present = segment_names(db, state.line) if is_same else ()
            starts = [at for at in range(len(present) + 1) if present[at:][: len(names)] == names]
            if behind is not None:
                starts = [len(behind)] if present == behind + names else []
            if starts:
                present = (*present[: starts[0]], name, *present[starts[0] + len(names) :])
                write_names(db, state.line, present)
        for folder in self._folder.iterdir():
            is_old = time.time() - folder.stat().st_mtime > _LEFT_OVER
            if folder.name not in present and (is_old or folder.name in names):
                shutil.rmtree(folder, ignore_errors=True)
        return name if starts else None


def _joined_from(segments: Sequence[Segment]) -> int:
    """Return from where on segments are to be joined, so that each that is left is larger than all
    behind it."""
    start, behind = len(segments) - 1, len(segments[-1].keys)
    while start and len(segments[start - 1].keys) < GROWTH * behind:
        start -= 1
        behind += len(segments[start].keys)
    return start


def _uneven_from(sizes: Sequence[int]) -> int | None:
    """Return the first segment that is too small beside all behind it, by their sizes."""
    behind = sum(sizes)
    for start, size in enumerate(sizes[:-1]):
        behind -= size
        if size < GROWTH * behind:
            return start
    return None


def _mask(keys: Keys, present: Keys) -> Mask | None:
    mask = np.isin(keys, present, assume_unique=True)
    return None if mask.all() else mask
