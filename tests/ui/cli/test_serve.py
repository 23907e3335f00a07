"""`sourcebook serve` and `sourcebook keys`, as a person types them."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.ui.api.security.keys import Keys, keys_file
from sourcebook.ui.api.security.links import Links
from sourcebook.ui.cli.app import main

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of a command."""
    code = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["sourcebook", *words])
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_a_key_is_made_listed_and_revoked(capsys: Captured) -> None:
    Libraries().create("news")
    code, out, err = run(
        capsys, "keys", "create", "app", "--scope", "ask,write", "--library", "News"
    )
    token = out.strip()
    assert (code, len(out.splitlines())) == (0, 1)  # alone, for `KEY=$(sourcebook keys create app)`
    assert "only time" in err
    key = Keys().find(token)
    assert key is not None
    assert (key.scopes, key.libraries) == (("ask", "write"), ("news",))
    assert stat.S_IMODE(keys_file().stat().st_mode) == 0o600
    _, out, _ = run(capsys, "keys", "list")
    assert out.startswith("app  ask,write")
    assert token not in out
    _, out, _ = run(capsys, "keys", "list", "--json")
    (row,) = json.loads(out)
    assert (row["name"], row["libraries"]) == ("app", ["news"])
    assert "sha256" not in row
    code, out, _ = run(capsys, "keys", "revoke", "app")
    assert (code, Keys().all()) == (0, ())
    assert "It was the last" in out
    assert run(capsys, "keys", "list")[1].startswith("There is no key")


def test_links_are_revoked_alone_or_with_a_key(capsys: Captured) -> None:
    links, place = Links(keys_file()), {"library": "l", "document": "d", "start": "0", "end": "1"}
    signatures = [links.sign(place)["sig"]]
    code, out, _ = run(capsys, "keys", "revoke", "--links")
    assert (code, out.splitlines()[0][:28]) == (0, "Revoked all links to quotes:")
    signatures.append(links.sign(place)["sig"])
    Keys().create("app", ["ask"], None)
    code, out, _ = run(capsys, "keys", "revoke", "app", "--links")
    assert (code, len(out.splitlines()), Keys().all()) == (0, 2, ())
    signatures.append(links.sign(place)["sig"])
    assert len(set(signatures)) == 3
    assert "--links" in run(capsys, "keys", "revoke", "--help")[1]


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("create", "a", "--scope", "everything"), 2, "ask, read, write"),
        (("create", "a", "--scope", ","), 2, "ask, read, write"),
        (("create", "a", "--library", "nowhere"), 1, "no library is named 'nowhere'"),
        (("create", " "), 1, "a name"),
        (("revoke", "a"), 1, "no key is named 'a' (there are: none)"),
        (("revoke",), 2, "give the NAME of a key, or --links"),
    ],
)
def test_a_wrong_key_is_one_line(
    capsys: Captured, words: tuple[str, ...], status: int, message: str
) -> None:
    code, _, err = run(capsys, "keys", *words)
    assert code == status
    assert message in " ".join(err.replace("│", " ").split())
    assert not Keys().all()


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (("--host", "0.0.0.0"), 2, "without a key"),
        (("--host", ""), 2, "every address without a key"),
        (("--allow-host", "books.example"), 2, "as books.example without a key"),
        (("--allow-origin", "example.org"), 2, "https://example.org"),
        (("--rate", "often"), 2, "600/minute"),
        (("--queue", "0"), 2, "--queue"),
        (("--host", "192.0.2.1"), 1, "cannot listen on 192.0.2.1"),
    ],
)
def test_a_server_that_would_be_open_or_wrong_does_not_start(
    capsys: Captured, tmp_path: Path, options: tuple[str, ...], status: int, message: str
) -> None:
    code, _, err = run(capsys, "serve", "--port", "0", *options)
    assert code == status
    assert message in " ".join(err.replace("│", " ").split())
    assert not (tmp_path / "default.library").exists()  # nothing was made or loaded


@pytest.mark.slow
def test_an_empty_library_is_told_of_where_its_name_was_mistyped(tmp_path: Path) -> None:
    words = ["serve", "--library", str(tmp_path / "nwes.library"), "--port", "0"]
    command = [sys.executable, "-c", "from sourcebook.ui.cli import main; main()", *words]
    models = {"SOURCEBOOK_LANGUAGE_MODEL": "scripted", "SOURCEBOOK_EMBEDDER": "hash"}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **models},
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("Sourcebook serves http://")
        server.terminate()
        _, errors = server.communicate(timeout=60)
    assert errors.startswith("The library in ")
    assert "nwes.library is empty" in errors


def test_the_page_has_no_other_address(capsys: Captured) -> None:
    assert run(capsys, "chat", "--host", "0.0.0.0", "--port", "0")[0] == 2


@pytest.mark.parametrize("command", ["serve", "chat", "mcp"])
def test_offline_refuses_a_model_elsewhere_before_anything_is_served(
    command: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "http://models.example/v1#m")
    code, out, err = run(capsys, command, "--offline")
    assert (code, out) == (1, "")
    assert "offline allows model servers on this machine alone" in err
