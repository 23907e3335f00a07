"""Subtitles are read as sentences with their times, mailboxes mail by mail, calendars by event."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Document, Skipped
from sourcebook.index.errors import ReadError
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks


def read(path: Path, text: str) -> list[Document | Skipped]:
    path.write_text(text, "utf-8")
    return list(read_source(Source.file(path)))


def items(document: Document | Skipped) -> list[tuple[str | None, str]]:
    assert isinstance(document, Document)
    return [(item.marker, item.text) for item in find_blocks(document.blocks, "item")]


SRT = """1
00:00:01,000 --> 00:00:03,000
<i>The ferry to Nes</i>
leaves at nine

2
00:00:03,000 --> 00:00:05,000
and costs 42 crowns.

3
01:02:03,500 --> 01:02:05,000
{\\an8}It returns on 3 October.
"""


def test_the_cues_of_a_sentence_are_one_item_with_the_time_it_begins(tmp_path: Path) -> None:
    (document,) = read(tmp_path / "harbour_film.srt", SRT)
    assert items(document) == [
        ("[00:00:01]", "The ferry to Nes leaves at nine and costs 42 crowns."),
        ("[01:02:03]", "It returns on 3 October."),
    ]
    assert isinstance(document, Document)
    assert document.title == "harbour film"


VTT = """WEBVTT - a film

STYLE
::cue { color: red }

NOTE the director's words

intro
00:01.000 --> 00:03.000 align:start
<v Orla Fenwick>The quay is &lt;closed&gt;.</v>

00:03.000 --> 00:04.000
<v Bruno>Until <00:00:03.500><c>June</c>?

NOTE another

00:00:30.000 --> 00:00:31.000
42

00:00:40.000 --> 00:00:41.000
The end.
"""


def test_voices_notes_and_styles_are_told_apart(tmp_path: Path) -> None:
    (document,) = read(tmp_path / "a.vtt", VTT)
    assert items(document) == [
        ("[00:00:01]", "Orla Fenwick: The quay is <closed>."),
        ("[00:00:03]", "Bruno: Until June?"),
        ("[00:00:30]", "42"),
        ("[00:00:40]", "The end."),
    ]


def test_rolling_captions_are_read_once(tmp_path: Path) -> None:
    cues = [("the ferry leaves", 1), ("the ferry leaves at nine", 2), ("at nine from Nes", 3)]
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{words}\n\n" for words, n in cues)
    (document,) = read(tmp_path / "a.srt", text)
    assert items(document) == [("[00:00:01]", "the ferry leaves at nine from Nes")]


def test_a_text_without_times_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no times"):
        read(tmp_path / "a.srt", "Only words.")


MBOX = """From orla@marwick.example Tue Mar  4 08:00:00 2025
Subject: The quay
From: Orla Fenwick <orla@marwick.example>
Message-ID: <1@marwick.example>

The quay is closed.
>From June it opens.
From here on it is quiet.

From bruno@marwick.example Tue Mar  4 09:00:00 2025
Subject: The ferry
From: Bruno Kask <bruno@marwick.example>

It leaves at nine.

From a@marwick.example Tue Mar  4 10:00:00 2025
Subject: Empty


"""


def test_each_mail_of_a_mailbox_is_a_document(tmp_path: Path) -> None:
    first, second, skipped = read(tmp_path / "a.mbox", MBOX)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(skipped, Skipped)
    assert first.text == "The quay is closed.\nFrom June it opens.\nFrom here on it is quiet."
    assert (first.title, first.author) == ("The quay", "Orla Fenwick")
    assert str(first.path).endswith("a.mbox#1@marwick.example")
    assert (second.title, second.text) == ("The ferry", "It leaves at nine.")
    assert "mail 3" in skipped.reason


def test_a_file_that_is_no_mailbox_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no mailbox"):
        read(tmp_path / "a.mbox", "Only words.\n")


def test_the_events_of_a_calendar_are_read(tmp_path: Path) -> None:
    event = "BEGIN:VEVENT\nSUMMARY:{}\nDTSTART:{}\nEND:VEVENT\n"
    calendar = event.format("Regatta", "20250304T080000Z") + event.format("Fair", "20250601")
    (document,) = read(tmp_path / "a.ics", f"BEGIN:VCALENDAR\n{calendar}END:VCALENDAR\n")
    assert isinstance(document, Document)
    assert document.text == (
        "Event: Regatta on Tuesday, 4 March 2025, 08:00 (UTC).\n\n"
        "Event: Fair on Sunday, 1 June 2025."
    )
    assert document.title == "a"
    named = f"BEGIN:VCALENDAR\nX-WR-CALNAME:Harbour days\n{calendar}END:VCALENDAR\n"
    (other,) = read(tmp_path / "b.ics", named)
    assert isinstance(other, Document)
    assert other.title == "Harbour days"
