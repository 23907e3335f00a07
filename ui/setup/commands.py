"""Run the set-up's commands: output to a log, and what went wrong in one line.

Like all of the set-up it uses the standard library alone: nothing else is installed yet.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
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
    "no C++ compiler was found: on Debian `apt install g++ make`, on macOS `xcode-select --install`"
)

# What went wrong, by what pip, cmake and the compiler print. The first match counts.
REASONS = {
    "No space left on device|Errno 28|Disk quota exceeded": (
        "the disk is full: make room (pip unpacks into $TMPDIR, or /tmp)"
    ),
    "Killed signal terminated program|out of memory|std::bad_alloc|MemoryError": (
        "not enough memory to compile: set CMAKE_BUILD_PARALLEL_LEVEL=1"
    ),
    "CERTIFICATE_VERIFY_FAILED|SSLError": (
        "the package index's certificate is not trusted: point PIP_CERT at your organisation's "
        "certificates"
    ),
    (
        "name resolution|Name or service not known|nodename nor servname|Network is unreachable"
        "|NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Read timed out|Max retries"
        "|Connection (refused|reset|aborted)|RemoteDisconnected|ProxyError|IncompleteRead"
    ): (
        "the package index cannot be reached: check the network and pip's settings "
        "(`python3 -m pip config list`)"
    ),
    "DO NOT MATCH THE HASHES|BadZipFile|has an invalid wheel": "a download arrived damaged",
    r"No CMAKE_C(XX)?_COMPILER|CMAKE_C(XX)?_COMPILER not set|[Uu]nknown compiler": NO_COMPILER,
    "Permission denied|Errno 13": "a folder may not be written to, the log says which: allow it",
}


class SetupFailed(Exception):
    """The set-up cannot go on; the message is one line that says what to do."""


def explain(output: str) -> str:
    """Return one line for a person, made from the output of a command that failed."""
    for pattern, advice in REASONS.items():
        if re.search(pattern, output):
            return f"{advice}; then {AGAIN}"
    if match := re.search(r"No matching distribution found for (\S+)", output):
        return (
            f"the index that pip uses has no {match[1]} for Python {platform.python_version()} "
            f"on {platform.machine()}: try another Python with `make setup PYTHON=python3.11`"
        )
    errors = re.findall(r"(?mi)^.*\b(?:error:|fatal:) .*$", output)
    return f"{errors[-1].strip()[:300] if errors else 'a command failed'}; {AGAIN}"


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> None:
    """Run ``command``, its output in the log, and the last line of it on a terminal.

    Raises:
        SetupFailed: it failed; the message says why and what to do.
    """
    words = [str(word) for word in command]
    output = ""
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=ROOT,
            env={**os.environ, **(env or {})},
        ) as process,
    ):
        log.write(f"\n$ {' '.join(words)}\n")
        try:
            for line in process.stdout or ():
                output += line
                log.write(line)
                log.flush()
                show(line)
        except BaseException:
            process.terminate()
            raise
        finally:
            show("")
    if process.returncode:
        raise SetupFailed(f"{explain(output)} (log: {LOG.relative_to(ROOT)})")


def show(line: str) -> None:
    """Show the last line of a command's output in place of the one before."""
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{line.strip()[:width]}", end="", flush=True)
