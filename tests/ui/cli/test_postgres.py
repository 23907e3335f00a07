"""The commands take the address of a library in PostgreSQL where they take a folder."""

from pathlib import Path

import psycopg
import pytest
from command_line import Run, one_line_error
from prose import prose

from sourcebook.index import Library, make_document
from sourcebook.rag.testing import HashEmbedder


def test_an_address_stands_for_a_folder(run: Run, postgres_server: str) -> None:
    address = f"{postgres_server}&library=commands"
    assert "no library at postgresql://" in one_line_error(run("list", "--library", address))
    assert "is the server up" in one_line_error(run("list", "--library", "postgresql://[::1]:1/x"))
    wrong = one_line_error(run("list", "--library", "postgresql://h/d?library=a;b"))
    assert "cannot be the name of a library" in wrong


@pytest.mark.real
def test_articles_are_added_found_and_copied(
    run: Run, postgres_server: str, tmp_path: Path
) -> None:
    address = f"{postgres_server}&library=commands-real"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The orchard at Velden holds forty pear trees.\n")
    (tmp_path / "in" / "b.txt").write_text(prose(1))
    assert run("add", str(tmp_path / "in"), "--library", address).status == 0
    assert len(run("list", "--library", address).out.splitlines()) == 2
    assert "Velden" in run("search", "pear trees", "--library", address).out
    copied = run("copy", address, str(tmp_path / "copy"))
    assert copied.status == 0
    assert "The same in both places: 2 articles" in copied.out
    assert "Velden" in run("search", "pear trees", "--library", str(tmp_path / "copy")).out
    doctor = run("doctor", "--library", str(tmp_path / "copy"))
    assert "2 articles" in doctor.out


def test_articles_are_restricted_by_role(run: Run, postgres_server: str, tmp_path: Path) -> None:
    address = f"{postgres_server}&library=guarded"
    with psycopg.connect(postgres_server, autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = 'guest'").fetchone():
            db.execute("CREATE ROLE guest LOGIN")
    with Library.open(address, embedder=HashEmbedder()) as library:
        documents = [make_document(prose(n), title=f"Title {n}") for n in range(2)]
        library.add_documents(documents)
    first = documents[0].id
    assert run("access", "give", "guest", "--library", address).status == 0
    done = run("access", "restrict", first, "--to", "postgres", "--library", address)
    assert "members of postgres alone" in done.out
    assert "postgres" in run("access", "show", first, "--library", address).out
    guest = address.replace("postgres:@", "guest:@")
    with Library.open(guest, create=False, embedder=HashEmbedder()) as library:
        assert [document.title for document in library.documents()] == ["Title 1"]
    assert run("access", "restrict", first, "--library", address).status == 0
    assert "every reader" in run("access", "show", first, "--library", address).out
    assert run("access", "take", "guest", "--library", address).status == 0
    assert "is a folder" in one_line_error(
        run("access", "give", "guest", "--library", str(tmp_path))
    )
