"""Hostile files: each is read whole or skipped with its reason, in time, and all others go in."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import hostile_files
import psutil
import pytest

from sourcebook.index import Document, Library, Skipped
from sourcebook.index.errors import OverLimit, ReaderCrashed, ReadError, UnreadableFile
from sourcebook.index.reading.sandbox import ReaderSandbox, SandboxLimits, read_in_sandbox

TALKS = hostile_files.TALKS
SECRET = "the-secret-of-this-machine"
SHORT = SandboxLimits(seconds=4, cpu_seconds=1)
"""A PDF of 900,000 pages, about the most there may be, takes more of the processor's time."""

MOST_SECONDS = 30
"""No file may take more of the processors, its reader's starts included. The time on the clock is
limited by the sandbox itself; beside other work it says nothing of a file."""


def processor_seconds(child: int | None = None) -> float:
    """What this process, its children that ended, and one that has not, took of the processors."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(each.ru_utime + each.ru_stime for each in used)
    if child is not None and psutil.pid_exists(child):
        times = psutil.Process(child).cpu_times()
        seconds += times.user + times.system
    return seconds


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ReaderSandbox]:
    with ReaderSandbox() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "folder"
    place.mkdir()
    (tmp_path / "secret.txt").write_text(SECRET)
    return place


def read(sandbox: ReaderSandbox, path: Path, data: bytes) -> tuple[str, list[Skipped]]:
    """All text of a file and what is skipped; the file itself where nothing of it can be read."""
    path.write_bytes(data)
    began = processor_seconds(sandbox.process_id)
    text, skipped = "", []
    try:
        for item in read_in_sandbox(path, sandbox):
            if isinstance(item, Document):
                text += item.text
            else:
                skipped.append(item)
    except ReadError as error:
        skipped.append(Skipped(str(path), str(error), type(error).__name__))
    assert processor_seconds(sandbox.process_id) - began < MOST_SECONDS
    assert SECRET not in text
    assert all("\n" not in s.reason for s in skipped)
    return text, skipped


# --- entities ---------------------------------------------------------------------------------

ENTITIES = [
    ("a.docx", hostile_files.word),
    ("a.odt", hostile_files.opendocument),
    ("a.odp", hostile_files.opendocument),
    ("a.xlsx", hostile_files.sheet),
    ("a.rss", hostile_files.feed),
]


@pytest.mark.parametrize(("name", "make"), ENTITIES, ids=[name for name, _ in ENTITIES])
def test_entities_neither_explode_nor_read_the_machine(
    sandbox: ReaderSandbox, folder: Path, name: str, make: hostile_files.Maker
) -> None:
    for dtd in (
        hostile_files.entity_bomb(),
        hostile_files.outside(str(folder.parent / "secret.txt")),
    ):
        text, skipped = read(sandbox, folder / name, make(dtd, f"{TALKS} &z; {TALKS}"))
        assert len(text) < 1_000
        assert [s.error for s in skipped] == ["UnreadableFile"]


def test_entities_of_a_page_and_a_book_are_not_read(sandbox: ReaderSandbox, folder: Path) -> None:
    dtd = hostile_files.outside(str(folder.parent / "secret.txt"))
    text, _ = read(sandbox, folder / "a.html", f"{dtd}{hostile_files.nested(1)}&z;".encode())
    assert TALKS in text


# --- archives ---------------------------------------------------------------------------------


def test_a_bomb_in_an_archive_is_skipped_and_the_article_beside_it_read(
    sandbox: ReaderSandbox, folder: Path
) -> None:
    text, (bomb,) = read(sandbox, folder / "a.zip", hostile_files.zip_bomb(1 << 26))
    assert text.startswith(TALKS)
    assert (bomb.location, bomb.error) == (f"{folder / 'a.zip'}/bomb.txt", "OverLimit")


def test_a_document_that_unpacks_to_too_much_is_not_opened(
    sandbox: ReaderSandbox, folder: Path
) -> None:
    data = hostile_files.word(more=b" " * (1 << 25))
    text, (bomb,) = read(sandbox, folder / "a.docx", data)
    assert text == ""
    assert bomb.error == "OverLimit"
    assert f"{(1 << 25) // len(data):,}"[:-1] in bomb.reason  # the other parts are in the size, too


def test_members_that_lead_out_are_refused_each_with_its_reason(
    sandbox: ReaderSandbox, folder: Path
) -> None:
    text, skipped = read(sandbox, folder / "a.zip", hostile_files.ways_out())
    assert text.startswith(TALKS)
    assert "root:" not in text
    reasons = [s.reason for s in skipped]
    assert sum("leads out of the archive" in reason for reason in reasons) == 4
    assert sum("is a link" in reason for reason in reasons) == 1
    assert sum("archive in an archive" in reason for reason in reasons) == 1
    assert reasons[-1] == "a picture (.webp): no articles yet"
    assert list(folder.parent.rglob("out.txt")) == []


def test_a_damaged_member_costs_only_itself(sandbox: ReaderSandbox, folder: Path) -> None:
    text, (damaged,) = read(sandbox, folder / "a.zip", hostile_files.damaged_zip())
    assert text.startswith(TALKS)
    assert "damaged" in damaged.reason


@pytest.mark.slow
def test_every_kind_of_file_is_read_in_an_archive(folder: Path, library: Library) -> None:
    inside = {
        "news/a.txt": TALKS.encode(),
        "news/b.html": hostile_files.nested(1).encode(),
        "c.docx": hostile_files.word(text="It rained in Geneva."),
        "d.jsonl": b'{"text": "Record one."}\n{"text": "Record two."}\nbroken',
        "e.rss": hostile_files.feed("", "The feed says so."),
        "__MACOSX/f.txt": b"x",
        ".hidden/g.txt": b"x",
    }
    archive = folder / "a.zip"
    archive.write_bytes(hostile_files.zipped(inside))
    report = library.add(archive)
    assert sorted(d.path or "" for d in library.documents()) == [
        f"{archive}/c.docx",
        f"{archive}/d.jsonl#1",
        f"{archive}/d.jsonl#2",
        f"{archive}/e.rss#1",
        f"{archive}/news/a.txt",
        f"{archive}/news/b.html",
    ]
    places = [f"{archive}/.hidden/g.txt", f"{archive}/d.jsonl#3"]
    assert [s.location for s in report.skipped] == places
    again = library.add(archive)
    assert len(again.unchanged) == 6


# --- the child --------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_loops_is_stopped_what_crashes_is_survived_and_the_rest_goes_in(
    folder: Path, library: Library
) -> None:
    files = {
        "1.html": hostile_files.nested(1).encode(),
        "2.pdf": hostile_files.looping_pdf(),
        "3.pdf": hostile_files.form_in_itself_pdf(),
        "4.docx": hostile_files.word(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    library.reading_limits = SHORT
    began = processor_seconds()
    report = library.add(folder)
    assert processor_seconds() - began < MOST_SECONDS
    assert len(report.added) == 2
    loop, drawing = report.skipped
    assert (loop.location, loop.error) == (str(folder / "2.pdf"), "OverLimit")
    assert drawing.location == str(folder / "3.pdf")
    assert drawing.error in ("OverLimit", "ReaderCrashed")


@pytest.mark.slow
def test_an_archive_of_loops_is_left_alone_after_some(folder: Path) -> None:
    inside = {f"{n}.pdf": hostile_files.looping_pdf() for n in range(9)} | {"0.txt": TALKS.encode()}
    with ReaderSandbox(SandboxLimits(seconds=1, cpu_seconds=1)) as sandbox:
        text, skipped = read(sandbox, folder / "a.zip", hostile_files.zipped(inside))
    assert text in ("", TALKS)
    assert len(skipped) == 5 + 1
    assert "5 more were not tried" in skipped[-1].reason


@pytest.mark.slow
def test_memory_has_a_limit(folder: Path) -> None:
    with ReaderSandbox(SandboxLimits(memory=96 << 20)) as sandbox:
        _, (skipped,) = read(sandbox, folder / "a.html", b"<p>x" * 8_000_000)
        assert skipped.error in (OverLimit.__name__, ReaderCrashed.__name__, "UnreadableFile")
        text, _ = read(sandbox, folder / "b.html", hostile_files.nested(1).encode())
        assert TALKS in text


@pytest.mark.slow
def test_a_child_that_is_killed_is_replaced(sandbox: ReaderSandbox, folder: Path) -> None:
    for _ in range(2):
        text, _ = read(sandbox, folder / "a.html", hostile_files.nested(1).encode())
        assert TALKS in text
        assert sandbox.process_id is not None
        os.kill(sandbox.process_id, 9)


@pytest.mark.slow
def test_a_child_that_dies_before_it_is_asked_is_replaced(
    sandbox: ReaderSandbox, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "a.html"
    read(sandbox, path, hostile_files.nested(1).encode())
    assert sandbox.process_id is not None
    os.kill(sandbox.process_id, 9)
    os.waitid(os.P_PID, sandbox.process_id, os.WEXITED | os.WNOWAIT)
    monkeypatch.setattr(subprocess.Popen, "poll", lambda _: None)  # looked at just before
    text, skipped = read(sandbox, path, hostile_files.nested(1).encode())
    assert TALKS in text
    assert skipped == []


# --- text -------------------------------------------------------------------------------------


@pytest.mark.parametrize("levels", [1, 200, 255, 256, 257, 300, 1_000, 5_000])
@pytest.mark.parametrize("tag", ["div", "b"])
def test_no_level_of_nesting_loses_text(
    sandbox: ReaderSandbox, folder: Path, levels: int, tag: str
) -> None:
    text, skipped = read(sandbox, folder / "a.html", hostile_files.nested(levels, tag).encode())
    assert TALKS in text
    assert "at last, they said" in text
    assert skipped == []


@pytest.mark.parametrize("number", range(4))
def test_what_is_never_closed_ends(sandbox: ReaderSandbox, folder: Path, number: int) -> None:
    name, page = list(hostile_files.unclosed(20_000))[number]
    text, skipped = read(sandbox, folder / f"{name}.html", page.encode())
    assert TALKS in text or skipped


@pytest.mark.parametrize(
    "name",
    [
        *("a.txt", "a.md", "a.html", "a.csv", "a.jsonl", "a.eml", "a.rss", "a.msg", "a.mbox"),
        *("a.srt", "a.vtt", "a.rst", "a.org", "a.ics"),
    ],
)
def test_zeros_and_noise_in_text_have_an_outcome(
    sandbox: ReaderSandbox, folder: Path, name: str
) -> None:
    noise = bytes(range(256)) * 400
    for data in (b"\0" * 10_000, noise, TALKS.encode() + b"\0" * 40 + TALKS.encode(), b"\xff\xfe"):
        text, skipped = read(sandbox, folder / name, data)
        assert "\0" not in text
        assert text or skipped


def test_a_pipe_is_not_waited_for(folder: Path, library: Library) -> None:
    os.mkfifo(folder / "a.txt")
    os.mkfifo(folder / "b.pdf")
    (folder / "c.txt").write_text(TALKS)
    report = library.add(folder)
    assert len(report.added) == 1
    assert [s.error for s in report.skipped] == [UnreadableFile.__name__] * 2


def test_a_name_that_is_no_text_is_said(folder: Path, library: Library) -> None:
    with open(os.fsencode(folder) + b"/\xff.txt", "w") as file:  # noqa: PTH123
        file.write(TALKS)
    (skipped,) = library.add(folder).skipped
    assert "rename it" in skipped.reason


# --- in full ----------------------------------------------------------------------------------


@pytest.mark.hostile
@pytest.mark.parametrize("levels", [*range(1, 300, 7), *range(300, 5_001, 235)])
def test_every_level_of_nesting_is_read(sandbox: ReaderSandbox, folder: Path, levels: int) -> None:
    for tag in ("div", "blockquote", "span", "ul"):
        text, skipped = read(sandbox, folder / "a.html", hostile_files.nested(levels, tag).encode())
        assert TALKS in text
        assert "at last, they said" in text
        assert skipped == []


@pytest.mark.hostile
@pytest.mark.parametrize("megabytes", [10, 45, 100])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.csv", "a.jsonl", "a.eml", "a.rss"])
def test_one_line_of_many_megabytes_has_an_outcome(
    folder: Path, library: Library, name: str, megabytes: int
) -> None:
    head = {"a.csv": b"text\n", "a.jsonl": b'{"text": "', "a.eml": b"Subject: x\n\n"}.get(name, b"")
    end = b'"}' if name == "a.jsonl" else b""
    line = b"The talks took eight hours. " * (megabytes * 1_000_000 // 28)
    (folder / name).write_bytes(head + line + end)
    began = time.monotonic()
    report = library.add(folder)
    assert len(report.added) + len(report.skipped) == 1
    if report.skipped:
        assert report.skipped[0].error in ("OverLimit", "UnsupportedFormat", "UnreadableFile")
        assert time.monotonic() - began < MOST_SECONDS


@pytest.mark.hostile
def test_bombs_of_a_gigabyte(sandbox: ReaderSandbox, folder: Path) -> None:
    text, skipped = read(sandbox, folder / "a.zip", hostile_files.zip_bomb(1 << 30))
    assert text.startswith(TALKS)
    assert len(skipped) == 1
    for name, data in (
        ("a.pdf", hostile_files.bomb_pdf(1 << 30)),
        ("b.pdf", hostile_files.wordy_pdf(5_000_000)),
        ("c.docx", hostile_files.word(more=b"<w:p/>" * (1 << 26))),
        ("d.rtf", b"{\\rtf1 It rained." + b"{\\footnote x" * 3_000_000),
        ("e.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0\xff" * 20_000_000),
    ):
        text, skipped = read(sandbox, folder / name, data)
        assert text or skipped


@pytest.mark.hostile
@pytest.mark.parametrize("number", range(4))
def test_what_is_never_closed_ends_in_full(
    sandbox: ReaderSandbox, folder: Path, number: int
) -> None:
    name, page = list(hostile_files.unclosed(2_000_000))[number]
    text, skipped = read(sandbox, folder / f"{name}.html", page.encode())
    assert TALKS in text or skipped
