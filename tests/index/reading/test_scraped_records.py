"""A record of a dump is cleaned as the same text in a file of its own is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sourcebook.index import Document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

REPORT = "The talks lasted eight hours, the minister said."
SCRAPED = f"{REPORT}\n\nAdvertisement\n\nYour email address will not be published.\n\nShare this:"
OWN = "Unsubscribe\n\nWrite to the office to leave the list.\n\nPrivacy policy\n\nWe keep no names."


def read(path: Path, data: str) -> str:
    path.write_text(data)
    (document,) = [d for d in read_source(Source.file(path)) if isinstance(d, Document)]
    return document.text


@pytest.mark.parametrize(("text", "clean"), [(SCRAPED, REPORT), (OWN, OWN)])
def test_a_record_without_an_address_is_cleaned_where_it_shows_signs_of_a_page(
    tmp_path: Path, text: str, clean: str
) -> None:
    record = json.dumps({"title": "Talks", "text": text})
    assert read(tmp_path / "a.jsonl", record + "\n") == clean
    assert read(tmp_path / "a.txt", text) == clean
