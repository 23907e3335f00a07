"""The `run` fixture, for every test of the command line."""

import sys

import pytest
from command_line import CommandResult, Run

from sourcebook.ui.cli import app


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the `sourcebook` command in this process, by its entry point."""

    def run_command(*words: str) -> CommandResult:
        monkeypatch.setattr(sys, "argv", ["sourcebook", *words])
        with pytest.raises(SystemExit) as end:
            app.main()
        status = end.value.code
        output = capsys.readouterr()
        return CommandResult(status if isinstance(status, int) else 0, output.out, output.err)

    return run_command
