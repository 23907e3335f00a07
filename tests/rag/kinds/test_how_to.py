"""A how-to gives the steps and the code of the section that tells it, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.kinds.how_to import lacks_object
from sourcebook.rag.testing import ScriptedModel

GUIDE = """# Lantern 2.x Guide

Lantern shows slides on a wall.

## Cleaning the lens

Once a month is enough. To clean the lens:

1. Switch the lantern off and let it cool.
2. Wipe the lens with a dry cloth:

   ```shell
   lantern lens --unlock
   ```

3. Close the cover.

> Warning: water ruins the coating.

The lens was ground in Aldmoor.

## Installing the driver

Fetch the driver first, then load it:

```shell
curl -O https://lantern.example/driver.deb
  sudo lantern load driver.deb
```

## Returning a lantern

Pack the lantern into its box. Ask the office for a return label and send it within 14 days. The
money comes back within a week.
"""

OLD_GUIDE = """# Lantern 1.x Guide

## Installing the driver

Load the driver from the disc:

```shell
mount /cdrom && lantern-old install
```
"""


@pytest.fixture
def guides(library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "guide-2.md").write_text(GUIDE, "utf-8")
    (folder / "guide-1.md").write_text(OLD_GUIDE, "utf-8")
    library.add(folder)
    return library


def ask(library: Library, question: str, log_odds: float = 5.0) -> Answer:
    model = ScriptedModel("A draft of the model.", log_odds=log_odds)
    return Chatbot(library, model=model).ask(question, kind="how-to")


def test_the_steps_come_in_order_with_their_lead_the_code_in_them_and_the_warning(
    guides: Library,
) -> None:
    answer = ask(guides, "How do I clean the lens of the lantern?")
    assert [(s.form, s.marker, s.text) for s in answer.sentences] == [
        ("sentence", None, "To clean the lens:"),
        ("step", "1.", "Switch the lantern off and let it cool."),
        ("step", "2.", "Wipe the lens with a dry cloth:"),
        ("code", None, "lantern lens --unlock"),
        ("step", "3.", "Close the cover."),
        ("sentence", None, "Warning: water ruins the coating."),
    ]
    assert answer.kind == "how-to"
    assert all(s.quoted and s.citations for s in answer.sentences)
    for citation in answer.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (
            "2.1",
            "curl -O https://lantern.example/driver.deb\n  sudo lantern load driver.deb",
        ),
        ("1.4", "mount /cdrom && lantern-old install"),
    ],
)
def test_code_keeps_its_lines_and_is_of_the_version_that_was_asked_about(
    guides: Library, version: str, code: str
) -> None:
    answer = ask(guides, f"We have version {version}. How do I install the driver?")
    assert [(s.language, s.text) for s in answer.sentences if s.form == "code"] == [("shell", code)]


def test_a_section_without_steps_gives_its_sentences(guides: Library) -> None:
    answer = ask(guides, "How do I return a lantern?")
    assert [s.text for s in answer.sentences] == [
        "Pack the lantern into its box.",
        "Ask the office for a return label and send it within 14 days.",
        "The money comes back within a week.",
    ]


NOTICE = """# Terms of the archive

## {heading}

Fill in the form on our page to object. You can also write to objections@archive.example.
To object by letter, write to the archive:

```text
{code}
```
"""

PROSE = [
    "Fill in the form on our page to object.",
    "You can also write to objections@archive.example.",
    "To object by letter, write to the archive:",
]


@pytest.mark.parametrize(
    ("heading", "code", "prose"),
    [
        ("Object to the archive", "The Archive\n7 Quay Street\nAldmoor", PROSE),
        ("How to object to the archive", "archive object --form 7 | archive send", PROSE),
        ("Object to the archive", "archive object --form 7 | archive send", PROSE[2:]),
    ],
)
def test_code_in_words_or_under_a_promise_keeps_the_sentences_that_stand_before_it(
    library: Library, tmp_path: Path, heading: str, code: str, prose: list[str]
) -> None:
    (tmp_path / "terms.md").write_text(NOTICE.format(heading=heading, code=code), "utf-8")
    library.add(tmp_path / "terms.md")
    answer = ask(library, "How do I object to the archive?")
    assert [s.text for s in answer.sentences] == [*prose, code]


def test_the_numbers_of_a_drawing_are_no_steps(library: Library, tmp_path: Path) -> None:
    text = "# Cleaner\n\nIt takes dust.\n\n## How to clean the filter of the cleaner\n\n1 2 3 4\n"
    (tmp_path / "cleaner.md").write_text(text, "utf-8")
    library.add(tmp_path / "cleaner.md")
    assert ask(library, "How do I clean the filter of the cleaner?").abstained


def test_what_no_section_tells_is_refused(guides: Library) -> None:
    answer = ask(guides, "How do I repaint the lantern?", log_odds=-6.0)
    assert answer.abstained
    assert answer.kind == "how-to"


def test_an_empty_library_is_said(library: Library) -> None:
    answer = ask(library, "How do I clean the lens?")
    assert answer.abstained
    assert "no articles" in answer.text


@pytest.mark.parametrize(
    ("question", "lacks"),
    [
        ("How do I clean the lens?", False),
        ("How can we clean our lenses of glass?", False),
        ("How do I set up a gramophone?", True),
        ("How do I bake a lemon tart for twelve?", True),
        ("How is it done?", False),
    ],
)
def test_the_thing_that_is_to_be_made_must_be_named_in_the_article(
    question: str, *, lacks: bool
) -> None:
    document = make_document(GUIDE, title="Lantern 2.x Guide")
    assert lacks_object(question, document) == lacks
