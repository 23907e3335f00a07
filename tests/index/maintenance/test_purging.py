"""What was removed is in no file of the library after a purge."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.maintenance import purge
from sourcebook.index.paths import states_folder
from sourcebook.rag.testing import HashEmbedder


def planted(count: int) -> list[str]:
    """Words that stand nowhere else, in letters that no stemmer shortens."""
    chosen = random.Random(7)
    return ["zq" + "".join(chosen.choices("bcdfghkmpqvwxz", k=14)) for _ in range(count)]


def found_in(folder: Path, words: list[str]) -> Iterator[tuple[str, str]]:
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            yield from ((word, file.name) for word in words if word.encode() in data)


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_planted_words_are_in_no_file_after_a_purge(tmp_path: Path, at_once: int) -> None:
    words = planted(100)
    with Library.open(tmp_path / "l", embedder=HashEmbedder()) as library:
        for first in range(0, 100, at_once):
            library.add_documents(
                make_document(
                    f"{prose(at)}\n\nThe word {word} stands here.",
                    title=f"Of {word}",
                    author=word if at % 3 else None,
                    source=f"{word} Courier" if at % 2 else None,
                    path=f"{tmp_path}/{word}.txt",
                )
                for at, word in list(enumerate(words))[first : first + at_once]
            )
        library.add_documents(make_document(prose(at), path=f"{at}") for at in range(200, 220))
        library.search("a word")
        assert {word for word, _ in found_in(tmp_path, words)} == set(words)
        for document in list(library.documents())[:100]:
            library.remove(document.id)
        purge(library.folder)
        assert list(found_in(tmp_path, words)) == []
        assert len(library) == 20
        assert library.search("a word", k=3)
        assert library.check() == []


def test_a_purge_says_what_it_erased(library: Library, tmp_path: Path) -> None:
    library.add_documents([make_document(prose(1), path="a"), make_document(prose(2), path="b")])
    library.search("a word")
    states = states_folder()
    library.remove(next(library.documents()).id)
    states.mkdir(parents=True, exist_ok=True)
    (states / "x.state").write_bytes(b"12345")
    result = purge(library.folder)
    assert (result.states.count, result.states.bytes) == (1, 5)
    assert result.vectors.count == 2  # the index and its manifest
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
