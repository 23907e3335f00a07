"""Run the set-up's commands: output to a log, and what went wrong in one line.

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
from collections.abc import Mapping, Sequence
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
    """The set-up cannot go on; the message is one line that says what to do."""


# What went wrong, by what pip, cmake and the compiler print. The first match counts.
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
    """Return one line for a person, made from the output of a command that failed."""
    for pattern, advice in REASONS.items():
        if re.search(pattern, output):
            return advice
    if match := re.search(r"No matching distribution found for (\S+)", output):
        return (
            f"the index that pip uses has no {match[1]} for Python {platform.python_version()} "
            f"on {platform.machine()}: try another Python with `make setup PYTHON=python3.11`"
        )
    errors = re.findall(r"(?mi)^.*\b(?:error:|fatal:) .*$", output)
    return f"{errors[-1].strip()[:300] if errors else 'a command failed'}: {AGAIN}"


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
    """Run ``command``, its output in the log, and the last line of it on a terminal.

    Raises:
        SetupFailed: it failed; the message says why and what to do.
    """
    words = [str(word) for word in command]
    output = [f"\n$ {' '.join(words)}\n"]
    with (
        LOG.open("a", encoding="utf-8") as log,
        # A session of its own: an interruption ends the command with all it started, compilers too.
        subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=ROOT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        ) as process,
    ):
        log.write(output[0])
        try:
            for line in process.stdout or ():
                output.append(line)
                log.write(line)
                log.flush()
                _show(line)
        except BaseException:
            _stop(process)
            raise
        finally:
            _show("")
    if process.returncode:
        raise SetupFailed(f"{explain(''.join(output[1:]))} (log: {LOG.relative_to(ROOT)})")


def _show(line: str) -> None:
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{line.strip()[:width]}", end="", flush=True)


def _stop(process: subprocess.Popen[str]) -> None:
    """End a process and all its children; those that do not end in time are killed."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
