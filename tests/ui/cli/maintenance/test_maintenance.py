"""`sourcebook purge`, `backup` and `restore` on the command line."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from command_line import Run, one_line_error

from sourcebook.index import Library, make_document
from sourcebook.rag.testing import HashEmbedder


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("SOURCEBOOK_LIBRARY", str(tmp_path / "x.library"))


def add(run: Run, folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.md").write_text(f"# {name}\n\n{text}\n")
    assert run("add", str(folder / f"{name}.md")).status == 0


def titles(run: Run) -> list[str]:
    return [row["title"] for row in json.loads(run("list", "--json").out)]


def test_a_backup_brings_back_what_was_removed(run: Run, tmp_path: Path) -> None:
    add(run, tmp_path, "Ferry", "The ferry of Skerry sails at nine each day.")
    made = run("backup", str(tmp_path / "b.zip"))
    assert made.out.startswith("Copied 1 article and 0 uploaded files of ")
    (row,) = json.loads(run("list", "--json").out)
    run("remove", row["id"])
    add(run, tmp_path, "Quay", "The quay of Velm is eleven metres wide.")
    asked = one_line_error(run("restore", str(tmp_path / "b.zip")))
    assert "replace 1 article by those in" in asked.lower()
    assert "--yes" in asked
    assert titles(run) == ["Quay"]
    assert run("restore", str(tmp_path / "b.zip"), "--yes").status == 0
    assert titles(run) == ["Ferry"]


def test_a_purge_prints_what_it_erased(run: Run, tmp_path: Path) -> None:
    add(run, tmp_path, "Ferry", "The ferry of Skerry sails at nine each day.")
    add(run, tmp_path, "Quay", "The quay of Velm is eleven metres wide.")
    run("search", "ferry")
    ids = {row["title"]: row["id"] for row in json.loads(run("list", "--json").out)}
    run("remove", ids["Ferry"])
    shown = run("purge")
    assert shown.status == 0
    assert "vectors        no file erased" in shown.out
    result = json.loads(run("purge", "--json").out)
    assert result["free"] == 0
    data = b"".join(
        file.read_bytes() for file in (tmp_path / "x.library").rglob("*") if file.is_file()
    )
    assert b"Skerry" not in data
    assert b"eleven metres" in data


def test_without_a_library_each_says_so(run: Run, tmp_path: Path) -> None:
    for words in (["purge"], ["backup", str(tmp_path / "b.zip")]):
        assert "no library in" in one_line_error(run(*words))


def test_the_doctor_examines_a_library_that_is_named_and_repairs_it(
    run: Run, tmp_path: Path
) -> None:
    add(run, tmp_path, "Ferry", "The ferry of Skerry sails at nine each day.")
    named = ("doctor", "--json", "--library", str(tmp_path / "x.library"))

    def contents(*words: str) -> list[tuple[bool, str]]:
        checks = json.loads(run(*words).out)["checks"]
        return [(c["ok"], c["detail"]) for c in checks if c["name"] == "contents"]

    assert contents("doctor", "--json") == []
    assert contents(*named) == [(True, "1 article, 1 passage: each as it was written")]
    with sqlite3.connect(tmp_path / "x.library" / "library.sqlite") as db:
        db.execute("DELETE FROM passage_texts")
    db.close()
    lacking = "the texts to be searched lack 1 passages and hold 0 too many"
    assert contents(*named, "--no-repair") == [(False, lacking)]
    assert contents(*named) == [(True, f"repaired: {lacking}")]
    assert json.loads(run("search", "ferry", "--json").out)


def test_a_library_is_reindexed_and_then_read_with_the_new_embedder(
    run: Run, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "x.library", embedder=HashEmbedder(64)) as library:
        library.add_documents([make_document("The ferry sails at nine.", path="a")])
    refused = one_line_error(run("search", "ferry"))
    assert "hash-64, not hash" in refused
    assert "sourcebook reindex" in refused
    assert run("reindex", "--embedder", "hash").out.startswith(
        "The vectors of hash are in use now: 1 passage."
    )
    assert json.loads(run("search", "ferry", "--json").out)
