"""A file is replaced whole or not at all, also when the process is killed in between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sourcebook.index.paths import PART, forget_states, states_folder, write_atomically

KILLED = """
import os, signal, sys
from pathlib import Path
from sourcebook.index.paths import write_atomically

def pieces():
    yield b"new " * 100_000
    os.kill(os.getpid(), signal.SIGKILL)

write_atomically(Path(sys.argv[1]), pieces())
"""


def permissions(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_text_or_pieces_replace_the_file_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_atomically(file, "été\n")
    assert file.read_bytes() == "été\n".encode()
    write_atomically(file, iter([b"\xff", b"", b"\x00"]), sync=True)
    assert file.read_bytes() == b"\xff\x00"
    assert list(tmp_path.iterdir()) == [file]


def test_an_exception_in_between_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")

    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(file, pieces())
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.slow
def test_a_kill_in_between_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_CACHE", str(tmp_path))
    states_folder().mkdir()
    file = states_folder() / "file"
    file.write_text("old")
    process = subprocess.run([sys.executable, "-c", KILLED, str(file)], check=False)
    assert process.returncode == -signal.SIGKILL
    assert file.read_text() == "old"
    (part,) = (path for path in states_folder().iterdir() if path != file)
    assert part.suffix == PART
    forget_states()
    assert list(states_folder().iterdir()) == [file]


def test_a_file_that_cannot_be_replaced_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="file"):
        write_atomically(tmp_path / "file", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_mode_holds_from_the_first_byte_and_whatever_the_umask(tmp_path: Path) -> None:
    file = tmp_path / "file"
    during: list[int] = []

    def pieces() -> Iterator[bytes]:
        during.extend(permissions(path) for path in tmp_path.iterdir() if path != file)
        yield b"secret"

    umask = os.umask(0o077)
    try:
        write_atomically(file, pieces(), mode=0o640)
    finally:
        os.umask(umask)
    assert (during, permissions(file)) == ([0o600], 0o640)


def test_without_a_mode_the_umask_decides(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        write_atomically(tmp_path / "file", "text")
    finally:
        os.umask(umask)
    assert permissions(tmp_path / "file") == 0o640
