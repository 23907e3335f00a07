"""Read risky files in a child process with limits, which is replaced when it dies.

One child reads many files. It receives the path of a file and sends documents as JSON (never
pickle: a file may have taken control of it). Time, memory and the size of a message are limited; a
file that exceeds a limit or ends the child is skipped, with the reason.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from sourcebook.index import errors
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import OverLimit, ReaderCrashed, ReadError
from sourcebook.index.reports import Skipped

from .deadline import Deadline
from .registry import find_format, read_source
from .sandbox_protocol import FileEnd, FileFailure, Heartbeat, Message, ReadJob, pack, unpack
from .source import Source
from .zip_archive import Member

MAX_CRASHES = 5
"""Files of one archive that may end the child before the other files are skipped."""

_LENGTH = 8
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class SandboxLimits:
    """The limits for one file, or for one record of a dump.

    ``seconds`` are of wall-clock time, ``cpu_seconds`` of processor time; ``memory`` counts bytes
    above what the child itself needs, ``message`` the bytes of one document in JSON. The child has
    ``start_seconds`` to start. A child that still works has longer, up to its processor time: on a
    busy machine it may get a small share of a processor.
    """

    seconds: float = 25.0
    cpu_seconds: int = 20
    memory: int = 1 << 30
    message: int = 1 << 27
    start_seconds: float = 60.0


class ReaderSandbox:
    """A child process that reads files; it starts with the first file.

        with ReaderSandbox() as sandbox:
            for item in sandbox.read(Path("a.pdf")):
                ...

    Not for several threads at once.
    """

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self.limits = limits or SandboxLimits()
        self._child: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._busy = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child. Closing twice is fine."""
        child, self._child = self._child, None
        self._buffer.clear()
        self._busy = False
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            # A dead child cannot receive what is still in the buffer.
            with contextlib.suppress(BrokenPipeError):
                if pipe:
                    pipe.close()

    @property
    def process_id(self) -> int | None:
        """The process id of the child; None while there is no child."""
        return self._child.pid if self._child is not None else None

    def read(
        self, path: Path, columns: Mapping[str, str] | None = None
    ) -> Iterator[Document | Skipped]:
        """Read the documents of a file, and what was skipped in it.

        Raises:
            ReadError: nothing (more) of the file can be read; OverLimit and ReaderCrashed come
                from the sandbox itself.
        """
        job = ReadJob(str(path), dict(columns or {}))
        members: list[Member] = []
        for message in self.run_job(job):
            if isinstance(message, Member):
                members.append(message)
            elif isinstance(message, (Document, Skipped)):
                yield message
        yield from self._members(job, members)

    def _members(self, job: ReadJob, members: list[Member]) -> Iterator[Document | Skipped]:
        """Read the files of an archive, each within limits, until too many end the child."""
        crashes = 0
        for number, member in enumerate(members):
            if crashes == MAX_CRASHES:
                yield Skipped(
                    f"{job.path}/*",
                    f"{crashes} of its files had to be stopped; {len(members) - number} more were "
                    "not tried: unpack it and add them by themselves",
                    OverLimit.__name__,
                )
                return
            try:
                for message in self.run_job(replace(job, member=member)):
                    if isinstance(message, (Document, Skipped)):
                        yield message
            except ReadError as error:
                crashes += self._child is None
                yield Skipped(member.place, str(error), type(error).__name__)

    def run_job(self, job: ReadJob) -> Iterator[Message]:
        """Send a job to the child and yield its messages. Raises as `read`.

        A used child may die of an earlier file, so the job is tried once more in a new child.
        """
        if self._busy:  # the previous job was not read to its end
            self.close()
        was_running = not self._start()
        has_answered = False
        try:
            for message in self._answers(job):
                has_answered = True
                yield message
        except ReaderCrashed:
            if has_answered or not was_running:
                raise
            self._start()
            yield from self._answers(job)

    def _answers(self, job: ReadJob) -> Iterator[Message]:
        self._busy = True
        self._send(job)
        while True:
            message = self._next_message(self.limits.seconds)
            if isinstance(message, Heartbeat):
                continue
            if not isinstance(message, (FileEnd, FileFailure)):
                yield message
                continue
            self._busy = False
            if message.last:
                self.close()
            if isinstance(message, FileFailure):
                raise _to_read_error(message)
            return

    # -- the child ---------------------------------------------------------------------------

    def _start(self) -> bool:
        """Start a child if there is none; return whether one was started."""
        if self._child is not None and self._child.poll() is None:
            return False
        self.close()
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        limits = f"{self.limits.cpu_seconds} {self.limits.memory}"
        self._child = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.sandbox_worker", *limits.split()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._next_message(self.limits.start_seconds)  # FileEnd: its libraries are loaded
        return True

    def _send(self, job: ReadJob) -> None:
        child = self._running_child()
        data = pack(job)
        try:
            assert child.stdin is not None
            child.stdin.write(len(data).to_bytes(_LENGTH, "big") + data)
            child.stdin.flush()
        except OSError:
            raise self._crash_error() from None

    def _next_message(self, seconds: float) -> Message:
        """Return the next message; its time limit starts now."""
        deadline = Deadline(self._running_child().pid, seconds)
        length = int.from_bytes(self._read_bytes(_LENGTH, deadline), "big")
        if length > self.limits.message:
            self.close()
            raise OverLimit(f"holds a text of over {self.limits.message / 1e6:.0f} MB: split it")
        data = self._read_bytes(length, deadline)
        try:
            return unpack(data)
        except ValueError:
            self.close()
            raise ReaderCrashed("its reader sent what is no document") from None

    def _read_bytes(self, count: int, deadline: Deadline) -> bytes:
        """Read ``count`` bytes from the child, before the deadline."""
        child = self._running_child()
        assert child.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while len(self._buffer) < count:
                while not (is_ready := bool(selector.select(deadline.remaining()))):
                    if not deadline.put_off():
                        break
                if not is_ready:
                    self.close()
                    raise OverLimit(
                        f"reading it took over {self.limits.seconds:.0f} seconds: "
                        "split it, or save it as text"
                    )
                block = os.read(child.stdout.fileno(), _BLOCK)
                if not block:
                    raise self._crash_error()
                self._buffer += block
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _running_child(self) -> subprocess.Popen[bytes]:
        assert self._child is not None
        return self._child

    def _crash_error(self) -> ReadError:
        """Close the dead child and return the error that its exit status means."""
        code = self._running_child().wait()
        self.close()
        if code == -signal.SIGXCPU:
            return OverLimit(
                f"reading it took over {self.limits.cpu_seconds} seconds of processor time: "
                "split it, or save it as text"
            )
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
        return ReaderCrashed(f"the process that read it ended with {how}: save it as text")


def read_in_sandbox(
    path: Path, sandbox: ReaderSandbox, columns: Mapping[str, str] | None = None
) -> Iterator[Document | Skipped]:
    """Read a file: plain text in this process, all other formats in ``sandbox``.

    Raises:
        ReadError: nothing (more) of the file can be read.
    """
    source = Source.file(path, columns)
    file_format = find_format(path)
    if not file_format.needs_sandbox:
        yield from read_source(source)
    else:
        yield from sandbox.read(path, columns)


def _to_read_error(failure: FileFailure) -> ReadError:
    """Return the error that the child reports, if it is a ReadError; else UnreadableFile."""
    kind = getattr(errors, failure.error, None)
    if isinstance(kind, type) and issubclass(kind, ReadError):
        return kind(failure.reason)
    return errors.UnreadableFile(failure.reason)
