"""URLs, lists of them, sitemaps and feeds become documents that stand at their URLs."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from feeds import LONG, entry, feed, sitemap
from web_server import Reply, Site, serving

from sourcebook.index import Library
from sourcebook.index.fetching.sitemaps import is_feed, is_sitemap, parse_sitemap, parse_url_list

TALKS = ("The talks in Geneva lasted about eight hours.", "Both sides said they would go on.")


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


def test_a_page_is_read_at_its_url(library: Library, site: Site) -> None:
    url = site.html("/talks", "Talks end without result", *TALKS)
    report = library.add(url, fetcher=site.fetcher())
    document = library.document(report.added[0])
    assert "about eight hours" in document.text
    assert (document.url, document.path, document.title) == (url, None, "Talks end without result")
    assert library.add(url, fetcher=site.fetcher()).unchanged == report.added


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The talks lasted about eight hours.", (datetime(2022, 1, 10, tzinfo=UTC), "URL")),
        (
            "Published: January 12, 2022\n\nThe talks lasted about eight hours.",
            (datetime(2022, 1, 12, tzinfo=UTC), "publication line"),
        ),
    ],
)
def test_a_page_is_dated_by_its_text_or_else_its_address(
    library: Library, site: Site, text: str, found: tuple[datetime, str]
) -> None:
    site.pages["/2022/01/10/talks"] = Reply(text.encode(), "text/plain")
    library.add(site.url("/2022/01/10/talks"), fetcher=site.fetcher())
    (document,) = library.documents()
    assert (document.published, document.published_from) == found


def test_the_article_of_a_teaser_has_the_date_of_the_feed(library: Library, site: Site) -> None:
    url = site.html("/2022/01/10/talks", "Talks end", LONG * 3)
    site.pages["/feed"] = feed(entry(url, "Talks end", "They ended.", day=8))
    library.add(site.url("/feed"), fetcher=site.fetcher())
    (document,) = library.documents()
    assert "ice on the river" in document.text
    assert document.published == datetime(2024, 1, 8, 8, tzinfo=UTC)
    assert document.published_from == "feed"


def test_a_page_cannot_take_the_place_of_another(library: Library, site: Site) -> None:
    real = site.html("/real", "The real page", *TALKS)
    site.pages["/evil"] = Reply(
        f'<html><head><title>Evil</title><link rel="canonical" href="{real}">'
        f'<meta property="og:url" content="{real}"></head>'
        f"<body><article><p>{LONG * 3}</p></article></body></html>".encode()
    )
    library.add(real, site.url("/evil"), fetcher=site.fetcher())
    assert {document.url for document in library.documents()} == {real, site.url("/evil")}


def test_plain_text_is_read_in_the_encoding_the_server_names(library: Library, site: Site) -> None:
    site.pages["/note"] = Reply("Größe zählt.".encode("utf-16-le"), "text/plain; charset=utf-16-le")
    library.add(site.url("/note"), fetcher=site.fetcher())
    assert next(library.documents()).text == "Größe zählt."


def test_what_cannot_be_fetched_is_skipped_and_the_rest_goes_in(
    library: Library, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(TALKS[0])
    site.pages["/picture"] = Reply(b"\x89PNG\r\n", "image/png")
    sources = [site.url("/none"), "http://10.0.0.1/", "ftp://x.example/a", site.url("/picture")]
    report = library.add(*sources, tmp_path / "a.txt", fetcher=site.fetcher())
    assert len(report.added) == 1
    assert {skipped.location: skipped.error for skipped in report.skipped} == {
        sources[0]: "PageGone",
        sources[1]: "AddressRefused",
        sources[2]: "AddressRefused",
        sources[3]: "UnsupportedFormat",
    }


def test_a_text_file_of_urls_is_a_list_of_pages(
    library: Library, site: Site, tmp_path: Path
) -> None:
    one, two = site.html("/1", "One thing", TALKS[0]), site.html("/2", "Two things", TALKS[1])
    (tmp_path / "urls.txt").write_text(f"# mine\n{one}\n\n{two}\n{one}\n")
    report = library.add(tmp_path / "urls.txt", fetcher=site.fetcher())
    assert [library.document(each).url for each in report.added] == [one, two]


def test_a_list_of_urls_in_a_folder_is_text_and_nothing_is_fetched(
    library: Library, site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "urls.txt").write_text(site.url("/1"))
    library.add(folder, fetcher=site.fetcher())
    assert site.requested_paths == []
    assert next(library.documents()).media_type == "text/plain"


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_gives_its_pages(library: Library, site: Site, packed: bool) -> None:
    urls = [site.html(f"/{n}", f"Page {n} of the river", f"{LONG} {n}") for n in range(3)]
    inner = sitemap(*urls, site.url("/gone"))
    if packed:
        inner = Reply(gzip.compress(inner.body), "application/gzip")
    site.pages["/inner.xml.gz"] = inner
    index = (
        f"<sitemapindex><sitemap><loc>{site.url('/inner.xml.gz')}</loc></sitemap></sitemapindex>"
    )
    site.pages["/sitemap.xml"] = Reply(index.encode(), "application/xml")
    report = library.add(site.url("/sitemap.xml"), fetcher=site.fetcher())
    assert [library.document(each).url for each in report.added] == urls
    assert [skipped.error for skipped in report.skipped] == ["PageGone"]


@pytest.mark.parametrize(
    "data",
    [
        b"<urlset><url><loc>https://a.example/",
        b"<urlset></urlset>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
    ],
)
def test_a_broken_sitemap_is_skipped_with_its_reason(
    library: Library, site: Site, data: bytes
) -> None:
    site.pages["/sitemap.xml"] = Reply(data, "application/xml")
    report = library.add(site.url("/sitemap.xml"), fetcher=site.fetcher())
    assert (len(report.skipped), report.read) == (1, 0)


def test_a_sitemap_reads_nothing_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://secret.example/")
    entity = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    data = f"{entity}<urlset><url><loc>&s;</loc></url></urlset>"
    assert parse_sitemap(data.encode()).pages == ()


def test_a_feed_gives_its_entries_with_author_and_date(library: Library, site: Site) -> None:
    urls = [site.url(f"/{n}") for n in range(2)]
    site.pages["/feed"] = feed(*(entry(url, f"Story {url[-1]}", LONG * 10 + url) for url in urls))
    report = library.add(site.url("/feed"), fetcher=site.fetcher())
    documents = [library.document(each) for each in report.added]
    assert [document.url for document in documents] == urls
    assert [document.title for document in documents] == ["Story 0", "Story 1"]
    assert all("Maren Holloway" in (document.author or "") for document in documents)
    assert {document.published and document.published.isoformat() for document in documents} == {
        "2024-01-01T08:00:00+00:00"
    }
    assert set(site.requested_paths) == {"/robots.txt", "/feed"}  # what is whole needs no page


def test_a_teaser_is_read_on_its_page_where_there_is_more(library: Library, site: Site) -> None:
    page = site.html("/story", "Ferry late", LONG * 4)
    site.pages["/feed"] = feed(
        entry(page, "Ferry late again", "The ferry was late."),
        entry(site.url("/gone"), "Bridge shut", "The bridge was shut on Sunday."),
    )
    report = library.add(site.url("/feed"), fetcher=site.fetcher())
    texts = {document.title: document.text for document in library.documents()}
    assert texts["Ferry late again"].count("ice on the river") == 4
    assert texts["Bridge shut"] == "The bridge was shut on Sunday."
    assert report.skipped == ()


def test_entries_with_one_link_are_each_kept(library: Library, site: Site) -> None:
    home = site.url("/gone")
    site.pages["/feed"] = feed(*(entry(home, f"Story {n}", f"{LONG * 10} {n}") for n in range(3)))
    for _ in range(2):
        library.add(site.url("/feed"), fetcher=site.fetcher())
        assert len(library) == 3


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a.example/1\nhttp://b.example\n", ["https://a.example/1", "http://b.example"]),
        ("\ufeff# list\r\n\r\nHTTPS://a.example\r\n", ["HTTPS://a.example"]),
        ("https://a.example is the page I mean.", []),
        ("Read https://a.example", []),
        ("", []),
    ],
)
def test_a_list_holds_nothing_but_urls(text: str, urls: list[str]) -> None:
    assert parse_url_list(text) == urls


def test_kinds_are_told_by_how_they_begin() -> None:
    assert is_sitemap(b'<?xml version="1.0"?><!-- c --><urlset xmlns="x">')
    assert is_feed(b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">')
    assert is_feed(b"<rdf:RDF xmlns:rdf='x'>")
    assert not is_feed(b"<html><body>about <rss> feeds</body></html>")
    assert not is_sitemap(b"<html><body>urlset</body></html>")
