"""A library gets another name, goes into the trash and comes back; nothing of it is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from named_libraries import open_named, run

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryBusy, LibraryError, LibraryNotFound
from sourcebook.index.ingest import uploads
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.history.conversation_schema import count_conversations
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.state.open_libraries import OpenLibraries

TEXT = "The bridge over the Ouse is 210 metres long."


@pytest.fixture(autouse=True)
def _no_library_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCEBOOK_LIBRARY")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """The folder of a library of one uploaded article and one conversation."""
    folder = Libraries().create("news").folder
    file = tmp_path / "bridge.txt"
    file.write_text(TEXT)
    with open_named("news") as library:
        assert len(library.add_uploads([file]).added) == 1
    kept = Conversations.open(folder)
    kept.ask(kept.begin("How long?"), 1, "How long?")
    kept.close()
    return folder


def test_a_renamed_library_has_its_articles_conversations_and_uploads(news: Path) -> None:
    Libraries().choose("news")
    place = Libraries().rename("NEWS", "Old  bridges")
    assert (place.name, place.folder) == ("Old bridges", news.with_name("Old bridges"))
    assert not news.exists()
    assert [p.name for p in Libraries().entries()] == ["main", "Old bridges"]
    assert Libraries().current() == place
    assert count_conversations(place.folder) == 1
    with open_named("old bridges") as library:
        [document] = library.documents()
        assert document.text == TEXT
        # The copy that was uploaded lies in the folder, and is read again from there.
        assert Path(uploads.find_original(document)).read_text() == TEXT
        assert Path(uploads.find_original(document)).is_relative_to(place.folder)
        assert len(library.add(uploads.find_original(document)).unchanged) == 1
        library.remove(document.id)
        assert not list(place.folder.glob("uploads/*"))


def test_articles_read_elsewhere_keep_their_place_when_the_library_is_renamed(
    tmp_path: Path,
) -> None:
    Libraries().create("news")
    beside = tmp_path / "libraries" / "news-files" / "a.txt"
    beside.parent.mkdir()
    beside.write_text(TEXT)
    with open_named("news") as library:
        library.add(beside)
    Libraries().rename("news", "other")
    with open_named("other") as library:
        assert next(library.documents()).path == str(beside)
        assert len(library.add(beside).unchanged) == 1


@pytest.mark.parametrize("new", ["", "../x", "a/b", "x" * 61, "main", "taken", "TAKEN"])
def test_a_name_that_cannot_be_given_changes_nothing(news: Path, new: str) -> None:
    Libraries().create("taken")
    with pytest.raises(LibraryError, match=r"cannot be the name|already") as caught:
        Libraries().rename("news", new)
    assert "\n" not in str(caught.value)
    assert Libraries().entry("news").documents() == 1


def test_a_name_may_change_its_case_alone(news: Path) -> None:
    assert Libraries().rename("news", "News").folder == news.with_name("News")
    assert Libraries().entry("news").name == "News"
    assert Libraries().rename("News", "News").documents() == 1


def test_a_folder_that_is_in_the_way_is_left_alone(news: Path) -> None:
    other = news.with_name("other")
    other.mkdir()
    (other / "precious.txt").write_text("mine")
    with pytest.raises(LibraryError, match="there is a folder"):
        Libraries().rename("news", "other")
    assert (other / "precious.txt").read_text() == "mine"
    assert Libraries().entry("news").documents() == 1


def test_a_deleted_library_is_gone_from_the_list_and_comes_back_as_it_was(news: Path) -> None:
    Libraries().choose("news")
    now = Libraries().delete("news")
    assert not news.exists()
    assert now.parent == news.parent / ".deleted"
    assert Libraries().current().name == "main"
    with pytest.raises(LibraryNotFound):
        Libraries().entry("news")
    with pytest.raises(LibraryNotFound, match="there are: news"):
        Libraries().restore("elsewhere")
    assert [place.name for place in Libraries().trash()] == ["news"]
    assert Libraries().restore("News").folder == news
    assert Libraries().trash() == []
    assert count_conversations(news) == 1
    with open_named("news") as library:
        [document] = library.documents()
        assert Path(uploads.find_original(document)).read_text() == TEXT


def test_main_can_be_deleted_and_is_there_again_and_empty() -> None:
    with open_named("main") as library:
        library.add_documents([make_document(TEXT, title="A")])
    Libraries().delete("main")
    assert [(p.name, p.documents()) for p in Libraries().entries()] == [("main", 0)]
    assert Libraries().restore("main").documents() == 1
    assert Libraries().rename("main", "first").documents() == 1
    assert [(p.name, p.documents()) for p in Libraries().entries()] == [("main", 0), ("first", 1)]


def test_of_two_of_one_name_the_last_comes_back_and_none_takes_anothers_place(news: Path) -> None:
    Libraries().delete("news")
    Libraries().create("news")
    Libraries().delete("news")
    assert Libraries().restore("news").documents() == 0
    with pytest.raises(LibraryError, match="named 'news' now"):
        Libraries().restore("news")
    Libraries().rename("news", "empty one")
    assert Libraries().restore("news").documents() == 1


def test_a_library_that_is_open_is_neither_renamed_nor_deleted(news: Path) -> None:
    with open_named("news") as library:
        for move in (lambda: Libraries().rename("news", "x"), lambda: Libraries().delete("news")):
            with pytest.raises(LibraryBusy, match="in use"):
                move()
        assert len(library) == 1
    assert Libraries().rename("news", "x").documents() == 1


@pytest.mark.slow
def test_a_library_that_another_process_has_open_is_not_deleted(news: Path) -> None:
    script = (
        "import sys; from sourcebook.index import Library; "
        "from sourcebook.rag.testing import HashEmbedder; "
        "l = Library.open(sys.argv[1], embedder=HashEmbedder()); print('open', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(news)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(LibraryBusy, match="in use"):
            Libraries().delete("news")
        other.communicate(b"\n")
    # Its end lets the folder go, however it came.
    assert Libraries().delete("news").is_dir()


def test_a_folder_that_holds_no_library_is_never_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "libraries" / "photos"
    folder.mkdir(parents=True)
    (folder / "one.jpg").write_bytes(b"mine")
    for name in ("photos", "main", "..", ".deleted"):
        with pytest.raises(LibraryNotFound):
            Libraries().delete(name)
    assert (folder / "one.jpg").read_bytes() == b"mine"


def test_a_library_that_cannot_be_read_can_be_put_away_and_keeps_its_name_until_then(
    news: Path,
) -> None:
    (news / "library.sqlite").write_bytes(b"no database " * 500)
    with pytest.raises(LibraryError, match="cannot be read"):
        Libraries().rename("news", "other")
    assert Libraries().entry("news").exists
    assert (Libraries().delete("news") / "library.sqlite").is_file()


# --- on the command line ---


def test_the_command_line_renames_deletes_and_restores(
    capsys: pytest.CaptureFixture[str], news: Path
) -> None:
    assert "named bridges now" in run(capsys, "rename", "news", "bridges")[1]
    code, said = run(capsys, "delete", "bridges")  # nobody is there to be asked
    assert (code, said.count("\n")) == (1, 1)
    assert "holds 1 article and 1 conversation: --yes" in said
    assert Libraries().entry("bridges").documents() == 1
    code, said = run(capsys, "delete", "bridges", "--yes")
    assert code == 0
    assert "`sourcebook libraries restore bridges`" in said
    assert [place.name for place in Libraries().entries()] == ["main"]
    said = run(capsys, "restore", "bridges")[1]
    assert "bridges is back, with 1 article and 1 conversation," in said
    assert run(capsys, "delete", "nowhere", "--yes")[0] == 1


def test_deleting_asks_first_and_no_is_no(
    capsys: pytest.CaptureFixture[str], news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str, **_: object) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", answer)
    assert run(capsys, "delete", "news")[0] == 1
    assert asked == ["Delete news, with 1 article and 1 conversation?"]
    assert Libraries().entry("news").documents() == 1


# --- on the page ---


class User:
    """A part of the page that is at work, or not."""

    def __init__(self) -> None:
        self.busy = False
        self.left: list[str] = []

    def uses(self, library: Library) -> bool:
        return self.busy and library.folder.name == "news"

    def release(self, library: Library) -> None:
        self.left.append(library.folder.name)


@pytest.fixture
def libraries(library: Library, news: Path) -> OpenLibraries:
    return OpenLibraries(
        library, Chatbot(library, model=ScriptedModel("Yes."), settings=Settings())
    )


def test_a_tab_stays_on_its_library_when_another_tab_renames_it(libraries: OpenLibraries) -> None:
    assert len(libraries.find("news").library) == 1
    assert libraries.rename("news", "bridges") == "bridges"
    assert libraries.rename("bridges", "Bridges") == "Bridges"
    assert libraries.find("news").name == libraries.find("bridges").name == "Bridges"
    libraries.create("news")
    assert len(libraries.find("news").library) == 0
    libraries.close()


def test_a_tab_on_a_deleted_library_is_told_and_led_to_no_other(libraries: OpenLibraries) -> None:
    libraries.open("news")
    libraries.delete("news")
    with pytest.raises(LibraryNotFound, match="was deleted"):
        libraries.find("news")
    Libraries().restore("news")
    libraries.open("news")  # as a page that is loaded does
    assert len(libraries.find("news").library) == 1
    libraries.create("else")
    assert libraries.names()[1:] == ["else", "news"]
    libraries.close()


def test_a_library_at_work_is_neither_renamed_nor_deleted(libraries: OpenLibraries) -> None:
    user = User()
    libraries.users.append(user)
    opened = libraries.open("news")
    user.busy = True
    for move in (lambda: libraries.rename("news", "x"), lambda: libraries.delete("news")):
        with pytest.raises(LibraryBusy, match="being asked"):
            move()
    assert len(opened.library) == 1
    user.busy = False
    assert libraries.delete("news").is_dir()
    assert user.left == ["news"]
    with pytest.raises(LibraryError, match="closed"):
        len(opened.library)
