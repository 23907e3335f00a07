"""Files become documents; what cannot be read says why."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.errors import (
    EmptyDocument,
    ReadError,
    SourceNotFound,
    UnreadableFile,
    UnsupportedFormat,
)
from sourcebook.index.reading.registry import decode, list_files, read_file

PAGE = """<!doctype html><html lang="en"><head><title>Talks end | Courier</title>
<meta property="og:title" content="Talks end without result">
<meta property="og:site_name" content="Harbour Courier">
<meta name="author" content="Maren Holloway">
<meta property="article:published_time" content="2022-01-10T21:30:00+01:00">
<link rel="canonical" href="https://courier.example/talks"></head>
<body><nav><a href="/">Home</a> <a href="/world">World</a></nav><article>
<h1>Talks end without result</h1>
<p>The talks between the two deputy ministers in Geneva lasted about eight hours on Monday.</p>
<p>Neither side reported progress, and both said they were willing to go on talking.</p>
</article><footer>Copyright Harbour Courier. All rights reserved.</footer></body></html>"""


def write(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_markdown_front_matter_becomes_the_description(tmp_path: Path) -> None:
    document = read_file(
        write(
            tmp_path,
            "a.md",
            "---\ntitle: Eight hours\nsource: Courier\nauthor: [A, B]\n"
            "date: 2022-01-10T21:30:00+01:00\n---\nThe talks took eight hours.\n",
        )
    )
    assert document.text == "The talks took eight hours."
    assert (document.title, document.source, document.author) == ("Eight hours", "Courier", "A, B")
    zone = timezone(timedelta(hours=1))
    assert document.published == datetime(2022, 1, 10, 21, 30, tzinfo=zone)


def test_a_date_without_a_zone_is_utc_and_no_date_is_none(tmp_path: Path) -> None:
    dated = read_file(write(tmp_path, "a.md", "---\ndate: 2022-01-10\n---\nText here."))
    assert dated.published == datetime(2022, 1, 10, tzinfo=UTC)
    undated = read_file(write(tmp_path, "b.md", "---\ndate: soon\n---\nText here."))
    assert undated.published is None


def test_broken_front_matter_stays_text(tmp_path: Path) -> None:
    document = read_file(write(tmp_path, "a.md", "---\ntitle: [unclosed\n---\nThe body."))
    assert "unclosed" in document.text
    assert "The body." in document.text


def test_a_web_page_gives_its_article_and_its_own_metadata(tmp_path: Path) -> None:
    document = read_file(write(tmp_path, "a.html", PAGE))
    assert "lasted about eight hours" in document.text
    assert "All rights reserved" not in document.text
    assert document.title == "Talks end without result"
    assert document.source == "Harbour Courier"
    assert document.url == "https://courier.example/talks"
    assert document.published is not None
    assert document.published.date().isoformat() == "2022-01-10"


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.txt", b"", EmptyDocument),
        ("a.txt", b" \n\t ", EmptyDocument),
        ("a.txt", bytes(range(256)) * 40, UnreadableFile),
        ("a.md", b"---\ntitle: only\n---\n", EmptyDocument),
        ("a.html", b"<html><body></body></html>", EmptyDocument),
        ("a.xyz", b"text", UnsupportedFormat),
        ("noending", b"text", UnsupportedFormat),
    ],
)
def test_what_cannot_be_read_says_so_in_one_line(
    tmp_path: Path, name: str, data: bytes, error: type[ReadError]
) -> None:
    with pytest.raises(error) as caught:
        read_file(write(tmp_path, name, data))
    assert "\n" not in str(caught.value)


def test_invalid_utf8_is_read_in_the_encoding_it_is_in(tmp_path: Path) -> None:
    text = "Le général a déclaré que la réunion était terminée après huit heures. " * 5
    document = read_file(write(tmp_path, "a.txt", text.encode("cp1252")))
    assert "général a déclaré" in document.text


@given(st.binary(max_size=3000))
def test_any_bytes_become_text_or_a_read_error(data: bytes) -> None:
    with contextlib.suppress(ReadError):
        assert isinstance(decode(data), str)


def test_a_folder_gives_its_readable_files_in_order_without_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.md", "sub/c.html", ".hidden.txt", ".git/d.txt", "e.webp"):
        write(tmp_path, name, "x")
    found = [str(p.relative_to(tmp_path)) for p in list_files(tmp_path)]
    assert found == ["a.md", "b.txt", "sub/c.html"]


def test_a_linked_folder_is_not_followed_into_a_circle(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "x")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert len(list(list_files(tmp_path))) == 1


def test_a_missing_path_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFound, match="no such file"):
        list(list_files(tmp_path / "nowhere.txt"))


def test_the_headline_of_a_page_is_no_beginning_of_the_sentence_below_it(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    body = "The museum reopened on Monday after a repair that cost nine million euros. " * 3
    file.write_text(f"<html><body><article><h1>Museum opens</h1><p>{body}</p></article></body>")
    text = read_file(file).text
    sentences = [text[start:end] for start, end in sentence_spans(text)]
    assert "Museum opens" in sentences
