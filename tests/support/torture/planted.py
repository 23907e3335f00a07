"""Strings planted in articles, which are removed: after a purge they are in no file."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.maintenance import purge

from .workshop import TinyEmbedder, scratch, text_of

_LETTERS = "bcdfghkmpqvwxz"


@dataclass(slots=True)
class Planted:
    """How many strings were planted, how many stood in files still when their articles had been
    removed, and those that did after the purge."""

    planted: int = 0
    before: int = 0
    problems: list[str] = field(default_factory=list)


def plant(count: int, seed: int = 1) -> Planted:
    """Plant strings in texts, titles, names, addresses and uploads of articles; remove; purge.

    Args:
        count: how many strings.
        seed: of the strings, and of the order of removals.
    """
    chosen = random.Random(seed)
    words = ["zq" + "".join(chosen.choices(_LETTERS, k=14)) for _ in range(count)]
    with scratch() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCEBOOK_CACHE", str(place / "cache"))
        folder = place / "library"
        with Library.open(folder, embedder=TinyEmbedder()) as library:
            _add(library, words, place, chosen)
            for document in list(library.documents()):
                if not (document.path or "").startswith("stays"):
                    library.remove(document.id)
            before = len(_found(folder, words))
            purge(folder)
            result = Planted(count, before, sorted(_found(folder, words)))
            if len(library) != 5 or library.check():
                result.problems.append("the articles that were to stay are not there")
    return result


def _add(library: Library, words: list[str], place: Path, chosen: random.Random) -> None:
    """Add an article for each word, one by one or several at once, some replaced and uploaded."""
    at = 0
    while at < len(words):
        several = words[at : at + chosen.choice([1, 3, 40])]
        library.add_documents(
            make_document(
                f"{text_of(at + n)} The word {word} stands here.",
                title=f"Of {word}",
                author=word if n % 3 else None,
                source=f"{word} Courier" if n % 2 else None,
                path=f"{place}/{word}.txt",
            )
            for n, word in enumerate(several)
        )
        at += len(several)
        if chosen.random() < 0.3:  # a text that is replaced is removed as well
            word = several[0]
            library.add_documents([make_document(text_of(at), path=f"{place}/{word}.txt")])
        if chosen.random() < 0.2:
            upload = place / f"{several[-1]}.txt"
            upload.write_text(f"{text_of(at + 5)} {several[-1]}")
            library.add_uploads([upload])
        if chosen.random() < 0.2:
            library.search(several[0])
    library.add_documents(make_document(text_of(10_000 + n), path=f"stays{n}") for n in range(5))


def _found(folder: Path, words: list[str]) -> set[str]:
    """Return the words that stand in the bytes or the name of a file."""
    found: set[str] = set()
    for file in folder.rglob("*"):
        data = file.read_bytes() if file.is_file() else b""
        found |= {word for word in words if word.encode() in data or word in file.name}
    return found
