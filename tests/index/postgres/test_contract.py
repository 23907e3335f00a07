"""What a library promises holds in a folder and in PostgreSQL, and both answer alike."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import DocumentNotFound, EmbedderMismatch, LibraryNotFound
from sourcebook.index.search.filters import Filters
from sourcebook.rag.testing import HashEmbedder

_number = itertools.count()

QUESTIONS = (
    "Who did Blinken promise written answers to?",
    "talks in Geneva about the border",
    "Hackers deface websites in three languages",
    "first_name of the minister",
    "Киев переговоры",
    "日本の首相",
    "the of and",
    "unheard-of wordlessness",
)
WEATHER = make_document(
    "The first_name field of the form stays empty. Kyiv is Київ. 日本の首相は語った。",
    title="Forms",
    source="Office",
    author="Ann Lee",
    published=datetime(2024, 3, 1, 9, tzinfo=UTC),
    language="en",
)


def open_in(place: str) -> Library:
    return Library.open(place, embedder=HashEmbedder())


@pytest.fixture(params=["folder", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new library is made."""
    if request.param == "folder":
        return str(tmp_path / "contract.library")
    server = request.getfixturevalue("postgres_server")
    return f"{server}&library=contract-{next(_number)}&partitions=2"


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    with open_in(place) as opened:
        yield opened


def made(number: int, **fields: Any) -> Document:
    return make_document(prose(number), title=f"Article {number}", **fields)


# --- what is there --------------------------------------------------------------------------------


def test_documents_come_back_as_they_were_added_and_are_found(library: Library) -> None:
    report = library.add_documents([WEATHER, made(1, path="/a/1"), made(2, url="https://x.org/2")])
    assert len(report.added) == len(library) == 3
    first, second, third = library.documents()
    assert (first.text, first.title, first.author) == (WEATHER.text, "Forms", "Ann Lee")
    assert first.published == WEATHER.published
    assert first.blocks == WEATHER.blocks
    assert (second.path, third.url) == ("/a/1", "https://x.org/2")
    for document in library.documents():
        passages = library.passages(document.id)
        assert all(document.text[p.start : p.end] == p.text for p in passages)
        assert library.document(document.id) == document
    assert library.search("first_name of the form")[0].document.id == WEATHER.id
    assert library.check() == []
    assert library.stats().documents == 3
    assert library.stats().bytes > 0


def test_an_article_read_again_replaces_itself_and_a_copy_is_a_duplicate(library: Library) -> None:
    library.add_documents([made(1, url="https://x.org/1"), made(2, url="https://x.org/2")])
    generation = library.generation
    same = library.add_documents([made(1, url="https://x.org/1")])
    assert (len(same.unchanged), library.generation) == (1, generation)
    copy = library.add_documents([made(1, url="https://y.org/1")])
    assert len(copy.duplicates) == 1
    (old,) = [d for d in library.documents() if d.url == "https://x.org/1"]
    changed = library.add_documents([made(3, url="https://x.org/1")])
    assert changed.updated == (old.id,)
    assert library.document(old.id).text.startswith(prose(3)[:40])
    assert len(library) == 2
    assert library.generation > generation


def test_what_is_removed_is_found_no_more_and_can_be_put_back(
    library: Library, tmp_path: Path
) -> None:
    library.add_documents([WEATHER, made(1), made(2)])
    before = [library.search(question, 5) for question in QUESTIONS]
    removal = library.take_out(WEATHER.id, tmp_path)
    assert not library.search("first_name", mode="bm25")
    assert WEATHER.id not in {hit.document.id for hit in library.search("first_name form", 10)}
    with pytest.raises(DocumentNotFound):
        library.document(WEATHER.id)
    assert library.mentions("form") == []
    assert library.put_back(removal)
    assert not library.put_back(removal)
    assert next(library.documents()).id == WEATHER.id
    after = [library.search(question, 5) for question in QUESTIONS]
    assert [[h.passage for h in hits] for hits in after] == [
        [h.passage for h in hits] for hits in before
    ]
    library.remove(WEATHER.id)
    with pytest.raises(DocumentNotFound):
        library.remove(WEATHER.id)
    assert library.check() == []


def test_filters_hold_inside_the_search(library: Library) -> None:
    library.add_documents(
        made(
            n,
            source="Daily" if n % 10 == 0 else "Other",
            author=f"A{n % 3}",
            published=datetime(2024, 1, 1 + n % 28, tzinfo=UTC),
        )
        for n in range(40)
    )
    question = prose(7)[:80]
    for mode in ("hybrid", "dense", "bm25"):
        hits = library.search(
            question, 50, mode=mode, filters=Filters(sources=frozenset({"Daily"}))
        )
        assert {hit.document.source for hit in hits} <= {"Daily"}
        if mode != "bm25":  # the four of that source are found, however far away they are
            assert {hit.document.title for hit in hits} == {f"Article {n}" for n in (0, 10, 20, 30)}
    days = Filters(first_day=date(2024, 1, 5), last_day=date(2024, 1, 6))
    assert {
        hit.document.published.day
        for hit in library.search(question, 90, filters=days)
        if hit.document.published
    } == {5, 6}
    since = Filters(since=datetime(2024, 1, 28, tzinfo=UTC), authors=frozenset({"A0"}))
    assert {h.document.title for h in library.search(question, 90, filters=since)} == {"Article 27"}
    one = next(library.documents())
    assert {
        h.document.id
        for h in library.search(question, 9, filters=Filters(documents=frozenset({one.id})))
    } == {one.id}
    assert library.search(question, filters=Filters(sources=frozenset({"None"}))) == []


def test_lines_that_recur_and_stories_are_settled(library: Library) -> None:
    shared = "Follow the Daily Ouse on all channels"
    library.add_documents(
        make_document(f"{prose(n)}\n\n{shared}", title=f"{n}", source="Daily Ouse", path=f"/{n}")
        for n in range(6)
    )
    assert all(shared not in document.text for document in library.documents())
    library.add_documents(
        [make_document(prose(1), title="1", source="Evening Ouse", path="/again")]
    )
    assert sorted(len(story.documents) for story in library.stories()) == [1, 1, 1, 1, 1, 2]
    for document in list(library.documents())[1:]:
        library.remove(document.id)
    assert shared in next(library.documents()).text


def test_a_folder_is_followed(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.txt").write_text(prose(n))
    assert len(library.sync(folder).added) == 3
    (folder / "1.txt").unlink()
    (folder / "2.txt").write_text(prose(9))
    report = library.sync(folder, confirm=lambda documents: True)
    assert (len(report.removed), len(report.updated), len(report.unchanged)) == (1, 1, 1)
    assert len(library) == 2


# --- opening, and several at once -----------------------------------------------------------------


def test_a_library_is_made_only_where_that_is_asked_for(place: str) -> None:
    with pytest.raises(LibraryNotFound, match="`sourcebook add` makes one"):
        Library.open(place, create=False, embedder=HashEmbedder())
    open_in(place).close()
    with Library.open(place, create=False, embedder=HashEmbedder()) as library:
        assert len(library) == 0
        assert library.search("anything") == []


def test_a_library_keeps_to_its_embedder(place: str) -> None:
    with open_in(place) as library:
        library.add_documents([made(1)])
    with pytest.raises(EmbedderMismatch):
        Library.open(place, embedder=HashEmbedder(128))


def test_a_reader_sees_what_a_writer_commits(place: str) -> None:
    with open_in(place) as reader, open_in(place) as writer:
        assert reader.search("first_name") == []
        writer.add_documents([WEATHER])
        assert reader.search("first_name")[0].document.id == WEATHER.id
        assert [row.title for row in reader.overview()] == ["Forms"]
        writer.remove(WEATHER.id)
        assert reader.search("first_name") == []


def test_threads_add_and_search_at_once(library: Library) -> None:
    problems: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for n in range(start, start + 4):
                library.add_documents([made(n)])
                assert library.search(prose(n)[:60], 3)
        except BaseException as error:  # noqa: BLE001  it is told below
            problems.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(library) == 12
    assert library.check() == []


# --- both answer alike ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Library, Library]]:
    """The sample articles and some more in both stores."""
    folder = tmp_path_factory.mktemp("pair") / "l"
    with open_in(str(folder)) as local, open_in(f"{postgres_server}&library=pair") as remote:
        for library in (local, remote):
            library.add_sample()
            library.add_documents([WEATHER, *(made(n, source=f"S{n % 4}") for n in range(30))])
            removed = list(library.documents())[20]
            library.remove(removed.id)
        yield local, remote


FILTERS = (None, Filters(sources=frozenset({"S1", "S2"})), Filters(first_day=date(2022, 1, 20)))


@pytest.mark.parametrize("mode", ["hybrid", "dense", "bm25"])
@pytest.mark.parametrize("filters", FILTERS, ids=["all", "sources", "days"])
def test_both_rank_alike(pair: tuple[Library, Library], mode: Any, filters: Filters | None) -> None:
    for question in (*QUESTIONS, prose(5)[:90]):
        local, remote = (
            library.search(question, 20, mode=mode, filters=filters) for library in pair
        )
        assert [hit.passage for hit in remote] == [hit.passage for hit in local]
        for field, within in (("score", 1e-6), ("bm25", 1e-9), ("dense", 1e-5)):
            ours, theirs = ([getattr(hit, field) for hit in hits] for hits in (remote, local))
            assert [x is None for x in ours] == [x is None for x in theirs]
            assert [x or 0.0 for x in ours] == pytest.approx([x or 0.0 for x in theirs], abs=within)


@pytest.mark.parametrize("distinct", [False, True])
def test_both_prefer_the_same_that_says_something_else(
    pair: tuple[Library, Library], distinct: bool
) -> None:
    for question in QUESTIONS[:3]:
        local, remote = (
            [hit.passage for hit in library.search(question, 8, distinct=distinct, diverse=True)]
            for library in pair
        )
        assert remote == local
        assert local != [hit.passage for hit in pair[0].search(question, 8, distinct=distinct)]


def test_both_know_the_same_of_their_documents(pair: tuple[Library, Library]) -> None:
    local, remote = pair
    assert list(remote.documents()) == list(local.documents())
    assert remote.overview() == local.overview()
    assert remote.descriptions() == local.descriptions()
    assert remote.languages() == local.languages()
    assert remote.stories() == local.stories()
    assert remote.contents() == local.contents()
    for phrase in ("Ukraine", "foreign minister", "first_name", "日本", "e-mail", "nowhere"):
        assert remote.mentions(phrase) == local.mentions(phrase), phrase
    assert remote.mentions("Ukraine")
