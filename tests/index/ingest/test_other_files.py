"""Every file of a folder or an archive is counted: read, or named with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import zipped

from sourcebook.index import Library
from sourcebook.index.errors import UnsupportedFormat
from sourcebook.index.reading.registry import find_format
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.render.listing import report_text

NAMES = ("a.md", "b.zzz", "c.zzz", "sub/d.zzz", "e", "f.gif", "sub/g.SVG", "h.mp3", ".i", "k.7z")


def make_folder(folder: Path) -> Path:
    (folder / "sub").mkdir(parents=True)
    for name in NAMES:
        (folder / name).write_text("The harbour board met on Tuesday.")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    return folder


def test_each_file_of_a_folder_is_read_or_named_by_its_kind(
    tmp_path: Path, library: Library
) -> None:
    folder = make_folder(tmp_path / "papers")
    report = library.add(folder)
    assert {(Path(s.location).name, s.reason) for s in report.skipped} == {
        ("*.zzz", "3 files .zzz: no reader"),
        ("e", "a file without an ending: no reader"),
        ("*", "2 pictures (.gif .svg): no articles yet"),
        ("h.mp3", "a sound recording (.mp3): no articles yet"),
        (".i", "hidden: the name begins with a dot"),
        ("k.7z", "an archive (.7z): not read; unpack and add what is in it"),
        ("loop", "a link to a folder: not followed"),
    }
    assert report.read + report.skipped_files == len(NAMES) + 1  # and the link
    assert f"{'skipped':10}  {len(NAMES)}" in report_text(report)


def test_what_was_read_is_counted_by_its_kind(tmp_path: Path, library: Library) -> None:
    for name in ("a.md", "b.md", "c.txt"):
        (tmp_path / name).write_text(f"The harbour board met on day {name}.")
    report = library.add(tmp_path)
    assert report.kinds == ((".md", 2), (".txt", 1))
    assert "read        3  (2 .md, 1 .txt)" in report_text(report)


def test_each_file_of_an_archive_is_read_or_named_by_its_kind(
    tmp_path: Path, library: Library
) -> None:
    archive = tmp_path / "papers.zip"
    archive.write_bytes(zipped(dict.fromkeys(NAMES, "The harbour board met on Tuesday.")))
    report = library.add(archive)
    assert report.read + report.skipped_files == len(NAMES)
    assert f"{archive}/*.zzz" in {s.location for s in report.skipped}


def test_a_folder_of_pictures_alone_says_so(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.gif", "b.gif"):
        (folder / name).write_bytes(b"x")
    report = library.add(folder)
    assert [s.reason for s in report.skipped] == [
        "the folder holds no file that can be read",
        "2 pictures (.gif): no articles yet",
    ]
    assert (report.read, report.skipped_files) == (0, 2)


def test_endings_over_twenty_are_counted_together(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "kinds"
    folder.mkdir()
    for number in range(30):
        (folder / f"a.x{number}").write_bytes(b"x")
    report = library.add(folder)
    assert report.skipped[-1].reason == "10 files of 10 other kinds: no reader"
    assert report.skipped_files == 30


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.gif", "is a picture: no articles yet"),
        ("a.mp3", "is a sound recording: no articles yet"),
        ("a.numbers", r"no reader for \.numbers \(export it as \.xlsx\)"),
        ("a.zzz", r"no reader for \.zzz \(read: .*\.txt"),
    ],
)
def test_a_file_of_another_kind_says_what_to_do(name: str, reason: str) -> None:
    with pytest.raises(UnsupportedFormat, match=reason):
        find_format(name)


def test_a_library_in_a_folder_is_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The harbour board met on Tuesday.")
    Library.open(tmp_path / "other", embedder=HashEmbedder()).close()
    with Library.open(tmp_path, embedder=HashEmbedder()) as library:
        report = library.add(tmp_path)
    assert report.read == 1
    assert [(Path(s.location).name, s.reason) for s in report.skipped] == [
        ("other", "a library of Sourcebook: not read")
    ]
