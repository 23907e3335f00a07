"""Links to where a quote stands: pages of the web and PDFs that a browser opens at it."""

from __future__ import annotations

from urllib.parse import unquote, urldefrag

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.ui.render import one_line
from sourcebook.ui.render.citations import at_quote

PAGE = "https://news.example/a?b=1&c"


@pytest.mark.parametrize(
    ("address", "quote", "leads_to"),
    [
        (PAGE, "Eight hours.", f"{PAGE}#:~:text=Eight%20hours."),
        (f"{PAGE}#part", "Eight\nhours.", f"{PAGE}#part:~:text=Eight%20hours."),
        ("/original?document=d#page=3", "No.", "/original?document=d#page=3:~:text=No."),
        # "-", "," and "&" are the syntax of a text fragment.
        (PAGE, "Well-known, R&D", f"{PAGE}#:~:text=Well%2Dknown%2C%20R%26D"),
        (PAGE, "1 2 3 4 5 6 7 8", f"{PAGE}#:~:text=1%202%203%204%205%206%207%208"),
        (PAGE, "1 2 3 4 5 6 7 8 9", f"{PAGE}#:~:text=1%202%203%204,6%207%208%209"),
        (PAGE, " \n", PAGE),
        (f"{PAGE}#:~:text=a", "Eight", f"{PAGE}#:~:text=a"),
    ],
)
def test_a_link_leads_to_the_quote(address: str, quote: str, leads_to: str) -> None:
    assert at_quote(address, quote) == leads_to


@given(st.text())
def test_any_quote_begins_and_ends_as_the_link_says(quote: str) -> None:
    address, fragment = urldefrag(at_quote(PAGE, quote))
    assert address == PAGE
    fragment_text = fragment.removeprefix(":~:text=")
    assert not set(fragment_text) & set(" -&#<>\"'")
    words = one_line(quote).split()
    assert bool(fragment_text) == bool(words)
    start, *end = (
        [unquote(part).split(" ") for part in fragment_text.split(",")] if fragment_text else [[]]
    )
    assert words[: len(start)] == start
    assert words[len(words) - len(end[0]) :] == end[0] if end else len(words) == len(start)
