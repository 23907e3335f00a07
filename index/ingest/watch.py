"""Sources looked at again and again: files every few seconds, the network now and then."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sourcebook.index.errors import ReadError
from sourcebook.index.fetching.response import is_url
from sourcebook.index.reading.registry import list_files

LOOK_SECONDS = 2.0
FETCH_SECONDS = 900.0

_TICK = 0.1

Snapshot = dict[str, tuple[int, int]]
"""Path -> size in bytes and time of change in nanoseconds."""


def watch(
    roots: Sequence[str],
    on_change: Callable[[], None],
    *,
    stop: Callable[[], bool],
    look: float = LOOK_SECONDS,
    fetch: float = FETCH_SECONDS,
) -> None:
    """Call ``on_change`` when a file below ``roots`` did, and every ``fetch`` seconds for URLs.

    Files are polled every ``look`` seconds: it works on every disk, those of a network too.
    ``on_change`` is called once at the start. Returns soon after ``stop`` says so.
    """
    on_network = any(is_url(root) for root in roots)
    earlier: Snapshot | None = None
    last_fetch = float("-inf")
    while not stop():
        # Taken before it is read: what changes meanwhile is seen at the next look.
        current = snapshot(roots)
        due = on_network and time.monotonic() - last_fetch >= fetch
        if current != earlier or due:
            earlier = current
            last_fetch = time.monotonic()
            on_change()
        _sleep(look, stop)


def snapshot(roots: Sequence[str]) -> Snapshot:
    """The files below the roots that can be read, as they are."""
    files: Snapshot = {}
    for root in roots:
        if is_url(root):
            continue
        try:
            for path in list_files(Path(root).expanduser().absolute(), lambda *_: None):
                state = path.stat()
                files[str(path)] = (state.st_size, state.st_mtime_ns)
        except (ReadError, OSError):
            continue  # it is not there now; that is a change too
    return files


def _sleep(seconds: float, stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stop():
        time.sleep(min(_TICK, seconds))
