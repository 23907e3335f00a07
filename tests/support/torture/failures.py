"""Every write, sync, rename and the like fails in turn while a library is written."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sourcebook.index import Library
from sourcebook.index.errors import SourcebookError
from sourcebook.index.maintenance import back_up, purge, reindex, restore
from sourcebook.index.store.schema import SCHEMA

from .workshop import (
    TinyEmbedder,
    document_of,
    faults,
    make_earlier,
    open_as_it_is,
    outcome,
    scratch,
    text_of,
    warm_up,
)

SOURCE = Path(__file__).with_name("failing_disk.c")
_MOST = 100_000

Texts = dict[str, str]


@dataclass(slots=True)
class Failures:
    """How many calls failed in turn, in which steps, and what went wrong."""

    calls: int = 0
    by_step: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def compiler() -> str | None:
    """Return a C compiler, if there is one."""
    return shutil.which("cc") or shutil.which("gcc")


def fail_each(every: int = 0) -> Failures:
    """Let each call of each step fail; then, each in turn, the disk be full from it on.

    Args:
        every: 1: each call; 10: every tenth; 0: as 1.

    Raises:
        OSError: there is no C compiler, or no Linux.
    """
    command = compiler()
    if command is None or sys.platform != "linux":
        raise OSError("this needs Linux and a C compiler")
    with scratch() as place:
        shim = place / "failing_disk.so"
        subprocess.run([command, "-shared", "-fPIC", "-O1", "-o", shim, SOURCE, "-ldl"], check=True)
        done = subprocess.run(
            [sys.executable, "-m", "torture.failures", str(shim), str(max(every, 1))],
            env={
                **os.environ,
                "LD_PRELOAD": str(shim),
                "PYTHONPATH": os.pathsep.join(
                    filter(None, [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")])
                ),
            },
            capture_output=True,
            text=True,
            check=True,
        )
    data = json.loads(done.stdout.splitlines()[-1])
    return Failures(data["calls"], Counter(data["by_step"]), data["problems"])


def _add(folder: Path, place: Path) -> None:
    with open_as_it_is(folder) as library:
        library.add_documents([document_of("new.txt", 50), document_of("1.txt", 51)])


def _remove(folder: Path, place: Path) -> None:
    with open_as_it_is(folder) as library:
        library.remove(next(d.id for d in library.documents() if d.path == "2.txt"))


def _search(folder: Path, place: Path) -> None:
    with open_as_it_is(folder) as library:
        assert library.search(text_of(1), k=2)


def _restore(folder: Path, place: Path) -> None:
    restore(place / "backup", folder, replace=True)


def _unchanged(texts: Texts) -> Texts:
    return texts


def _added(texts: Texts) -> Texts:
    return {**texts, "new.txt": text_of(50), "1.txt": text_of(51)}


def _removed(texts: Texts) -> Texts:
    return {path: text for path, text in texts.items() if path != "2.txt"}


Step = tuple[Callable[[Path, Path], object], Callable[[Texts], Texts], int]
STEPS: dict[str, Step] = {
    "add": (_add, _added, len(SCHEMA)),
    "remove": (_remove, _removed, len(SCHEMA)),
    "search": (_search, _unchanged, len(SCHEMA)),
    "migrate": (_search, _unchanged, 1),
    "reindex": (lambda folder, place: reindex(folder, TinyEmbedder(8)), _unchanged, len(SCHEMA)),
    "purge": (lambda folder, place: purge(folder), _unchanged, len(SCHEMA)),
    "back up": (lambda folder, place: back_up(folder, folder / "b"), _unchanged, len(SCHEMA)),
    "restore": (_restore, _added, len(SCHEMA)),
}
"""What is done, the texts of the library after it, and the format it begins with."""


def _fail_all(shim: Path, every: int) -> Failures:
    """Let the calls of all steps fail. This runs in a process into which the shim is loaded."""
    disk = ctypes.CDLL(str(shim))
    warm_up()
    result = Failures()
    with scratch() as place:
        make_earlier(place / "other", len(SCHEMA), 4)
        with open_as_it_is(place / "other") as library:
            library.add_documents([document_of("new.txt", 50), document_of("1.txt", 51)])
        back_up(place / "other", place / "backup")
        for name in STEPS:
            for all_behind in (0, 1):
                at = 1
                while at < _MOST:
                    lines = outcome(partial(_fail, disk, place, name, at, all_behind))
                    if lines == ["through"]:
                        break
                    result.calls += 1
                    result.by_step[name] += 1
                    result.problems += [
                        f"{name}, call {at}{', full from there' * all_behind}: {line}"
                        for line in lines
                    ]
                    at += every
    return result


def _fail(disk: ctypes.CDLL, place: Path, name: str, at: int, all_behind: int) -> list[str]:
    """Let one call of a step fail; return what is wrong then, or that there are not as many."""
    act, after, version = STEPS[name]
    folder = place / "library"
    shutil.rmtree(folder, ignore_errors=True)
    before = make_earlier(folder, version, 4)
    kind = errno.ENOSPC if all_behind or at % 2 else errno.EIO
    serving = Library.open(folder, embedder=TinyEmbedder()) if name != "migrate" else None
    disk.failing_disk_arm(str(folder).encode(), at, kind, all_behind)
    problems: list[str] = []
    is_done = False
    try:
        act(folder, place)
        is_done = True
    except (SourcebookError, OSError) as error:
        if not isinstance(error, SourcebookError):
            problems.append(f"not told in our words: {error!r}")
    if disk.failing_disk_calls() < at:
        return ["through"]
    if serving is not None and name not in ("reindex", "restore"):
        try:  # the old state serves, or the new one, while the disk is still as it is
            if not serving.search(text_of(3), k=2):
                problems.append("nothing is found any more")
        except SourcebookError as error:
            problems.append(f"what is open does not answer: {error}")
        serving.close()
    disk.failing_disk_arm(b"", 0, 0, 0)
    if not faults(folder, after(before)):
        return problems
    old = faults(folder, before)
    if old:
        problems += old
    elif is_done and after is not _unchanged:
        problems.append("it was acknowledged and is lost")
    return problems


if __name__ == "__main__":
    found = _fail_all(Path(sys.argv[1]), int(sys.argv[2]))
    print(
        json.dumps(
            {"calls": found.calls, "by_step": dict(found.by_step), "problems": found.problems}
        )
    )
