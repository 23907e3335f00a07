"""A library is copied and brought back while others read and write it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryDamaged, LibraryError, LibraryNotFound
from sourcebook.index.maintenance import back_up, restore
from sourcebook.rag.testing import HashEmbedder

TALKS = "The talks between Sherman and Ryabkov in Geneva lasted about eight hours."
BREAD = "The bakery on the corner sells rye bread every morning before seven."


def fill(library: Library, *texts: str) -> list[str]:
    return list(library.add_documents(make_document(t, path=f"{t[:9]}.txt") for t in texts).added)


def test_a_library_is_restored_as_it_was_with_its_uploads(library: Library, tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(TALKS)
    library.add_uploads([tmp_path / "talks.txt"])
    hit = library.search("Geneva talks")[0]
    backup = back_up(library.folder, tmp_path / "b.zip")
    assert (backup.documents, backup.uploads) == (1, 1)
    library.remove(hit.document.id)
    fill(library, BREAD)
    assert library.search("Geneva talks")[0].document.text == BREAD

    with pytest.raises(LibraryError, match="holds 1 articles"):
        restore(tmp_path / "b.zip", library.folder)
    restore(tmp_path / "b.zip", library.folder, replace=True)
    # The library was open all the time.
    assert [d.text for d in library.documents()] == [TALKS]
    assert library.search("Geneva talks") == [hit]
    assert Path(str(hit.document.path)).read_text() == TALKS
    assert library.check() == []


def test_a_library_is_restored_to_another_folder_where_its_uploads_lie_then(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "talks.txt").write_text(TALKS)
    library.add_uploads([tmp_path / "talks.txt"])
    back_up(library.folder, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "other")
    with Library.open(tmp_path / "other", create=False, embedder=HashEmbedder()) as other:
        (document,) = other.documents()
        assert Path(str(document.path)).is_relative_to(tmp_path / "other")
        assert Path(str(document.path)).read_text() == TALKS


def test_a_snapshot_of_before_is_never_taken_for_that_of_the_restored(
    library: Library, tmp_path: Path
) -> None:
    fill(library, TALKS)
    back_up(library.folder, tmp_path / "b.zip")
    first = library.search("Geneva", mode="dense")
    library.remove(first[0].document.id)
    fill(library, BREAD)  # as many passages, and the generation rises as the restoring would
    library.search("Geneva", mode="dense")
    restore(tmp_path / "b.zip", library.folder, replace=True)
    assert library.search("Geneva", mode="dense") == first
    with Library.open(library.folder, embedder=HashEmbedder()) as again:
        assert again.search("Geneva", mode="dense") == first


def test_a_backup_made_while_another_writes_holds_whole_documents(
    library: Library, tmp_path: Path
) -> None:
    fill(library, TALKS)
    end = threading.Event()

    def write() -> None:
        with Library.open(library.folder, embedder=HashEmbedder()) as other:
            at = 0
            while not end.is_set():
                fill(other, f"{at} Text.\n\n{BREAD}")
                at += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        backups = [back_up(library.folder, tmp_path / f"{n}.zip").documents for n in range(4)]
    finally:
        end.set()
        thread.join()
    assert backups == sorted(backups)
    for n, documents in enumerate(backups):
        restore(tmp_path / f"{n}.zip", tmp_path / f"r{n}")
        with Library.open(tmp_path / f"r{n}", embedder=HashEmbedder()) as restored:
            assert len(restored) == documents
            assert restored.check() == []


def test_a_damaged_library_is_put_aside_and_restored(library: Library, tmp_path: Path) -> None:
    fill(library, TALKS)
    back_up(library.folder, tmp_path / "b.zip")
    library.close()
    (library.folder / "library.sqlite").write_bytes(b"not a database" * 1000)
    restore(tmp_path / "b.zip", library.folder)
    with Library.open(library.folder, embedder=HashEmbedder()) as again:
        assert [d.text for d in again.documents()] == [TALKS]
    (aside,) = library.folder.glob("damaged-*-library.sqlite")
    assert aside.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("is_damaged", [False, True])
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_restoration_leaves_all_as_it_was_or_all_restored(
    library: Library, tmp_path: Path, is_damaged: bool
) -> None:
    folder = library.folder
    fill(library, TALKS)
    write_note(folder, "of before")
    back_up(folder, tmp_path / "b.zip")
    library.remove(library.search("Geneva")[0].document.id)
    fill(library, BREAD)
    library.close()
    write_note(folder, "of after")
    if is_damaged:
        (folder / "library.sqlite").write_bytes(b"not a database" * 1000)
    shutil.copytree(folder, tmp_path / "original")
    outcomes: list[tuple[str, str]] = []
    for steps in count(1):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "original", folder)
        is_killed = kill_at(steps, lambda: restore(tmp_path / "b.zip", folder, replace=True))
        outcomes.append((text_in(folder), read_note(folder)))
        assert not (folder / ".restoring").exists()
        if not is_killed:
            break
    old, new = ("damaged" if is_damaged else BREAD, "of after"), (TALKS, "of before")
    # One step changes all: the old state until then, the new one after.
    assert outcomes == [old] * outcomes.index(new) + [new] * outcomes.count(new)
    assert outcomes.count(old) > 5 < outcomes.count(new)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_what_a_killed_backup_left_goes_with_the_next(library: Library, tmp_path: Path) -> None:
    fill(library, TALKS)
    place = tmp_path / "backups"
    place.mkdir()
    assert any(kill_at(step, lambda: back_up(library.folder, place / "b.zip")) for step in (9, 20))
    assert list(place.iterdir())
    back_up(library.folder, place / "b.zip")
    assert list(place.iterdir()) == [place / "b.zip"]


def kill_at(step: int, task: Callable[[], object]) -> bool:
    """Carry out a task in a process that is killed before it touches files that often; return
    whether it was."""
    child = os.fork()
    if child == 0:
        left = step

        def watch(event: str, _: object) -> None:
            nonlocal left
            if event in ("open", "sqlite3.connect") or event.startswith(("os.", "shutil.")):
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            task()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def text_in(folder: Path) -> str:
    try:
        with Library.open(folder, create=False, embedder=HashEmbedder()) as library:
            assert library.check() == []
            (document,) = library.documents()
            return document.text
    except LibraryDamaged:
        return "damaged"


def write_note(folder: Path, text: str) -> None:
    with closing(sqlite3.connect(folder / "conversations.sqlite")) as db, db:
        db.execute("CREATE TABLE IF NOT EXISTS notes (text)")
        db.execute("DELETE FROM notes")
        db.execute("INSERT INTO notes VALUES (?)", (text,))


def read_note(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "conversations.sqlite")) as db:
        return str(db.execute("SELECT text FROM notes").fetchone()[0])


def test_a_damaged_file_of_conversations_is_put_aside_too(library: Library, tmp_path: Path) -> None:
    fill(library, TALKS)
    write_note(library.folder, "of before")
    back_up(library.folder, tmp_path / "b.zip")
    (library.folder / "conversations.sqlite").write_bytes(b"not a database" * 1000)
    restore(tmp_path / "b.zip", library.folder, replace=True)
    assert read_note(library.folder) == "of before"
    (aside,) = library.folder.glob("damaged-*-conversations.sqlite")
    assert aside.read_bytes().startswith(b"not a database")


def test_a_damaged_backup_changes_nothing(library: Library, tmp_path: Path) -> None:
    fill(library, TALKS)
    back_up(library.folder, tmp_path / "b.zip")
    data = bytearray((tmp_path / "b.zip").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "b.zip").write_bytes(data)
    with pytest.raises(LibraryError, match="damaged"):
        restore(tmp_path / "b.zip", library.folder, replace=True)
    assert [d.text for d in library.documents()] == [TALKS]
    assert not list(library.folder.glob(".rest*"))


def test_what_is_no_backup_is_neither_read_nor_replaced(library: Library, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("other.txt", "mine")
    for name in ("z.zip", "t.txt"):
        (tmp_path / "t.txt").write_text("mine")
        with pytest.raises(LibraryError, match="no backup"):
            back_up(library.folder, tmp_path / name)
        with pytest.raises(LibraryError, match="no backup"):
            restore(tmp_path / name, library.folder)
    with pytest.raises(LibraryNotFound):
        back_up(tmp_path / "none", tmp_path / "n.zip")
    assert not (tmp_path / "n.zip").exists()
