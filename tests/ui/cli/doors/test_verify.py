"""`sourcebook verify`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run, one_line_error

from sourcebook.index import Library
from sourcebook.index.documents.making import make_document
from sourcebook.rag.testing import HashEmbedder

TALKS = "Their talks in Geneva lasted about eight hours. Ryabkov was accompanied by Fomin."
STATED = "The talks in Geneva lasted about eight hours."


@pytest.fixture
def talks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    folder = tmp_path / "talks.library"
    with Library.open(folder, embedder=HashEmbedder()) as library:
        library.add_documents([make_document(TALKS, title="Talks", url="https://a.example/talks")])
    return str(folder)


def test_a_supported_text_ends_with_0_and_shows_its_quote(run: Run, talks: str) -> None:
    result = run("verify", "--text", STATED, "--library", talks)
    assert result.status == 0, result.err
    assert result.out.startswith(f"✓ {STATED} [1]\n")
    assert "“Their talks in Geneva lasted about eight hours.”" in result.out
    assert result.out.endswith("1 of 1 statement supported.\n")


def test_what_is_not_supported_ends_with_3_and_says_why(
    run: Run, talks: str, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(
        f"# Talks\n\n{STATED} The talks in Geneva lasted about three hours.\n", "utf-8"
    )
    result = run("verify", str(draft), "--library", talks)
    assert result.status == 3
    assert "✗ The talks in Geneva lasted about three hours." in result.out
    assert "[1] says otherwise: “" in result.out
    assert "1 of 2 statements supported, 1 contradicted, 1 not checked." in result.out


def test_json_has_the_spans_and_the_verdicts(run: Run, talks: str) -> None:
    result = run("verify", "--text", STATED, "--library", talks, "--json")
    data = json.loads(result.out)
    (statement,) = data["statements"]
    assert STATED[statement["start"] : statement["end"]] == statement["text"]
    assert (data["supported"], statement["verdict"]) == (True, "supported")
    quote = data["citations"][statement["citations"][0] - 1]
    assert TALKS[quote["start"] : quote["end"]] == quote["quote"]


def test_what_cannot_be_read_is_a_line(run: Run, talks: str, tmp_path: Path) -> None:
    binary = tmp_path / "x.bin"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    assert "no such file" in one_line_error(run("verify", "nowhere.md", "--library", talks))
    assert "no text in UTF-8" in one_line_error(run("verify", str(binary), "--library", talks))
    assert "is empty" in one_line_error(run("verify", "--text", " ", "--library", talks))


def test_the_help_says_the_exit_status(run: Run) -> None:
    assert "3 where one is" in " ".join(run("verify", "--help").out.split())
