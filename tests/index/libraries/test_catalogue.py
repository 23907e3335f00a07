"""Several libraries of one person: named, made, chosen; in the house and on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.errors import LibraryError, LibraryNotFound
from sourcebook.index.libraries.catalogue import Libraries, default_folder, find_folder
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.cli.app import main
from sourcebook.ui.state.open_libraries import OpenLibraries


@pytest.fixture(autouse=True)
def _no_library_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCEBOOK_LIBRARY")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")


def filled(name: str, text: str) -> None:
    with Library.open(Libraries().entry(name).folder, embedder=HashEmbedder()) as library:
        library.add_documents([make_document(text, title=text)])


def test_there_is_always_main(tmp_path: Path) -> None:
    assert [place.name for place in Libraries().entries()] == ["main"]
    assert Libraries().current().folder == default_folder() == tmp_path / "libraries" / "main"


def test_a_library_that_was_made_is_found_by_its_name_in_any_case() -> None:
    place = Libraries().create("Café  news")
    assert place.name == "Café news"
    assert Libraries().entry("CAFÉ NEWS") == place
    assert [each.name for each in Libraries().entries()] == ["main", "Café news"]


@pytest.mark.parametrize(
    "name", ["", " ", ".", "..", "a/b", "../x", ".x", "a\\b", "x" * 61, "a\nb/"]
)
def test_a_name_that_could_lead_elsewhere_is_refused_in_one_line(name: str) -> None:
    with pytest.raises(LibraryError, match="cannot be the name of a library") as caught:
        Libraries().create(name)
    assert "\n" not in str(caught.value)
    assert len(Libraries().entries()) == 1


@pytest.mark.parametrize("name", ["news", "NEWS", " news ", "main"])
def test_a_name_is_given_once(name: str) -> None:
    Libraries().create("news")
    with pytest.raises(LibraryError, match="already"):
        Libraries().create(name)


def test_choosing_a_library_changes_nothing_in_any_of_them() -> None:
    for name in ("news", "recipes"):
        Libraries().create(name)
        filled(name, f"What stands in {name}.")
    for name in ("news", "recipes", "main", "news"):
        Libraries().choose(name)
        assert Libraries().current().name == name
    assert default_folder() == Libraries().entry("news").folder
    assert [Libraries().entry(name).documents() for name in ("news", "recipes")] == [1, 1]


def test_a_choice_that_is_gone_is_main() -> None:
    place = Libraries().create("news")
    Libraries().choose("news")
    place.folder.rename(place.folder.with_name("other"))
    assert Libraries().current().name == "main"


def test_a_name_goes_for_a_library_and_anything_else_for_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place = Libraries().create("news")
    assert find_folder("news") == place.folder
    assert find_folder("elsewhere") == Path("elsewhere")
    assert find_folder("a/news") == Path("a/news")
    Library.open(tmp_path / "news", embedder=HashEmbedder()).close()
    with pytest.raises(LibraryError, match="is the name of a library, and a folder here"):
        find_folder("news")


# --- on the command line ---


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    code = 0
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["sourcebook", *words])
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return out if code == 0 else err


def test_libraries_are_made_listed_and_used(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "libraries", "create", "news")
    article = tmp_path / "bridge.txt"
    article.write_text("The bridge is 210 metres long.")
    run(capsys, "add", str(article), "--library", "news")
    assert "is opened from now on" in run(capsys, "libraries", "use", "news")
    assert "The bridge" in run(capsys, "list")
    assert "No articles" in run(capsys, "list", "--library", "main") or "no library in" in run(
        capsys, "list", "--library", "main"
    )
    listed = json.loads(run(capsys, "libraries", "list", "--json"))
    assert [(each["name"], each["articles"], each["chosen"]) for each in listed] == [
        ("main", 0, False),
        ("news", 1, True),
    ]
    assert "* news" in run(capsys, "libraries")


def test_a_library_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "libraries", "use", "nwes")
    assert said.startswith("sourcebook: no library is named 'nwes' (there are: main)")
    assert said.count("\n") == 1


# --- on the page ---


class From:
    """A request of a browser tab on that library."""

    def __init__(self, library: str | None = None) -> None:
        self.query_params = {"library": library} if library else {}


@pytest.fixture
def libraries(library: Library) -> OpenLibraries:
    chatbot = Chatbot(library, model=ScriptedModel("Yes."), settings=Settings())
    return OpenLibraries(library, chatbot)


def test_each_tab_has_the_library_that_its_address_names(
    libraries: OpenLibraries, library: Library
) -> None:
    libraries.create("news")
    assert libraries.for_request(From()).library is library
    news = libraries.for_request(From("news"))
    assert news.library.folder == Libraries().entry("news").folder
    assert libraries.for_request(From("NEWS")) is news
    assert news.chatbot.library is news.library
    assert news.chatbot.model is libraries.for_request(From()).chatbot.model
    assert libraries.for_request(From("no such")).library is library
    libraries.close()


def test_settings_hold_for_every_library_and_for_those_opened_later(
    libraries: OpenLibraries,
) -> None:
    for name in ("one", "two"):
        libraries.create(name)
    before = libraries.open("one").chatbot
    libraries.settings = Settings(strictness="eager")
    opened = [libraries.open(name).chatbot for name in ("one", "two", libraries.first)]
    assert [chatbot.settings.strictness for chatbot in opened] == ["eager"] * 3
    # An answer under way goes on as it began.
    assert before.settings.strictness == "balanced"
    libraries.close()


def test_what_was_opened_here_is_closed_and_what_was_given_is_not(
    libraries: OpenLibraries, library: Library
) -> None:
    libraries.create("news")
    news = libraries.open("news").library
    libraries.close()
    assert len(library) == 0
    with pytest.raises(LibraryError):
        len(news)


def test_a_page_cannot_make_a_library_of_its_first_ones_name(libraries: OpenLibraries) -> None:
    with pytest.raises(LibraryError, match="already"):
        libraries.create(libraries.first)
    with pytest.raises(LibraryNotFound):
        libraries.open("nowhere")
