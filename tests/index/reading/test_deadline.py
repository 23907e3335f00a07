"""A process that works has time, one that hangs has none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from sourcebook.index.reading.deadline import Deadline


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator[int]:
    """The id of a process that runs a program."""
    with subprocess.Popen([sys.executable, "-c", request.param], stdin=subprocess.PIPE) as child:
        yield child.pid
        child.kill()


@pytest.mark.parametrize("process", ["while True: pass"], indirect=True)
def test_a_moment_is_put_off_while_the_process_works(process: int) -> None:
    deadline = Deadline(process, 0.5)
    assert 0.3 < deadline.remaining() <= 0.5
    while deadline.remaining():
        pass
    assert deadline.put_off()
    assert deadline.remaining() > 0.3


@pytest.mark.parametrize("process", ["input()"], indirect=True)
def test_it_comes_for_a_process_that_hangs_and_for_one_that_has_ended(process: int) -> None:
    deadline = Deadline(process, 0.05)
    while deadline.put_off():  # while it starts
        while deadline.remaining():
            pass
    assert not deadline.put_off()
    assert not Deadline(2**22 + 1, 1).put_off(), "no process has so high a number"
