"""Dumps, feeds, e-mails and encodings: each record a document, and what is left out is said."""

from __future__ import annotations

import contextlib
import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document, Library, Skipped
from sourcebook.index.documents.dates import to_datetime
from sourcebook.index.errors import EmptyDocument, ReadError, UnreadableFile, UnsupportedFormat
from sourcebook.index.reading.decoding import decode
from sourcebook.index.reading.markup import flatten_html, html_to_text, parse_html
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

TALKS = "The talks between the two deputy ministers in Geneva lasted about eight hours."


def read(path: Path, **columns: str) -> tuple[list[Document], list[Skipped]]:
    items = list(read_source(Source.file(path, columns)))
    return (
        [item for item in items if isinstance(item, Document)],
        [item for item in items if isinstance(item, Skipped)],
    )


def write(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def jsonl(path: Path, *records: object) -> Path:
    return write(path, "\n".join(json.dumps(record) for record in records))


# --- JSON Lines -------------------------------------------------------------------------------


def test_each_line_is_a_document_whatever_its_columns_are_called(tmp_path: Path) -> None:
    documents, skipped = read(
        jsonl(
            tmp_path / "a.jsonl",
            {
                "headline": "Eight hours",
                "content": TALKS,
                "publishedAt": "2022-01-10T21:30:00+01:00",
                "source": {"id": None, "name": "Courier"},
                "authors": ["Maren Holloway", {"name": "A. Stone"}],
                "link": "https://courier.example/talks",
            },
            {"Title": "Rain", "Body": "<p>It rained.</p><p>It stopped.</p>", "date": 1641850200},
        )
    )
    assert skipped == []
    talks, rain = documents
    assert (talks.title, talks.text) == ("Eight hours", TALKS)
    assert (talks.source, talks.author) == ("Courier", "Maren Holloway, A. Stone")
    assert talks.url == "https://courier.example/talks"
    assert talks.published == datetime(2022, 1, 10, 20, 30, tzinfo=UTC)
    assert rain.text == "It rained.\n\nIt stopped."
    assert rain.published == datetime(2022, 1, 10, 21, 30, tzinfo=UTC)
    assert rain.path == f"{tmp_path / 'a.jsonl'}#2"


def test_columns_of_other_names_are_named(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", {"t": {"raw": TALKS}, "wann": "2022-01-10", "text": "no"})
    (document,), _ = read(path, text="t.raw", published="wann")
    assert document.text == f"{TALKS}\n\ntext: no"
    assert document.published == datetime(2022, 1, 10, tzinfo=UTC)


def test_a_column_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", {"text": TALKS}, {"t": TALKS})
    _, (skipped,) = read(path)
    assert "--column text=NAME" in skipped.reason
    assert "it has: t" in skipped.reason
    _, (skipped, _) = read(path, text="x")
    assert "no column 'x' for text" in skipped.reason


def test_a_broken_line_is_skipped_and_said_and_the_others_go_in(tmp_path: Path) -> None:
    good = json.dumps({"text": TALKS})
    path = write(
        tmp_path / "a.jsonl", f'{good}\n{{"text": \n[1]\n{"[" * 100_000}\n\n{good[:-1]} }}'
    )
    documents, skipped = read(path)
    assert len(documents) == 2
    assert [s.reason.split(":")[0] for s in skipped] == ["line 2", "line 3", "line 4"]
    assert {s.error for s in skipped} == {"UnreadableFile"}


def test_many_broken_lines_are_counted(tmp_path: Path) -> None:
    _, skipped = read(write(tmp_path / "a.jsonl", "x\n" * 100))
    assert len(skipped) == 21
    assert skipped[-1].reason.startswith("80 more, the last line 100")


def test_a_record_with_an_id_keeps_its_place_when_others_come_before_it(
    tmp_path: Path, library: Library
) -> None:
    path = jsonl(tmp_path / "a.jsonl", {"id": "k7", "text": TALKS})
    (document_id,) = library.add(path).added
    jsonl(path, {"id": "k8", "text": "Another article."}, {"id": "k7", "text": TALKS + " More."})
    report = library.add(path)
    assert report.updated == (document_id,)
    assert len(report.added) == 1


def test_records_that_name_the_same_url_are_all_kept(tmp_path: Path, library: Library) -> None:
    url = "https://courier.example/"
    records = [{"text": f"Article number {n}.", "url": url} for n in range(3)]
    assert len(library.add(jsonl(tmp_path / "a.jsonl", *records)).added) == 3
    assert {d.text for d in library.documents()} == {r["text"] for r in records}
    assert len(library.add(tmp_path / "a.jsonl").unchanged) == 3


# --- CSV --------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_rows_are_documents_under_any_delimiter(tmp_path: Path, delimiter: str) -> None:
    out = io.StringIO()
    rows = csv.writer(out, delimiter=delimiter)
    rows.writerow(["Title", "Text", "Publish Date"])
    long = f'{TALKS} "Quoted", as it was.\nAnd; a | second, line. ' + "word " * 40_000
    rows.writerow(["Eight hours", long, "2022-01-10"])
    (document,), skipped = read(write(tmp_path / "a.csv", out.getvalue()))
    assert skipped == []
    assert document.title == "Eight hours"
    assert document.text == long.replace(" \n", "\n").strip()
    assert document.published == datetime(2022, 1, 10, tzinfo=UTC)


def test_a_row_with_more_fields_than_columns_is_not_cut(tmp_path: Path) -> None:
    (document,), (skipped,) = read(
        write(tmp_path / "a.csv", "title,text\nA,It rained.\nB,It rained, then it stopped.\n")
    )
    assert document.title == "A"
    assert "row 3: has 3 fields and the header 2" in skipped.reason


def test_a_named_column_that_a_table_lacks_is_said_with_those_that_it_has(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"no column 'x' for text; it has: a, b"):
        read(write(tmp_path / "a.csv", "a,b\n1,2\n"), text="x")


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.rss", "a.eml"])
def test_an_empty_file_of_any_format_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(write(tmp_path / name, b""))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-32"])
def test_dumps_are_read_in_the_encoding_they_are_in(tmp_path: Path, encoding: str) -> None:
    text = "Le général a déclaré que la réunion était terminée après huit heures. " * 8
    path = write(tmp_path / "a.csv", f"title,text\nA,{text}\n".encode(encoding))
    (document,), _ = read(path)
    assert document.text == text.strip()


# --- feeds ------------------------------------------------------------------------------------

RSS = """<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Harbour Courier</title><language>en-gb</language>
<item><title>Talks &amp; terms</title><link>https://courier.example/talks</link>
<dc:creator>Maren Hollôway</dc:creator><pubDate>Mon, 10 Jan 2022 21:30:00 +0100</pubDate>
<description>Short.</description>
<content:encoded><![CDATA[<p>The talks lasted <b>eight</b> hours.</p><p>They go on.</p>]]>
</content:encoded>
</item><item><title>Only a title</title></item></channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title>
<author><name>The desk</name></author><entry><id>tag:1</id><title>Rain</title>
<updated>2022-01-11T00:00:00Z</updated><published>2022-01-10T08:00:00Z</published>
<link href="https://courier.example/rain"/>
<content type="html">&lt;p&gt;It rained.&lt;/p&gt;</content>
</entry></feed>"""


def test_an_entry_of_a_feed_has_its_author_and_date(tmp_path: Path) -> None:
    (talks,), (skipped,) = read(write(tmp_path / "a.rss", RSS.encode("latin-1")))
    assert (talks.title, talks.author) == ("Talks & terms", "Maren Hollôway")
    assert (talks.source, talks.language) == ("Harbour Courier", "en-gb")
    assert talks.text == "The talks lasted eight hours.\n\nThey go on."
    assert talks.published == datetime(2022, 1, 10, 20, 30, tzinfo=UTC)
    assert talks.url == "https://courier.example/talks"
    assert skipped.reason == "entry 2 holds no text"


def test_an_atom_entry_without_an_author_has_its_feed_s(tmp_path: Path) -> None:
    (rain,), _ = read(write(tmp_path / "a.xml", ATOM))
    assert (rain.text, rain.author, rain.source) == ("It rained.", "The desk", "Courier")
    assert rain.published == datetime(2022, 1, 10, 8, tzinfo=UTC)
    assert rain.media_type == "application/atom+xml"


def test_xml_that_is_no_feed_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedFormat, match="neither an RSS nor an Atom feed"):
        read(write(tmp_path / "a.xml", "<?xml version='1.0'?><map><item>x</item></map>"))


def test_entries_that_a_broken_feed_loses_are_counted(tmp_path: Path) -> None:
    broken = RSS.replace("</rss>", "<item><title>x</title> <![CDATA[ <item><title>y</title>")
    documents, skipped = read(write(tmp_path / "a.rss", broken.encode("latin-1")))
    assert [document.title for document in documents] == ["Talks & terms"]
    assert len(skipped) >= 2


# --- e-mail -----------------------------------------------------------------------------------


def message(plain: str, html: str | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "Eight hours – a report"
    mail["From"] = '"Maren Hollôway" <maren@courier.example>'
    mail["Date"] = "Mon, 10 Jan 2022 21:30:00 +0100"
    mail.set_content(plain)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def test_an_e_mail_has_its_subject_sender_and_date(tmp_path: Path) -> None:
    mail = message(TALKS)
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="terms.pdf")
    (document,), (skipped,) = read(write(tmp_path / "a.eml", mail.as_bytes()))
    assert (document.title, document.author) == ("Eight hours – a report", "Maren Hollôway")
    assert document.text == TALKS
    assert document.published == datetime(2022, 1, 10, 21, 30, tzinfo=timezone(timedelta(hours=1)))
    assert skipped.location.endswith("a.eml/terms.pdf")


def test_an_e_mail_whose_plain_part_says_little_gives_its_html_part(tmp_path: Path) -> None:
    paragraphs = f"<h1>Talks</h1><p>{TALKS}</p><p>{TALKS[::-1]}</p>"
    html = f"<html><body><article>{paragraphs}</article></body></html>"
    mail = message("Open this in a browser.", html)
    (document,), _ = read(write(tmp_path / "a.eml", mail.as_bytes()))
    assert TALKS in document.text
    assert "<p>" not in document.text


def test_an_e_mail_of_an_unknown_encoding_is_read(tmp_path: Path) -> None:
    raw = b"Subject: x\nContent-Type: text/plain; charset=martian\n\n" + TALKS.encode()
    (document,), _ = read(write(tmp_path / "a.eml", raw))
    assert document.text == TALKS


@pytest.mark.parametrize(
    "header",
    ["Content-Type: text/plain; *", "Content-Type: ;\0*", "Content-Disposition: inline; *"],
)
def test_an_e_mail_with_a_header_that_its_parser_fails_on_is_read(
    header: str, tmp_path: Path
) -> None:
    raw = f"Subject: Eight hours\n{header}\n\n{TALKS}"
    (document,), _ = read(write(tmp_path / "a.eml", raw))
    assert (document.title, document.text) == ("Eight hours", TALKS)


@given(st.binary(max_size=600))
def test_any_bytes_after_a_header_are_an_e_mail_or_a_read_error(data: bytes) -> None:
    source = Source("a.eml", lambda: io.BytesIO(b"Subject: x\nContent-Type: " + data))
    with contextlib.suppress(ReadError):
        assert all(isinstance(item, (Document, Skipped)) for item in read_source(source))


# --- dates, encodings, markup -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2022-01-10", datetime(2022, 1, 10, tzinfo=UTC)),
        ("2022-01-10T21:30:00Z", datetime(2022, 1, 10, 21, 30, tzinfo=UTC)),
        ("2022/1/10", datetime(2022, 1, 10, tzinfo=UTC)),
        ("Mon, 10 Jan 2022 21:30:00 GMT", datetime(2022, 1, 10, 21, 30, tzinfo=UTC)),
        (1641850200, datetime(2022, 1, 10, 21, 30, tzinfo=UTC)),
        ("1641850200000", datetime(2022, 1, 10, 21, 30, tzinfo=UTC)),
        ("10/01/2022", None),
        ("soon", None),
        (None, None),
        (True, None),
        (7, None),
    ],
)
def test_a_date_is_read_where_it_can_be_only_one(value: object, said: datetime | None) -> None:
    assert to_datetime(value) == said


@given(st.text(max_size=40))
def test_any_text_is_a_date_with_a_zone_or_none(text: str) -> None:
    found = to_datetime(text)
    assert found is None or found.tzinfo is not None


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=20, max_size=400))
def test_a_byte_order_mark_decides(text: str) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        data = text.encode(encoding)
        if text.strip() and text.count("\0") == 0:
            assert decode(data) == text


def test_the_encoding_a_page_declares_decides(tmp_path: Path) -> None:
    text = "Переговоры в Женеве длились около восьми часов. "
    page = f"<html><head><meta charset=koi8-r></head><body><article><p>{text * 6}</p></article>"
    (document,), _ = read(write(tmp_path / "a.html", page.encode("koi8-r")))
    assert text.strip() in document.text


def test_the_language_of_a_page_is_the_one_it_declares(tmp_path: Path) -> None:
    page = f'<html lang="de"><body><article><p>{TALKS * 4}</p></article></body></html>'
    (document,), _ = read(write(tmp_path / "a.html", page))
    assert document.language == "de"


def nested(levels: int) -> str:
    inner = f"<p>{TALKS}</p>"
    return (
        f"<html><body><article><p>{'It rained in the harbour all day long. ' * 6}</p>"
        f"{'<div>' * levels}{inner}{'</div>' * levels}"
        "<p>The end of the long story came at last.</p></article></body></html>"
    )


@pytest.mark.parametrize("levels", [1, 100, 250, 256, 260, 1_000, 5_000])
def test_deeply_nested_text_is_all_there(levels: int) -> None:
    text = html_to_text(nested(levels))
    assert TALKS in text
    assert text.endswith("The end of the long story came at last.")


@pytest.mark.parametrize("levels", [1, 90, 300])
def test_tables_in_tables_are_all_there(levels: int) -> None:
    inner = f"{'<table><tr><td>' * levels}<p>{TALKS}</p>{'</td></tr></table>' * levels}"
    assert (
        html_to_text(f"<html><body>{inner}<p>The end.</p></body></html>") == f"{TALKS}\n\nThe end."
    )


@given(st.integers(0, 30), st.integers(1, 10))
def test_flattening_leaves_the_text_as_it_was(levels: int, depth: int) -> None:
    page = nested(levels)
    flat = "".join(parse_html(flatten_html(page, depth)).itertext())
    assert flat == "".join(parse_html(page).itertext())


def test_a_line_break_is_no_paragraph() -> None:
    assert (
        html_to_text("one<br>two<div>three <b>four</b></div>five")
        == "one\ntwo\n\nthree four\n\nfive"
    )
    assert html_to_text("<p>a &amp; b</p><script>x()</script><p>c</p>") == "a & b\n\nc"


def test_nothing_is_no_text() -> None:
    assert html_to_text("") == ""
    with pytest.raises(EmptyDocument):
        decode(b"  \n")
