"""The questions over public documents under `tests/public`, and the check of those documents."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from worlds import ROOT

from sourcebook import index
from sourcebook.eval import QuestionSet, load
from sourcebook.eval.questions.libraries import rule_files
from sourcebook.index import Library
from sourcebook.index.embedding.base import Embedder

PublicPart = Literal["tune", "held", "late", "superlatives"]
"""The half to work with, the half that is asked once, at the end, the libraries that came after all
rules were made, and questions for the most or the least of a table."""

FOLDER = ROOT / "tests" / "public"


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """A document of a library: where it is public, and the SHA-256 of its bytes."""

    library: str
    file: str
    repository: str
    commit: str
    path: str
    sha256: str
    licence: str


def read_sources() -> list[PublicDocument]:
    """Return the documents of all libraries, from `sources.tsv`."""
    with (FOLDER / "sources.tsv").open(encoding="utf-8", newline="") as lines:
        return [PublicDocument(**row) for row in csv.DictReader(lines, delimiter="\t")]


def library_names(part: PublicPart | None = None) -> list[str]:
    """Return the names of the libraries that have questions of a part, by default of any."""
    return sorted(
        {
            document.library
            for document in read_sources()
            if part is None or (FOLDER / document.library / f"{part}.jsonl").is_file()
        }
    )


def load_public(library: str, part: PublicPart) -> QuestionSet:
    """Return a part of a library's questions, under the library's name."""
    return replace(load(FOLDER / library / f"{part}.jsonl"), name=f"public-{library}-{part}")


def documents_folder(folder: Path, library: str) -> Path:
    """Return the folder of a library's documents; nothing else may lie in it.

    Args:
        folder: the folder of all libraries.
        library: the name.
    """
    return folder / library / "documents"


def check_documents(folder: Path, libraries: Sequence[str]) -> Iterator[str]:
    """Yield a line for each document that is missing, other than it was, or not of the library.

    Args:
        folder: the folder of all libraries.
        libraries: the names of those to check.
    """
    for library in libraries:
        own = documents_folder(folder, library)
        present = {file.name: file for file in own.iterdir()} if own.is_dir() else {}
        for document in read_sources():
            if document.library != library:
                continue
            file = present.pop(document.file, None)
            if file is None:
                yield f"{own / document.file} is missing"
            elif hashlib.sha256(file.read_bytes()).hexdigest() != document.sha256:
                yield f"{file} is not the one that the questions are about"
        yield from (f"{file} does not belong to the library" for file in present.values())


def open_public(
    folder: Path, library: str, cache: Path, embedder: Embedder | None = None
) -> Library:
    """Open the library of a library's documents; it is built once for each state of the reading.

    What is not read of a document, such as a picture in slides, is printed: it is left out here as
    it is for a person who adds the folder.

    Args:
        folder: the folder of all libraries.
        library: the name.
        cache: the folder that the libraries are built in.
        embedder: makes the vectors; by default the model that Sourcebook comes with.
    """
    digest = hashlib.sha256((embedder.name if embedder else "").encode())
    for document in read_sources():
        digest.update(document.sha256.encode() if document.library == library else b"")
    for file in rule_files(Path(str(index.__file__)).parent):
        digest.update(file.read_bytes())
    place = cache / f"public-{library}-{digest.hexdigest()[:12]}"
    place.mkdir(parents=True, exist_ok=True)
    opened = Library.open(place / "articles.library", embedder=embedder)
    for part in opened.add(documents_folder(folder, library)).skipped:
        print(f"not read: {part.location}: {part.reason}")
    return opened
