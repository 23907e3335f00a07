"""Folders of files, made by hand."""

from __future__ import annotations

from pathlib import Path


def many(folder: Path, number: int) -> Path:
    folder.mkdir(exist_ok=True)
    for n in range(number):
        text = " ".join(f"Sentence {m} of article {n} is about the ferry." for m in range(40))
        (folder / f"{n:03}.txt").write_text(text)
    return folder
