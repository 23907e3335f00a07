"""A document that was removed is put back as it was; until then nothing of it is in the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.index.errors import DocumentNotFound
from sourcebook.index.ingest import uploads
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.html.article import removal_html, removals_html
from sourcebook.ui.state.removals import MOST, Removals

SHARED = "Follow the Daily Ouse on all channels"


def state(library: Library) -> Any:
    """All that can be seen of a library."""
    documents = list(library.documents())
    hits = library.search("talks in Geneva about the border of Ukraine", k=30)
    return (
        documents,
        [library.passages(document.id) for document in documents],
        {frozenset(story.documents) for story in library.stories()},
        [(hit.passage.id, round(hit.score, 6)) for hit in hits],
    )


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sample articles, and four of one outlet that share a line, which is taken out."""
    folder = tmp_path_factory.mktemp("removal") / "l"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.add_sample()
        library.add_documents(
            make_document(f"{prose(at)}\n\n{SHARED}", title=f"{at}", source="Daily Ouse")
            for at in range(4)
        )
        assert all(SHARED not in document.text for document in list(library.documents())[-4:])
        yield library


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_documents_taken_out_and_put_back_in_any_order_are_as_they_were(
    sample: Library, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    aside = tmp_path_factory.mktemp("aside")
    before = state(sample)
    ids = [document.id for document in sample.documents()]
    # All is drawn before anything is done, as a drawing may be broken off.
    chosen = data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1, max_size=4))
    order = data.draw(st.permutations(range(len(chosen))))
    taken = [sample.take_out(document_id, aside) for document_id in chosen]
    assert not set(chosen) & {document.id for document in sample.documents()}
    for at in order:
        assert sample.put_back(taken[at])
    assert state(sample) == before


def test_nothing_of_what_was_taken_out_is_in_the_librarys_folder(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "in" / "bridge.txt"
    file.parent.mkdir()
    file.write_text("The xylophone bridge is long.")
    library.add_uploads([file])
    (document,) = library.documents()
    aside = tmp_path / "aside"
    aside.mkdir()
    removal = library.take_out(document.id, aside)
    library.close()
    for path in library.folder.rglob("*"):
        assert path.is_dir() or b"xylophone" not in path.read_bytes(), path
    assert removal.copy is not None
    assert removal.copy.now.read_text() == "The xylophone bridge is long."
    assert removal.copy.now.is_relative_to(aside)


def test_the_copy_of_its_file_comes_back_with_it(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "in" / "bridge.txt"
    file.parent.mkdir()
    file.write_text("The bridge is long.")
    library.add_uploads([file], ["archive/2021/bridge.txt"])
    (document,) = library.documents()
    removals = Removals()
    removals.take_out(library, document.id)
    assert not list((library.folder / "uploads").iterdir())
    assert removals.put_back(library, document.id)
    assert Path(uploads.find_original(document)).read_text() == "The bridge is long."
    assert len(library.add(uploads.find_original(document)).unchanged) == 1
    assert removals.documents() == []
    removals.close()


def test_a_copy_that_another_document_stands_in_stays_where_it_is(
    library: Library, tmp_path: Path
) -> None:
    archive = tmp_path / "two.zip"
    with ZipFile(archive, "w") as package:
        package.writestr("one.txt", "The first bridge is long.")
        package.writestr("two.txt", "The second bridge is short.")
    library.add_uploads([archive])
    first, second = library.documents()
    removals = Removals()
    removals.take_out(library, first.id)
    assert Path(uploads.find_original(second)).is_file()
    removals.take_out(library, second.id)
    for document in (second, first):
        assert removals.put_back(library, document.id)
        assert Path(uploads.find_original(document)).is_file()
    removals.close()


def test_what_was_added_again_meanwhile_is_not_there_twice(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "bridge.txt"
    removals = Removals()
    for text in ("The bridge is long.", "The bridge is 210 metres long."):
        file.write_text("The bridge is long.")
        library.add(file)
        (document,) = library.documents()
        removals.take_out(library, document.id)
        file.write_text(text)  # the same, then another article in its place
        library.add(file)
        assert not removals.put_back(library, document.id)
        (there,) = library.documents()
        assert there.text == text
        library.remove(there.id)


def test_the_last_removals_are_kept_and_their_copies_go_with_them(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asides = tmp_path / "asides"
    asides.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(asides))
    folder = tmp_path / "in"
    folder.mkdir()
    for at in range(MOST + 2):
        (folder / f"{at}.txt").write_text(f"Bridge number {at}.")
    library.add_uploads(sorted(folder.iterdir()))
    ids = [document.id for document in library.documents()]
    removals = Removals()
    for document_id in ids:
        removals.take_out(library, document_id)
    assert [document.id for document in removals.documents()] == ids[: -MOST - 1 : -1]
    for gone in (ids[0], "none"):
        with pytest.raises(DocumentNotFound, match="add it again"):
            removals.put_back(library, gone)
    removals.forget(ids[-1])
    (aside,) = asides.iterdir()
    assert len([path for path in aside.rglob("*") if path.is_file()]) == MOST - 1
    removals.close()
    assert not aside.exists()


# --- what the page says ---


def test_the_last_removal_is_a_line_and_those_before_it_are_folded() -> None:
    assert removals_html([]) == ""
    one, two = (make_document(text, title=text) for text in ("One", "<b>Two</b>"))
    assert "<details>" not in removals_html([one])
    html = removals_html([two, one])
    assert html.index("&lt;b&gt;Two") < html.index("<summary>1 removed before</summary>")
    assert "<b>" not in html
    assert f'data-do="back:{one.id}"' in html


def test_the_question_before_a_removal_says_that_it_can_be_undone() -> None:
    html = removal_html(make_document("A text."), "news", Path("/nowhere"))
    assert "Until Sourcebook stops, you can bring it back" in html
