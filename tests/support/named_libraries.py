"""Libraries with names, and the commands about them, run in this process."""

from __future__ import annotations

import pytest

from sourcebook.index import Library
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.cli.app import main


def open_named(name: str) -> Library:
    return Library.open(Libraries().entry(name).folder, embedder=HashEmbedder())


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = 0
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["sourcebook", "libraries", *words])
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return code, out + err
