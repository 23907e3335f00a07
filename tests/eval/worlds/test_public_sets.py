"""The questions over public documents: their form, their halves, and the check of the documents."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import public_sets
import pytest
from public_sets import PublicPart, check_documents, library_names, load_public, read_sources

from sourcebook.eval.questions import EvalQuestion
from sourcebook.rag.testing import HashEmbedder

LIBRARIES = ("household", "public", "science", "software")
HALVES: tuple[PublicPart, PublicPart] = ("tune", "held")
LATE = ("cycling", "heritage", "society")
SUPERLATIVES = {"cycling": 4, "household": 5, "public": 1, "science": 4, "software": 1}
KINDS = {
    "fact": 6,
    "yes-no": 3,
    "list": 3,
    "table": 2,
    "why": 2,
    "how-to": 3,
    "comparison": 2,
    "summary": 1,
    "none": 4,
}
LATE_KINDS = {**KINDS, "fact": 5}
WITHOUT_TABLE = {**{k: n for k, n in LATE_KINDS.items() if k != "table"}, "fact": 7}
LONGEST_QUOTE = 8
"""Words; a longer one would be other people's text."""


def questions(library: str) -> list[EvalQuestion]:
    parts: tuple[PublicPart, ...] = ("late",) if library in LATE else HALVES
    return [q for part in parts for q in load_public(library, part).questions]


def every_question(library: str) -> list[EvalQuestion]:
    more = load_public(library, "superlatives").questions if library in SUPERLATIVES else ()
    return [*questions(library), *more]


def test_the_libraries_have_eight_to_fourteen_documents() -> None:
    assert tuple(library_names("tune")) == tuple(library_names("held")) == LIBRARIES
    assert tuple(library_names("late")) == LATE
    counts = Counter(document.library for document in read_sources())
    assert {library: n for library, n in counts.items() if not 8 <= n <= 14} == {}
    places = [(document.library, document.file) for document in read_sources()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("library", LIBRARIES)
def test_both_halves_ask_for_every_kind_as_often(library: str) -> None:
    assert Counter(q.kind for q in questions(library)) == KINDS
    assert len({q.id for q in questions(library)}) == 26
    for half in HALVES:
        counts = Counter(q.kind for q in load_public(library, half).questions)
        assert counts.total() == 13
        assert {k: n for k, n in counts.items() if abs(n - KINDS[k] / 2) > 1 / 2} == {}


@pytest.mark.parametrize("library", LATE)
def test_the_late_libraries_ask_for_every_kind(library: str) -> None:
    counts = WITHOUT_TABLE if library == "society" else LATE_KINDS
    assert Counter(q.kind for q in questions(library)) == counts
    assert len({q.id for q in questions(library)}) == 25


def test_the_superlatives_ask_tables_and_some_only_look_like_it() -> None:
    assert library_names("superlatives") == list(SUPERLATIVES)
    counts: Counter[str] = Counter()
    for library, n in SUPERLATIVES.items():
        asked = load_public(library, "superlatives").questions
        assert len({q.id for q in asked}) == n
        counts.update(q.type for q in asked)
    assert counts == {"table": 12, "fact": 2, "none": 1}


@pytest.mark.parametrize("library", [*LIBRARIES, *LATE])
def test_an_answer_of_the_first_alternatives_is_right(library: str) -> None:
    wrong = [
        question.id
        for question in every_question(library)
        if question.answerable
        and not question.find_points(
            ". ".join(group[0].replace("…", " ") for group in question.points)
        ).is_right(question.needed)
    ]
    assert wrong == []


@pytest.mark.parametrize("library", [*LIBRARIES, *LATE])
def test_every_document_named_is_in_the_sources_and_quotes_are_short(library: str) -> None:
    files = {document.file for document in read_sources() if document.library == library}
    evidence = [e for q in every_question(library) for e in q.evidence]
    assert {e.document for e in evidence} <= files
    assert [e.quote for e in evidence if len(e.quote.split()) > LONGEST_QUOTE] == []
    assert [q.id for q in every_question(library) if q.answerable != bool(q.evidence)] == []


def test_a_document_that_is_missing_changed_or_foreign_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replace(
        read_sources()[0], library="small", file="a.md", sha256=hashlib.sha256(b"one").hexdigest()
    )
    sources = [first, replace(first, file="b.md"), replace(first, file="c.md")]
    monkeypatch.setattr(public_sets, "read_sources", lambda: sources)
    folder = tmp_path / "small" / "documents"
    folder.mkdir(parents=True)
    for file, text in (("a.md", "one"), ("b.md", "two"), ("d.md", "one")):
        (folder / file).write_text(text)
    assert list(check_documents(tmp_path, ["small"])) == [
        f"{folder / 'b.md'} is not the one that the questions are about",
        f"{folder / 'c.md'} is missing",
        f"{folder / 'd.md'} does not belong to the library",
    ]


def test_a_library_is_built_once_for_each_state_of_its_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = replace(read_sources()[0], library="small", file="a.md", sha256="1")
    monkeypatch.setattr(public_sets, "read_sources", lambda: [first])
    folder = tmp_path / "small" / "documents"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# Lamps\n\nThe lamp of the lighthouse was lit in 1911.\n")

    def build() -> tuple[Path, list[str]]:
        cache = tmp_path / "cache"
        with public_sets.open_public(tmp_path, "small", cache, HashEmbedder()) as library:
            return Path(library.folder), [document.title for document in library.documents()]

    place, titles = build()
    assert titles == ["Lamps"]
    assert build() == (place, titles)
    monkeypatch.setattr(public_sets, "read_sources", lambda: [replace(first, sha256="2")])
    assert build()[0] != place
