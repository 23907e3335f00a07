"""A purge says what it erased, and what it left (that nothing stays in a file: `test_torture`)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.maintenance import purge
from sourcebook.index.paths import states_folder
from sourcebook.index.segments import snapshots


def test_a_purge_says_what_it_erased(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "SEALED_FROM", 1)
    library.add_documents([make_document(prose(1), path="a"), make_document(prose(2), path="b")])
    library.search("a word")
    states = states_folder()
    library.remove(next(library.documents()).id)
    states.mkdir(parents=True, exist_ok=True)
    (states / "x.state").write_bytes(b"12345")
    result = purge(library.folder)
    assert (result.states.count, result.states.bytes) == (1, 5)
    assert result.vectors.count == 11  # the arrays of a segment
    assert result.before >= result.after > 0
    assert result.left == ()
    assert not list(states.iterdir())


def test_uploaded_files_of_no_article_are_erased_unless_they_have_just_come(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(prose(1))
    library.add_uploads([tmp_path / "a.txt"])
    stray = library.folder / "uploads" / "0123456789ab" / "stray.txt"
    stray.parent.mkdir()
    stray.write_text("left behind")
    result = purge(library.folder)
    assert result.copies.count == 0
    assert result.left[0].startswith("1 uploaded files of the last hour")
    assert stray.exists()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3700)
    result = purge(library.folder)
    assert (result.copies.count, result.left) == (1, ())
    assert not stray.parent.exists()
    (document,) = library.documents()
    assert Path(str(document.path)).is_file()
