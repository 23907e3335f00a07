"""The child process of the sandbox: it reads files within the limits of its command line.

`sandbox` runs it as ``python -m sourcebook.index.reading.sandbox_worker CPU_SECONDS MEMORY``.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from sourcebook.index.errors import ReadError

from .pdf.ocr import can_recognise
from .registry import READERS, read_member, read_source
from .sandbox_protocol import FileEnd, FileFailure, Heartbeat, Message, ReadJob, pack, unpack
from .source import Source
from .zip_archive import list_members, open_archive

OCR_MEMORY = 1 << 30
"""Bytes that the recognition of pictures needs for itself, where it is installed."""

COLLECTION = (50_000, 10, 10)
"""When garbage is looked for, as in `gc.set_threshold`: a sheet has hundreds of thousands of cells,
none of them garbage, and visiting them every 700 takes two fifths of the time."""

_LENGTH = 8


def main() -> None:
    """Serve until standard input ends."""
    cpu_seconds, memory = map(int, sys.argv[1:3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    # Output of libraries must not get between the messages.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _load_libraries()
    gc.collect()
    gc.freeze()  # else each collection visits the objects of all libraries again
    gc.set_threshold(*COLLECTION)
    _limit(resource.RLIMIT_CORE, 0)
    max_address_space = _address_space() + memory + (OCR_MEMORY if can_recognise() else 0)
    _limit(resource.RLIMIT_AS, max_address_space)
    _send(out, FileEnd())

    def send_progress() -> None:
        _send(out, Heartbeat())
        _limit(resource.RLIMIT_CPU, _cpu_seconds() + cpu_seconds)

    while job := _receive(sys.stdin.buffer):
        _limit(resource.RLIMIT_CPU, _cpu_seconds() + cpu_seconds)
        for message in _messages(job, max_address_space - memory // 2, send_progress):
            _send(out, message)
            # A dump may be long: each of its documents has the time of a file.
            _limit(resource.RLIMIT_CPU, _cpu_seconds() + cpu_seconds)


def _messages(
    job: ReadJob, max_address_space: int, on_progress: Callable[[], None]
) -> Iterator[Message]:
    """Yield the messages that answer a job; the error of a parser is an error of the file.

    The job is the last one where more bytes than ``max_address_space`` stay in use after it, as
    later files would have less memory.
    """
    end: FileEnd | FileFailure = FileEnd()
    try:
        yield from _items(job, on_progress)
    except ReadError as error:
        end = FileFailure(type(error).__name__, str(error))
    except MemoryError:
        end = FileFailure(
            "OverLimit", "reading it needs too much memory: split it, or save it as text", True
        )
    except RecursionError:
        end = FileFailure("UnreadableFile", "it is nested too deeply: save it as text")
    except Exception as error:  # noqa: BLE001 - a parser may raise anything over a broken file
        message = " ".join(str(error).split())[:200]
        end = FileFailure(
            "UnreadableFile", f"it cannot be parsed ({type(error).__name__}: {message})"
        )
    gc.collect()
    yield replace(end, last=end.last or _address_space() > max_address_space)


def _items(job: ReadJob, on_progress: Callable[[], None]) -> Iterator[Message]:
    source = replace(Source.file(Path(job.path), job.columns), on_progress=on_progress)
    if source.suffix != ".zip":
        yield from read_source(source)
    elif job.member is None:
        yield from list_members(_archive(source), source.place, READERS)
    else:
        yield from read_member(_archive(source), job.member, job.columns, on_progress)


@cache
def _open_archives() -> dict[str, ZipFile]:
    return {}


def _archive(source: Source) -> ZipFile:
    """Return the archive of ``source``, which stays open for its next member."""
    archives = _open_archives()
    if source.place not in archives:
        for package in archives.values():
            package.close()
        archives.clear()
        archives[source.place] = open_archive(source.open_stream())
    return archives[source.place]


def _load_libraries() -> None:
    """Load what nearly every file needs, before memory is limited."""
    from importlib import import_module

    from sourcebook.index.documents.language import detect_language

    detect_language("The words of a language are counted in a model that takes some memory.")
    for name in ("lxml.html", "trafilatura"):
        import_module(name)


def _receive(stream: BinaryIO) -> ReadJob | None:
    head = stream.read(_LENGTH)
    if len(head) < _LENGTH:
        return None
    message = unpack(stream.read(int.from_bytes(head, "big")))
    return message if isinstance(message, ReadJob) else None


def _send(out: BinaryIO, message: Message) -> None:
    data = pack(message)
    out.write(len(data).to_bytes(_LENGTH, "big") + data)
    out.flush()


def _limit(kind: int, value: int) -> None:
    """Set a soft limit; where the system has none, the deadline of the parent remains."""
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (value, hard))


def _cpu_seconds() -> int:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_utime + usage.ru_stime) + 1


def _address_space() -> int:
    """Return the bytes of address space in use, or a high guess where they are unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        return pages * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 4 << 30


if __name__ == "__main__":
    main()
