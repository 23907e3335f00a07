"""Running the set-up's commands: output to a log, one moving line, and what went wrong in one line.

Like all of the set-up it uses the standard library alone: nothing else is installed yet.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "setup.log"

AGAIN = "run `make setup` again; it goes on where it was"
NO_COMPILER = (
    "no C++ compiler was found: on Debian `apt install g++ make`, on macOS "
    f"`xcode-select --install`, then {AGAIN}"
)


class SetupFailed(Exception):
    """Something the person has to know; the message is one line that says what to do."""


# What went wrong, by what pip, cmake and the compiler say. The first that is found counts.
REASONS = {
    "No space left on device|Errno 28|Disk quota exceeded": (
        f"the disk is full: make room (pip unpacks into $TMPDIR, or /tmp), then {AGAIN}"
    ),
    "Killed signal terminated program|out of memory|std::bad_alloc|MemoryError": (
        f"not enough memory to compile: set CMAKE_BUILD_PARALLEL_LEVEL=1, then {AGAIN}"
    ),
    "CERTIFICATE_VERIFY_FAILED|SSLError": (
        "the package index's certificate is not trusted: point PIP_CERT at your organisation's "
        f"certificates, then {AGAIN}"
    ),
    (
        "name resolution|Name or service not known|nodename nor servname|Network is unreachable"
        "|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Read timed out|Max retries"
        "|Connection (refused|reset|aborted)|RemoteDisconnected|ProxyError|IncompleteRead"
    ): (
        "the package index cannot be reached: check the network and pip's settings "
        f"(`python3 -m pip config list`), then {AGAIN}"
    ),
    "DO NOT MATCH THE HASHES|BadZipFile|has an invalid wheel": (
        f"a download arrived damaged: {AGAIN}"
    ),
    r"No CMAKE_C(XX)?_COMPILER|CMAKE_C(XX)?_COMPILER not set|[Uu]nknown compiler": NO_COMPILER,
    "Permission denied|Errno 13": (
        f"a folder may not be written to, the log says which: allow it, then {AGAIN}"
    ),
}


def explain(output: str) -> str:
    """One line, for a person, from the output of a command that failed."""
    for pattern, advice in REASONS.items():
        if re.search(pattern, output):
            return advice
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if missing:
        return (
            f"the index that pip uses has no {missing[1]} for Python "
            f"{platform.python_version()} on {platform.machine()}: try another Python with "
            "`make setup PYTHON=python3.11`"
        )
    errors = re.findall(r"(?mi)^.*\b(?:error:|fatal:) .*$", output)
    return f"{errors[-1].strip()[:300] if errors else 'a command failed'}: {AGAIN}"


class Line:
    """What a step is doing: one moving line on a terminal, a plain line now and then elsewhere."""

    def __init__(self, title: str, usually: str) -> None:
        self._title = title
        self._started = self._spoke = time.monotonic()
        self._moving = sys.stdout.isatty()
        self._write(f"{title}: usually {usually}")

    def update(self, detail: str) -> None:
        """Say how far it is."""
        now = time.monotonic()
        if self._moving or now - self._spoke >= 30:
            self._spoke = now
            self._write(f"{self._title}: {_clock(now - self._started)}  {detail}")

    def done(self) -> None:
        """The step is finished."""
        self._write(f"{self._title}: done in {_clock(time.monotonic() - self._started)}")
        self.end()

    def end(self) -> None:
        """Leave the line as it is and go below it."""
        if self._moving:
            print(flush=True)

    def _write(self, text: str) -> None:
        if self._moving:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\033[K{text[:width]}", end="", flush=True)
        else:
            print(text, flush=True)


def run(
    command: Sequence[str | Path],
    line: Line,
    detail: Callable[[str], str] = lambda _: "",
    env: Mapping[str, str] | None = None,
) -> None:
    """Run ``command`` with its output in the log; ``detail`` says from the output how far it is.

    Raises:
        SetupFailed: it failed; the message says why and what to do.
    """
    with LOG.open("ab") as log:
        start = log.tell()
        log.write(f"\n$ {' '.join(map(str, command))}\n".encode())
        log.flush()
        # A session of its own: an interruption ends the command with all it started, compilers
        # included, and it is we who say so.
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        try:
            while not _ended(process):
                line.update(detail(_read_log(start)))
        except BaseException:
            _stop(process)
            raise
    if process.returncode:
        line.end()
        raise SetupFailed(f"{explain(_read_log(start))} (log: {LOG.relative_to(ROOT)})")


def _clock(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else f"{int(seconds // 60)}:{int(seconds % 60):02}"


def _ended(process: subprocess.Popen[bytes]) -> bool:
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=0.3)
        return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End it with all its children; those that do not listen are killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _read_log(start: int) -> str:
    with LOG.open("rb") as log:
        log.seek(start)
        return log.read().decode("utf-8", "replace")
