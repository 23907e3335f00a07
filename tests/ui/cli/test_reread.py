"""`sourcebook reread`, and what is said of articles that an earlier version read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from command_line import Run


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The shipped stand-ins for both models, by the same door as any other model."""
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "scripted")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))


def test_reread_reads_articles_again_and_says_what_stays(run: Run, tmp_path: Path) -> None:
    library = ("--library", str(tmp_path / "x.library"))
    note, other = tmp_path / "note.md", tmp_path / "other.md"
    note.write_text("# The ferry\n\nThe ferry of Skerry sails at nine each day.\n")
    other.write_text("# The quay\n\nThe quay of Velm is eleven metres wide.\n")
    assert run("add", str(note), str(other), *library).status == 0
    note.write_text("# The ferry\n\nThe ferry of Skerry sails at ten each day.\n")
    other.unlink()
    ids = {row["title"]: row["id"] for row in json.loads(run("list", "--json", *library).out)}
    report = json.loads(run("reread", "--json", *library).out)
    assert report["updated"] == [ids["The ferry"]]
    assert report["notes"] == ["1 article stays as it was: it could not be read again"]
    shown = json.loads(run("show", ids["The ferry"], "--json", *library).out)
    assert "at ten" in shown["text"]
    assert [block["kind"] for block in shown["blocks"]] == ["heading", "paragraph"]
    assert json.loads(run("reread", "--earlier", "--json", *library).out)["unchanged"] == []
    gone = run("reread", ids["The quay"], *library)
    assert gone.status == 1
    assert "the article stays as it was read" in gone.out
    assert run("reread", "no-such-id", *library).status == 1


def test_what_an_earlier_version_read_is_said_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "old.library"
    folder.mkdir()
    shutil.copy(Path(__file__).parents[2] / "data" / "schema_4" / "library.sqlite", folder)
    words = "“The ferry of Skerry”, “The lighthouse of Velm is painted” and 1 more"
    first, second = (run("list", "--library", str(folder)) for _ in range(2))
    assert words in first.err
    assert "sourcebook reread --earlier" in first.err
    assert (first.out, second.err) == (second.out, "")
