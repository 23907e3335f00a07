"""A second writer waits for the first, or is told who it is."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryBusy
from sourcebook.index.store import database
from sourcebook.rag.testing import HashEmbedder

HOLD = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def hold(library: Library) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(library.folder / "library.sqlite")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="only Linux lists its locks")
def test_a_second_writer_is_told_which_process_holds_the_library(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add_documents([make_document("The ferry sails at nine.", path="a")])
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with (
        hold(library) as process,
        Library.open(library.folder, embedder=HashEmbedder()) as second,
    ):
        with pytest.raises(LibraryBusy, match=rf"^process {process.pid} \(python.*is writing to"):
            second.add_documents([make_document("The quay is wide.", path="b")])
        assert second.search("ferry")[0].document.path == "a"  # one reads while another writes
        process.kill()


def test_a_second_writer_waits_for_the_first(library: Library) -> None:
    library.add_documents([make_document("The ferry sails at nine.", path="a")])
    with hold(library) as process:
        assert process.stdin is not None
        release = threading.Timer(0.3, process.stdin.close)
        release.start()
        library.add_documents([make_document("The quay is wide.", path="b")])
        release.join()
    assert len(library) == 2
