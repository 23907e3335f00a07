"""Deleted libraries: listed, brought back, erased; the first of a page renamed and deleted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from named_libraries import open_named, run

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryBusy, LibraryError, LibraryNotFound
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.index.libraries.folders import size_of
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.render.numbers import size_text
from sourcebook.ui.state.open_libraries import OpenLibraries

TEXT = "The bridge over the Ouse is 210 metres long."


@pytest.fixture(autouse=True)
def _no_library_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCEBOOK_LIBRARY")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")


def made(name: str, articles: int = 1) -> Path:
    """The folder of another library of so many articles."""
    folder = Libraries().create(name).folder
    with open_named(name) as library:
        library.add_documents([make_document(f"{TEXT} {n}", title=f"{n}") for n in range(articles)])
    return folder


def in_the_trash() -> list[str]:
    return [each.name for each in Libraries().trash()]


def test_the_trash_says_what_lies_in_it_since_when_and_how_large() -> None:
    made("news")
    made("old", articles=3)
    before = datetime.now(UTC)
    for name in ("news", "old"):
        Libraries().delete(name)
    last, first = Libraries().trash()
    assert (last.name, last.documents()) == ("old", 3)
    assert (first.name, first.documents()) == ("news", 1)
    assert before <= first.when <= last.when <= datetime.now(UTC)
    files = [file for file in last.folder.rglob("*") if file.is_file()]
    assert last.size() == sum(file.stat().st_size for file in files) > 0


def test_a_link_in_a_library_counts_as_itself_and_leads_nobody_out(tmp_path: Path) -> None:
    outside = tmp_path / "photos"
    outside.mkdir()
    (outside / "one.jpg").write_bytes(b"x" * 1_000_000)
    folder = made("news")
    (folder / "photos").symlink_to(outside)
    assert size_of(folder) < 1_000_000
    Libraries().delete("news")
    Libraries().erase(Libraries().trash()[0])
    assert (outside / "one.jpg").stat().st_size == 1_000_000


def test_what_is_erased_is_gone_from_the_disk_and_the_others_stay() -> None:
    for name in ("news", "old", "stays"):
        made(name)
    for name in ("news", "old"):
        Libraries().delete(name)
    trash = Libraries().home / ".deleted"
    (trash / "notes.txt").write_text("mine")
    old, news = Libraries().trash()
    Libraries().erase(news)
    assert in_the_trash() == ["old"]
    assert {path.name for path in trash.iterdir()} == {old.folder.name, "notes.txt"}
    assert Libraries().entry("stays").documents() == 1
    with pytest.raises(LibraryNotFound, match="not in the trash any more"):
        Libraries().erase(news)


def test_what_an_interruption_left_goes_with_the_next_erasing() -> None:
    for name in ("news", "old"):
        made(name)
        Libraries().delete(name)
    old, news = Libraries().trash()
    left = news.folder.with_name(news.folder.name + ".erased")
    news.folder.rename(left)  # as if the power had gone just then
    assert in_the_trash() == ["old"]
    with pytest.raises(LibraryNotFound):
        Libraries().restore("news")
    Libraries().erase(old)
    assert not left.exists()


def test_a_library_that_somebody_looks_at_in_the_trash_is_not_erased() -> None:
    made("news")
    now = Libraries().delete("news")
    with Library.open(now, embedder=HashEmbedder()) as library:
        with pytest.raises(LibraryBusy, match="in use"):
            Libraries().erase(Libraries().trash()[0])
        assert len(library) == 1
    assert in_the_trash() == ["news"]


def test_a_library_comes_back_under_another_name_where_its_own_is_taken() -> None:
    made("news", articles=2)
    Libraries().delete("news")
    made("news")
    with pytest.raises(LibraryError, match="restore news --as NEW"):
        Libraries().restore("news")
    with pytest.raises(LibraryError, match="cannot be the name"):
        Libraries().restore("news", "../news")
    assert Libraries().restore("news", "news of old").documents() == 2
    assert Libraries().entry("news").documents() == 1
    assert in_the_trash() == []


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_400_000_000, "1.4 GB"),
        (2_500_000_000_000, "2,500 GB"),
    ],
)
def test_a_size_is_said_as_a_person_reads_it(size: int, said: str) -> None:
    assert size_text(size) == said


# --- on the command line ---


def test_the_command_line_lists_the_trash_and_empties_it_when_told_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(capsys, "trash") == (0, "The trash is empty.\n")
    assert run(capsys, "empty-trash") == (0, "The trash is empty.\n")
    for name, articles in (("news", 1), ("old", 2)):
        made(name, articles)
        Libraries().delete(name)
    code, said = run(capsys, "trash")
    assert code == 0
    assert said.splitlines()[0].startswith("old   deleted 2")
    assert "1 article and 0 conversations" in said.splitlines()[1]
    assert "In the trash: 2 deleted libraries with 3 articles, " in said
    listed = json.loads(run(capsys, "trash", "--json")[1])
    assert [(each["name"], each["articles"]) for each in listed] == [("old", 2), ("news", 1)]
    code, said = run(capsys, "empty-trash")  # nobody is there to be asked
    assert (code, said.count("\n")) == (1, 1)
    assert "the trash holds 2 deleted libraries with 3 articles, " in said
    assert in_the_trash() == ["old", "news"]
    assert run(capsys, "empty-trash", "--yes") == (0, "Erased 2 deleted libraries.\n")
    assert in_the_trash() == []
    assert list((Libraries().home / ".deleted").iterdir()) == []


def test_emptying_the_trash_asks_first_and_no_is_no(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made("news")
    Libraries().delete("news")
    asked: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda question, **_: asked.append(question))
    assert run(capsys, "empty-trash")[0] == 1
    (question,) = asked
    assert question.startswith("Erase 1 deleted library with 1 article, ")
    assert question.endswith(" for good? Nothing brings it back.")
    assert in_the_trash() == ["news"]


def test_one_that_is_in_use_stays_and_is_told_and_the_others_are_erased(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("news", "old"):
        made(name)
    now = [Libraries().delete(name) for name in ("news", "old")][-1]
    with Library.open(now, embedder=HashEmbedder()):
        code, said = run(capsys, "empty-trash", "--yes")
    assert code == 1
    assert "Erased 1 deleted library." in said
    assert "in use" in said
    assert in_the_trash() == ["old"]


def test_the_command_line_brings_back_under_another_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    made("news")
    Libraries().delete("news")
    made("news")
    assert run(capsys, "restore", "news")[0] == 1
    assert "archive is back, with 1 article" in run(capsys, "restore", "news", "--as", "archive")[1]


# --- on the shelf of a page ---


def libraries_over(library: Library) -> OpenLibraries:
    return OpenLibraries(
        library, Chatbot(library, model=ScriptedModel("Yes."), settings=Settings())
    )


def test_a_page_brings_back_under_the_next_free_name_and_erases_what_it_was_told(
    library: Library,
) -> None:
    libraries = libraries_over(library)
    for articles in (1, 2, 3):
        made("news", articles)
        libraries.delete("news")
    made("news")
    ids = [each.id for each in libraries.trash.entries()]
    assert libraries.trash.restore(ids[0]).name == "news 2"
    assert libraries.trash.restore(ids[1]).name == "news 3"
    assert libraries.open("news 2").library.stats().documents == 3
    with pytest.raises(LibraryNotFound, match="brought back or erased"):
        libraries.trash.restore(ids[0])
    # What was deleted after the question is not erased by its answer.
    made("later")
    libraries.delete("later")
    assert libraries.trash.erase(ids) == 1
    assert in_the_trash() == ["later"]
    assert libraries.trash.restore(libraries.trash.entries()[0].id).name == "later"
    assert len(libraries.find("later").library) == 1
    libraries.close()


def test_the_library_a_page_was_started_with_is_renamed_and_asked_on() -> None:
    made("news")
    with open_named("news") as library:
        libraries = libraries_over(library)
        assert libraries.rename("news", "bridges") == "bridges"
        assert (libraries.first, libraries.query("bridges")) == ("bridges", "")
        for name in (None, "news", "bridges"):  # as the tabs that are open have it
            assert [d.text for d in libraries.find(name).library.documents()] == [f"{TEXT} 0"]
        assert libraries.find(None).chatbot.library is libraries.find(None).library
        assert libraries.arrive(None) == ""
        libraries.close()
    assert [place.name for place in Libraries().entries()] == ["main", "bridges"]
    assert Libraries().delete("bridges").is_dir()  # nothing holds it any more


def test_a_name_that_cannot_be_given_leaves_the_first_library_open() -> None:
    made("news")
    made("taken")
    with open_named("news") as library:
        libraries = libraries_over(library)
        for new in ("../x", "taken"):
            with pytest.raises(LibraryError):
                libraries.rename("news", new)
            assert len(libraries.find(None).library) == 1
        # Another page, or a command, has it open as well.
        with open_named("news"), pytest.raises(LibraryBusy, match="in use"):
            libraries.delete("news")
        assert (libraries.first, len(libraries.find(None).library)) == ("news", 1)
        libraries.close()


def test_where_the_first_library_is_deleted_another_is_first_and_its_tabs_are_told() -> None:
    made("news")
    made("old", articles=2)
    with open_named("news") as library:
        libraries = libraries_over(library)
        now = libraries.delete("news")
        assert (libraries.first, len(libraries.find("old").library)) == ("old", 2)
        assert libraries.arrive(None) == libraries.query("old") == "library=old"
        for name in (None, "news"):
            with pytest.raises(LibraryNotFound, match="the library news was deleted: load"):
                libraries.find(name)
        assert libraries.trash.restore(now.name).name == "news"
        assert len(libraries.find("news").library) == 1
        with pytest.raises(LibraryNotFound):  # still of a tab that was open before
            libraries.find(None)
        libraries.close()


def test_where_the_last_library_is_deleted_main_is_there_empty() -> None:
    with Library.open(Libraries().entry("main").folder, embedder=HashEmbedder()) as library:
        library.add_documents([make_document(TEXT)])
        libraries = libraries_over(library)
        libraries.delete("main")
        assert (libraries.first, len(libraries.open("main").library)) == ("main", 0)
        assert libraries.arrive(None) == "library=main"
        # Its name is taken: it comes back beside the new one.
        assert libraries.trash.restore(libraries.trash.entries()[0].id).name == "main 2"
        assert len(libraries.find("main 2").library) == 1
        libraries.close()


def test_a_library_that_was_opened_by_its_folder_says_why_it_stays(library: Library) -> None:
    libraries = libraries_over(library)
    said = libraries.fixed_reason(libraries.first)
    assert said is not None
    assert said.count("\n") == 0
    assert str(library.folder) in said
    for move in (
        lambda: libraries.rename(libraries.first, "x"),
        lambda: libraries.delete(libraries.first),
    ):
        with pytest.raises(LibraryError, match="stop Sourcebook, then move or remove that folder"):
            move()
    assert len(libraries.find(None).library) == 0
    made("news")
    assert libraries.fixed_reason("news") is None
