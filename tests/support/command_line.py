"""How a run of the `sourcebook` command ended, and what it printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class CommandResult(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., CommandResult]


def one_line_error(result: CommandResult) -> str:
    """The message of a command that failed as it should."""
    assert result.status == 1
    assert result.out == ""
    lines = result.err.splitlines()
    assert len(lines) == 1, result.err
    assert lines[0].startswith("sourcebook: ")
    return lines[0]


def counts(out: str) -> dict[str, int]:
    """The table at the end of an addition."""
    rows = re.findall(r"^(\w+) +([\d,]+)$", out, re.MULTILINE)
    return {name: int(number.replace(",", "")) for name, number in rows}
