"""Files handed over: copies in the library's folder, and what becomes of them."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.errors import SourceNotFound
from sourcebook.index.ingest import uploads


def handed(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(text)
    return file


def copies(library: Library) -> list[str]:
    return sorted(p.name for p in (library.folder / "uploads").rglob("*") if p.is_file())


def test_files_of_one_name_do_not_replace_each_other(library: Library, tmp_path: Path) -> None:
    for text in ("The first bridge is long.", "The second bridge is short."):
        library.add_uploads([handed(tmp_path / "in", "index.txt", text)])
    assert len(library) == 2
    assert copies(library) == ["index.txt", "index.txt"]


def test_a_copy_that_no_document_was_made_of_does_not_stay(
    library: Library, tmp_path: Path
) -> None:
    good = handed(tmp_path / "in", "good.txt", "The bridge is long.")
    twin = handed(tmp_path / "in", "twin.txt", "The bridge is long.")
    empty = handed(tmp_path / "in", "empty.txt", "")
    report = library.add_uploads([good, twin, empty])
    assert (len(report.added), len(report.duplicates), len(report.skipped)) == (1, 1, 1)
    assert copies(library) == ["good.txt"]


def test_what_was_stopped_before_it_was_read_leaves_no_copy(
    library: Library, tmp_path: Path
) -> None:
    files = [handed(tmp_path / "in", f"{n}.txt", f"Bridge number {n}.") for n in range(3)]
    report = library.add_uploads(files, stop=lambda: True)
    assert report.stopped
    assert len(copies(library)) == len(library) == 0


def test_removing_a_document_removes_its_copy_and_no_other_file(
    library: Library, tmp_path: Path
) -> None:
    own = handed(tmp_path / "own", "own.txt", "A file that lies in its owner's folder.")
    library.add(own)
    library.add_uploads([handed(tmp_path / "in", "in.txt", "A file that was handed over.")])
    for document in list(library.documents()):
        library.remove(document.id)
    assert copies(library) == []
    assert own.is_file()


def test_a_copy_stays_while_another_document_stands_in_it(library: Library, tmp_path: Path) -> None:
    archive = tmp_path / "two.zip"
    with ZipFile(archive, "w") as package:
        package.writestr("one.txt", "The first bridge is long.")
        package.writestr("two.txt", "The second bridge is short.")
    library.add_uploads([archive])
    first, second = library.documents()
    library.remove(first.id)
    assert copies(library) == ["two.zip"]
    library.remove(second.id)
    assert copies(library) == []


def test_a_document_is_read_again_from_the_file_it_stands_in(
    library: Library, tmp_path: Path
) -> None:
    file = tmp_path / "two#1.csv"
    file.write_text("title,text\nOne,The first bridge.\nTwo,The second bridge.\n")
    library.add(file)
    assert {uploads.find_original(document) for document in library.documents()} == {str(file)}
    file.unlink()
    with pytest.raises(SourceNotFound, match="is gone: the article stays"):
        uploads.find_original(next(library.documents()))


def test_what_a_program_added_has_nothing_to_be_read_again() -> None:
    with pytest.raises(SourceNotFound, match="added by a program"):
        uploads.find_original(make_document("A text."))
    page = make_document("A text.", url="https://a.example/1")
    assert uploads.find_original(page) == "https://a.example/1"


def test_a_copy_keeps_the_folders_it_was_handed_over_with(library: Library, tmp_path: Path) -> None:
    file = handed(tmp_path / "in", "a.txt", "The bridge is long.")
    library.add_uploads([file], ["archive/2021/a.txt"])
    (document,) = library.documents()
    assert uploads.display_name(str(document.path)) == "archive/2021/a.txt"
    library.remove(document.id)
    assert not list((library.folder / "uploads").iterdir())


@pytest.mark.parametrize(
    "place",
    [
        "../../../a.txt",
        "/etc/a.txt",
        "..\\..\\a.txt",
        "./a.txt",
        "x\0y/a.txt",
        "/".join(["deep"] * 500) + "/a.txt",
        "n" * 5_000 + "/a.txt",
        "é" * 300 + "/a.txt",
    ],
)
def test_no_place_that_is_told_leads_out_of_the_copies(
    library: Library, tmp_path: Path, place: str
) -> None:
    file = handed(tmp_path / "in", "a.txt", "The bridge is long.")
    assert len(library.add_uploads([file], [place]).added) == 1
    (document,) = library.documents()
    copy = Path(str(document.path))
    assert copy.is_file()
    assert copy.resolve().is_relative_to((library.folder / "uploads").resolve())
    assert ".." not in copy.relative_to(library.folder).parts


def test_a_file_that_is_no_copy_goes_by_its_name() -> None:
    assert uploads.display_name("/texts/uploads/report.pdf") == "report.pdf"
    assert uploads.display_name("C:\\texts\\report.pdf") == "report.pdf"
    assert uploads.display_name("report.pdf#3") == "report.pdf#3"
