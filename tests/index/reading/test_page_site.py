"""The site of a web page, where its title ends with it and no metadata names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index.reading.web.page import read_html

TEXT = "The harbour board met on Tuesday and agreed to widen the quay by eleven metres. " * 6


def source_of(title: str, head: str = "", masthead: str = "MARWICK COURIER") -> str | None:
    page = (
        f"<html><head><title>{title}</title>{head}</head><body>"
        f"<div><a href='/'>{masthead}</a></div>"
        f"<article><h1>Quay to grow</h1><p>{TEXT}</p></article></body></html>"
    )
    return read_html(Path("quay.html"), page).source


@pytest.mark.parametrize("separator", ["-", "|", "–", "—", "·", "::"])
def test_the_title_ends_with_the_site(separator: str) -> None:
    assert source_of(f"Quay to grow {separator} Marwick Courier") == "Marwick Courier"


def test_of_a_section_and_a_site_the_site_is_the_last() -> None:
    assert source_of("Quay to grow | Harbour | Marwick Courier") == "Marwick Courier"


def test_metadata_comes_first() -> None:
    site = "<meta property='og:site_name' content='The Courier'>"
    assert source_of("Quay to grow - Marwick Courier", site) == "The Courier"


@pytest.mark.parametrize(
    ("title", "masthead"),
    [
        ("Quay to grow", "MARWICK COURIER"),
        ("Quay to grow - by eleven metres", "MARWICK COURIER"),
        ("Marwick Courier", "MARWICK COURIER"),
        ("", "MARWICK COURIER"),
        ("Quay to grow - Marwick Courier", "Read the Marwick Courier at home"),
    ],
)
def test_a_part_of_the_headline_is_no_site(title: str, masthead: str) -> None:
    assert source_of(title, masthead=masthead) is None


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Quay to grow - Marwick Courier", "Quay to grow"),
        ("Quay to grow", "Quay to grow"),
        ("Quay to grow-ing pains", "Quay to grow-ing pains"),
        ("The quay - Marwick Courier", "The quay - Marwick Courier"),
    ],
)
def test_a_title_that_no_metadata_gives_is_the_headline_without_the_site(
    title: str, headline: str
) -> None:
    page = (
        f"<html><head><title>{title}</title><meta property='og:title' content='{title}'></head>"
        f"<body><h1>Quay to grow</h1><p>{TEXT}</p></body></html>"
    )
    assert read_html(Path("quay.html"), page).title == headline
