"""An article's date is the day it was published, as it says itself; else it is unknown."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Library, make_document
from sourcebook.index.documents.dates import day_comes_first, find_dates, parse_date
from sourcebook.index.documents.publication import find_publication_date
from sourcebook.index.reading.registry import read_file
from sourcebook.index.reading.web.page_metadata import page_publication_date
from sourcebook.rag.answer import document_to_dict

DAY = datetime(2022, 1, 12, tzinfo=UTC)
BODY = "NATO and Russia failed to narrow their differences over Ukraine, both sides said after " * 2


def zone(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


def publication_of(text: str = BODY, **where: str) -> tuple[datetime, str] | None:
    published = find_publication_date(text, **where)
    return (published.moment, published.origin) if published else None


@pytest.mark.parametrize(
    "text",
    [
        *("2022-01-12", "2022/1/12", "January 12, 2022", "Jan. 12, 2022", "JAN 12 2022"),
        *("12 January 2022", "12th of January, 2022", "Wednesday, 12 Jan 2022", "12. Januar 2022"),
        *("12 janvier 2022", "12 de enero de 2022", "12 gennaio 2022", "2022年1月12日"),
        *("12.01.2022", "01/12/2022 is no day first, 12 January 2022"[24:]),
        "January 12, 2022 at 5:40 PM",  # without a zone the day alone is sure
        "January 12, 2022 5:40 PM CST",  # as with one that means several
    ],
)
def test_a_day_is_read_as_that_day_in_utc(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2022-01-12T17:40:00+01:00", datetime(2022, 1, 12, 17, 40, tzinfo=zone(1))),
        ("2022-01-12T17:40:00.123Z", datetime(2022, 1, 12, 17, 40, tzinfo=UTC)),
        ("Wed, 12 Jan 2022 17:40:00 -0500", datetime(2022, 1, 12, 17, 40, tzinfo=zone(-5))),
        ("January 12, 2022 5:40 PM EST", datetime(2022, 1, 12, 17, 40, tzinfo=zone(-5))),
        ("January 12, 2022 at 12:05 a.m. GMT", datetime(2022, 1, 12, 0, 5, tzinfo=UTC)),
        ("12 January 2022 | 17.40 CET", datetime(2022, 1, 12, 17, 40, tzinfo=zone(1))),
        ("17:40 GMT, 12 January 2022", datetime(2022, 1, 12, 17, 40, tzinfo=UTC)),
        ("12 Jan 2022 17:40 UTC+5:30", datetime(2022, 1, 12, 17, 40, tzinfo=zone(5.5))),
    ],
)
def test_a_time_with_its_zone_is_read(text: str, moment: datetime) -> None:
    read = parse_date(text)
    assert read == moment
    assert read is not None
    assert read.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        *("soon", "January 2022", "2022", "12 January", "31 February 2022", "2022-13-01"),
        *("03/04/2022", "12/01/22", "January 12, 2022 or January 13, 2022"),
    ],
)
def test_what_is_no_complete_clear_day_is_not_read(text: str) -> None:
    assert parse_date(text) is None


def test_the_order_of_day_and_month_is_told_by_the_locale_or_the_numbers() -> None:
    third_of_april = datetime(2022, 4, 3, tzinfo=UTC)
    fourth_of_march = datetime(2022, 3, 4, tzinfo=UTC)
    assert parse_date("03/04/2022", "en") is None
    assert parse_date("03/04/2022", "en-US") == fourth_of_march
    assert parse_date("03/04/2022", "en_GB") == third_of_april
    assert parse_date("03/04/2022", "de") == third_of_april
    assert parse_date("13/01/2022") == datetime(2022, 1, 13, tzinfo=UTC)
    assert parse_date("01/13/2022") == datetime(2022, 1, 13, tzinfo=UTC)
    assert day_comes_first("ja") is None


@given(st.datetimes(min_value=datetime(1700, 1, 1), max_value=datetime(2020, 1, 1)))  # noqa: DTZ001
def test_every_day_is_read_in_every_form(moment: datetime) -> None:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    for form in ("%Y-%m-%d", "%B %d, %Y", "%d %B %Y", "%a, %d %b %Y", "%d.%m.%Y"):
        assert parse_date(day.strftime(form)) == day
    assert parse_date(f"{moment.replace(tzinfo=zone(-7)).isoformat(timespec='seconds')}") == (
        moment.replace(microsecond=0, tzinfo=zone(-7))
    )


@given(st.text(alphabet="0123456789 -/.,:TZJanuryMch年月日()+", max_size=60))
def test_any_text_gives_slices_of_itself_or_nothing(text: str) -> None:
    last = 0
    for written in find_dates(text):
        assert 0 <= written.start < written.end <= len(text)
        assert written.end > last
        last = written.end
        assert written.moment.tzinfo is not None


# --- where it is found ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "where"),
    [
        ("Published: January 12, 2022", "publication line"),
        ("Published on Wednesday, 12 January 2022 | Updated January 14, 2022", "publication line"),
        ("First published on 12 Jan 2022", "publication line"),
        ("By Ann Lee | Posted by Ann Lee on January 12, 2022", "publication line"),
        ("Date: 2022-01-12", "publication line"),
        ("Veröffentlicht am 12. Januar 2022", "publication line"),
        ("January 12, 2022", "date line"),
        ("Wednesday 12 January 2022", "date line"),
        ("By Ann Lee, January 12, 2022", "date line"),
        ("Brussels, 12 January 2022", "date line"),
        ("BRUSSELS, Jan 12, 2022 (Reuters) - The talks ended.", "dateline"),
        ("BRUSSELS, Jan. 12, 2022 /PRNewswire/ -- The talks ended.", "dateline"),
        ("BRUSSELS (AP), January 12, 2022 — The talks ended.", "dateline"),
        ("NEW YORK CITY, N.Y., January 12, 2022 – The talks ended.", "dateline"),
        ("(Brussels, 12 January 2022) The talks ended.", "dateline"),
    ],
)
def test_the_text_tells_it(head: str, where: str) -> None:
    assert publication_of(f"A headline of the article\n\n{head}\n\n{BODY}") == (DAY, where)


@pytest.mark.parametrize(
    "text",
    [
        "Updated: January 12, 2022",
        "Last modified on January 12, 2022",
        "BRUSSELS, Jan 12 (Reuters) - The talks ended.",  # of which year?
        "On January 12, 2022 - a cold day - the talks ended.",
        "The talks ended on January 12, 2022.",
        "Published on 12 January 2022, the report says that nothing was agreed by either side.",
        "Date of birth: January 12, 1950",
        "Brussels, 12 January 2022 - 14 January 2022",
        "Published: 03/04/2022",
        "January 12, 2022\nThe talks began.\nJanuary 13, 2022\nThe talks ended.",  # a chronicle
        "Published: January 12, 2199",
    ],
)
def test_a_date_that_is_not_the_publication_leaves_it_unknown(text: str) -> None:
    assert publication_of(f"A headline of the article\n\n{text}\n\n{BODY}") is None


@pytest.mark.parametrize(
    ("url", "moment"),
    [
        ("https://courier.example/2022/01/12/talks-end", DAY),
        ("https://courier.example/world/2022/jan/12/talks-end", DAY),
        ("https://courier.example/world/talks-end-2022-01-12/", DAY),
        ("https://courier.example/world/20220112-talks", DAY),
        ("https://courier.example/2022/01/talks-end", None),
        ("https://courier.example/2022/13/45/talks-end", None),
        ("https://courier.example/from-2022-01-12-to-2022-01-14", None),
        ("https://courier.example/talks?on=2022-01-12", None),
        ("https://courier.example/item/920220112", None),
    ],
)
def test_the_address_tells_it(url: str, moment: datetime | None) -> None:
    assert publication_of(url=url) == ((moment, "URL") if moment else None)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("2022-01-12-talks.txt", True),
        ("talks_20220112.html", True),
        ("talks 2022.01.12.md", True),
        ("talks.txt", False),
        ("scan-2022-01-12.txt", False),
        ("export_2022-01-12.txt", False),
        ("2022-01-12 to 2022-01-14.txt", False),
        ("20229912.txt", False),
    ],
)
def test_the_name_of_the_file_tells_it(name: str, known: bool) -> None:
    assert publication_of(path=f"/2021-05-05/{name}") == ((DAY, "file name") if known else None)


def test_a_dateline_without_a_year_takes_it_from_the_address() -> None:
    text = "BRUSSELS, Jan 12 (Reuters) - The talks ended."
    assert publication_of(text, url="https://c.example/2022/01/talks") == (DAY, "dateline and URL")
    assert publication_of(text, url="https://c.example/2022/03/talks") is None


def test_the_surer_place_is_believed() -> None:
    text = f"Published: January 12, 2022\n\n{BODY}"
    assert publication_of(text, url="https://c.example/2022/01/13/a", path="2022-01-14.txt") == (
        DAY,
        "publication line",
    )
    assert publication_of(BODY, url="https://c.example/2022/01/12/a", path="2022-01-14.txt") == (
        DAY,
        "URL",
    )


def test_the_times_of_the_file_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "talks.txt"
    path.write_text(BODY)
    os.utime(path, (1_642_000_000, 1_642_000_000))
    document = read_file(path)
    assert (document.published, document.published_from) == (None, None)


def test_the_scraped_articles_have_no_date_and_are_given_none(articles: Path) -> None:
    for path in articles.glob("*.txt"):
        assert read_file(path).published is None


# --- web pages and front matter ---------------------------------------------------------------


def page(head: str = "", body: str = "", lang: str = "en") -> str:
    article = f"<article><p>{BODY}</p>{body}</article>"
    return f'<html lang="{lang}"><head>{head}</head><body>{article}</body></html>'


def ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


NOON = "2022-01-12T12:00:00+01:00"
OTHER = "2021-05-05T08:00:00Z"


@pytest.mark.parametrize(
    ("html", "where"),
    [
        (
            page(f'<meta property="article:published_time" content="{NOON}">'),
            "page metadata: article:published_time",
        ),
        (
            page(ld({"@type": "NewsArticle", "datePublished": NOON, "dateModified": OTHER})),
            "page metadata: datePublished",
        ),
        (
            page(ld({"@graph": [{"@type": "WebPage"}, {"datePublished": NOON}]})),
            "page metadata: datePublished",
        ),
        (
            page(
                ld({"itemListElement": [{"datePublished": OTHER}]})
                + f'<meta name="DC.date" content="{NOON}">'
            ),
            "page metadata: dc.date",
        ),
        (page(body=f'<time datetime="{NOON}">noon</time>'), "time element"),
        (
            page(
                body=f'<time datetime="{OTHER}"></time>'
                f'<time itemprop="datePublished" datetime="{NOON}">'
            ),
            "time element",
        ),
    ],
)
def test_a_page_tells_it_with_its_time_and_zone(html: str, where: str) -> None:
    published = page_publication_date(html)
    assert published == (datetime(2022, 1, 12, 12, tzinfo=zone(1)), where)


@pytest.mark.parametrize(
    "html",
    [
        page(f'<meta property="article:modified_time" content="{NOON}">'),
        page(body=f'<time datetime="{NOON}"></time><time datetime="{OTHER}"></time>'),
        page('<meta name="date" content="03/04/2022">'),
        page(body='<span class="post-date">03/04/2022</span>'),
        page('<script type="application/ld+json">{"datePublished": "</script>'),
        # An info box, a card or the data of a work say when their subject was published.
        page(body=f'<table class="infobox"><tr><td><b class="published">{NOON}</b></table>'),
        page(body=f'<div class="vevent"><time class="dtstart" datetime="{NOON}"></time></div>'),
        page(
            '<script type="application/ld+json">{"@type": "Movie", "datePublished": '
            f'"{NOON}"}}</script>'
        ),
        *("", "<", "<html><body>", "<?xml version='1.0' encoding='utf-8'?><html/>"),
    ],
)
def test_a_page_that_tells_none_or_no_clear_one_has_none(html: str) -> None:
    assert page_publication_date(html) is None


WIKI = '<meta name="generator" content="MediaWiki 1.42.0">'


@pytest.mark.parametrize(
    ("html", "where"),
    [
        (
            page(WIKI + ld({"@type": "Article", "datePublished": OTHER, "dateModified": NOON})),
            "page metadata: dateModified",
        ),
        (
            page(
                WIKI + ld({"@type": "Article", "datePublished": OTHER}),
                '<p id="footer-info-lastmod">This page was last edited on 12 January 2022.</p>',
            ),
            "date of the last edit",
        ),
        (
            page(
                ld(
                    {
                        "@graph": [
                            {"@type": "WebSite", "datePublished": "2001-01-15"},
                            {"@type": ["Organization", "Brand"], "datePublished": "2001-01-15"},
                            {"@type": "WebPage", "datePublished": NOON},
                        ]
                    }
                )
            ),
            "page metadata: datePublished",
        ),
    ],
)
def test_a_wiki_is_published_with_its_last_edit_and_a_site_is_no_article(
    html: str, where: str
) -> None:
    published = page_publication_date(html)
    assert published is not None
    assert (published.moment.date().isoformat(), published.origin) == ("2022-01-12", where)


def test_a_page_of_a_wiki_without_its_last_edit_has_no_date() -> None:
    assert page_publication_date(page(WIKI + ld({"datePublished": OTHER}))) is None


@pytest.mark.parametrize(
    ("lang", "moment"),
    [("en-GB", datetime(2022, 4, 3, tzinfo=UTC)), ("en-US", datetime(2022, 3, 4, tzinfo=UTC))],
)
def test_the_locale_of_a_page_makes_its_date_clear(
    lang: str, moment: datetime, tmp_path: Path
) -> None:
    html = page(body='<span class="post-date">03/04/2022</span>', lang=lang)
    assert page_publication_date(html) == (moment, "date on the page")
    (tmp_path / "a.html").write_text(html)
    document = read_file(tmp_path / "a.html")
    assert (document.published, document.published_from) == (moment, "date on the page")


def test_front_matter_says_it_in_any_clear_form(tmp_path: Path) -> None:
    path = tmp_path / "2021-05-05-a.md"
    path.write_text(f"---\ndate: 12 January 2022\n---\n{BODY}")
    document = read_file(path)
    assert (document.published, document.published_from) == (DAY, "front matter")


# --- kept, and shown --------------------------------------------------------------------------


def test_the_library_keeps_the_date_and_how_it_was_found(library: Library) -> None:
    document = make_document(BODY, url="https://c.example/2022/01/12/a")
    (added,) = library.add_documents([document]).added
    stored = library.document(added)
    assert (stored.published, stored.published_from) == (DAY, "URL")
    assert document_to_dict(stored)["published_from"] == "URL"


def test_a_date_that_a_program_gives_is_given(library: Library) -> None:
    moment = datetime(2022, 1, 12, 18, tzinfo=zone(1))
    document = make_document(BODY, published=moment, url="https://c.example/2021/01/01/a")
    assert (document.published, document.published_from) == (moment, "given")


def test_a_date_that_is_corrected_in_the_file_is_corrected_in_the_library(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\ndate: 2021-01-12\n---\n{BODY}")
    (first,) = library.add(path).added
    path.write_text(f"---\ndate: 2022-01-12\n---\n{BODY}")
    assert library.add(path).updated == (first,)
    assert library.document(first).published == DAY
    assert library.add(path).unchanged == (first,)


@pytest.mark.parametrize(
    "html",
    [
        '<script type="application/ld+json">{"datePublished":1709546400}</script>',
        "<p class=byline>Orla Fenwick, 4 March 2024</p>",
        "<div class=post-meta>by Orla | <span>4. März 2024</span></div>",
    ],
)
def test_a_page_says_its_date_in_seconds_or_beside_its_author(html: str) -> None:
    publication = page_publication_date(f"<html lang=de><body>{html}<p>Text</p></body></html>")
    assert publication is not None
    assert publication.moment.date().isoformat() == "2024-03-04"


def test_the_date_of_an_update_beside_an_author_is_not_that_of_publication() -> None:
    assert page_publication_date("<p class=byline>Orla, updated 4 March 2024</p>") is None
