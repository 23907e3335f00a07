"""The `sourcebook` command, run in this process."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import NamedTuple

import pytest

from sourcebook.ui.cli import app as cli


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command's entry point in this process."""

    def run(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["sourcebook", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        status = end.value.code
        said = capsys.readouterr()
        return Ended(status if isinstance(status, int) else 0, said.out, said.err)

    return run


def one_line_error(ended: Ended) -> str:
    """The message of a command that failed as it should."""
    assert ended.status == 1
    assert ended.out == ""
    lines = ended.err.splitlines()
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("sourcebook: ")
    return lines[0]


def counts(out: str) -> dict[str, int]:
    """The table at the end of an addition."""
    rows = re.findall(r"^(\w+) +([\d,]+)$", out, re.MULTILINE)
    return {name: int(number.replace(",", "")) for name, number in rows}
