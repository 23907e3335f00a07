"""Runs the command line of this Python, as a person does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["run_sourcebook", "sourcebook_command"]


def sourcebook_command(*words: str) -> list[str]:
    """Return the command line of the `sourcebook` of this Python."""
    script = Path(sys.executable).with_name("sourcebook")
    if script.exists():
        return [str(script), *words]
    code = f"from {__name__.split('.')[0]}.ui.cli import main; main()"
    return [sys.executable, "-c", code, *words]


def run_sourcebook(*words: str, variables: Mapping[str, str] | None = None) -> str:
    """Return what a command prints.

    Args:
        words: of its command line.
        variables: of its environment, beside those of this process.

    Raises:
        RuntimeError: it failed; the message is its own.
    """
    process = subprocess.run(
        sourcebook_command(*words),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(variables or {})},
    )
    if process.returncode:
        raise RuntimeError(process.stderr.strip() or f"exit status {process.returncode}")
    return process.stdout
