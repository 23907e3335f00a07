"""The library of a question set, kept in the cache: another rule of reading makes another one."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path
from typing import Any

import pytest

from sourcebook import index
from sourcebook.eval import QuestionSet, open_set_library
from sourcebook.eval.questions import libraries as set_libraries
from sourcebook.eval.questions.libraries import rule_files
from sourcebook.index import make_document
from sourcebook.index.cleaning.boilerplate import is_section_name
from sourcebook.index.cleaning.clean import clean
from sourcebook.index.cleaning.invisible import drop_invisible_characters
from sourcebook.index.cleaning.repeated_lines import find_lines
from sourcebook.index.cleaning.teasers import teaser_blocks
from sourcebook.index.documents.dates import parse_date, to_datetime
from sourcebook.index.documents.pages import page_at
from sourcebook.index.documents.passages import embedding_texts, split_document
from sourcebook.index.documents.publication import find_publication_date
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.ingest.expected_lines import recurring_lines
from sourcebook.index.ingest.stories import update_stories
from sourcebook.index.ingest.web_pages import page_documents
from sourcebook.index.reading.decoding import decode
from sourcebook.index.reading.markup import html_to_text
from sourcebook.index.reading.office_package import open_package
from sourcebook.index.reading.registry import READERS
from sourcebook.index.reading.sandbox import read_in_sandbox
from sourcebook.index.reading.source import Source
from sourcebook.index.reading.web.page_metadata import page_publication_date
from sourcebook.index.reading.zip_archive import open_archive
from sourcebook.rag.testing import HashEmbedder

QUESTIONS = QuestionSet("tiny", "squad", (), (make_document("The bridge is 90 metres long."),))


@pytest.fixture
def own_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code of `sourcebook.index`, from which the rules are hashed."""
    assert index.__file__
    copy = tmp_path / "code" / "index"
    shutil.copytree(
        Path(index.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__", "sample")
    )
    monkeypatch.setattr(index, "__file__", str(copy / "__init__.py"))
    return copy


@pytest.mark.slow
def test_a_changed_byte_in_any_rule_of_reading_makes_another_library(
    own_rules: Path, tmp_path: Path
) -> None:
    def folder() -> Path:
        with open_set_library(
            QUESTIONS, embedder=HashEmbedder(), cache=tmp_path / "cache"
        ) as library:
            return library.folder

    before = folder()
    for file in rule_files(own_rules):
        rule = file.read_bytes()
        file.write_bytes(rule.replace(b"e", b"a", 1))
        assert folder() != before, file
        file.write_bytes(rule)
    assert folder() == before


def test_whatever_makes_documents_and_passages_is_a_rule_of_reading() -> None:
    assert index.__file__
    files = set(rule_files(Path(index.__file__).parent))
    assert "boilerplate.toml" in {file.name for file in files}
    functions: list[Any] = [
        *(reader.read for reader in READERS.values()),
        *(
            clean,
            drop_invisible_characters,
            teaser_blocks,
            is_section_name,
            find_lines,
            recurring_lines,
        ),
        *(
            make_document,
            find_publication_date,
            parse_date,
            to_datetime,
            page_at,
            page_publication_date,
        ),
        *(decode, html_to_text, open_package, open_archive, read_in_sandbox, Source.file),
        *(split_document, sentence_spans, embedding_texts, update_stories, page_documents),
    ]
    for function in functions:
        place = inspect.getsourcefile(getattr(function, "func", function))
        assert place
        assert Path(place) in files


def test_every_module_of_a_package_of_rules_is_one(
    own_rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = own_rules / "rules" / "formats"
    below.mkdir(parents=True)
    for file in (own_rules / "rules" / "a.py", below / "b.py", below / "notes.txt"):
        file.write_text("rule = 1\n")
    monkeypatch.setattr(set_libraries, "RULES", ("rules",))
    names = [file.relative_to(own_rules).as_posix() for file in rule_files(own_rules)]
    assert names == ["rules/a.py", "rules/formats/b.py"]


def test_every_package_of_rules_holds_code() -> None:
    assert index.__file__
    for name in set_libraries.RULES:
        assert (Path(index.__file__).parent / name / "__init__.py").is_file()
