"""What is taken out of a text, and that nothing else is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import make_document
from sourcebook.index.cleaning import clean


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text).text
    assert clean(once).text == once


@given(st.text())
def test_clean_text_can_be_stored_and_holds_nothing_invisible(text: str) -> None:
    cleaned = clean(text).text
    cleaned.encode("utf-8")
    assert not {c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs")} - {"\n", "\t"}
    assert "\u202e" not in cleaned
    assert cleaned == cleaned.strip()


@given(st.lists(st.sampled_from(["The talks lasted eight hours.", "Nothing was agreed."])))
def test_sentences_stay(lines: list[str]) -> None:
    assert clean("\n".join(lines)).text.split("\n") == (lines or [""])


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("- Advertisement -", "advertisement"),
        ("Hi, what are you looking for?", "site menu"),
        ("CONTINUE READING: NATO warns Russia", "link to another article"),
        ("Your email address will not be published.", "comment form"),
        ("\u202eevil", "invisible character"),
    ],
)
def test_what_is_removed_is_named_with_its_rule(line: str, rule: str) -> None:
    cleaned = clean(f"First sentence.\n{line}\nLast sentence.")
    assert [removed.rule for removed in cleaned.removed] == [rule]
    assert cleaned.text.startswith("First sentence.")
    assert cleaned.text.endswith("Last sentence.")


def test_a_scraped_page_is_titled_by_its_headline() -> None:
    text = "Connect with us\n\nWorld\n\nNATO allies urge Russia to withdraw\n\nThe text."
    assert make_document(text).title == "NATO allies urge Russia to withdraw"


def test_the_scraped_articles_lose_their_furniture(articles: Path) -> None:
    text = "\n".join(clean(p.read_text("utf-8")).text for p in sorted(articles.glob("*.txt")))
    for furniture in ("Advertisement", "Connect with us", "CONTINUE READING", "Leave a Reply"):
        assert furniture not in text
    assert "which lasted about eight hours" in text
