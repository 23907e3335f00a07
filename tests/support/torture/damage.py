"""Files of a library changed at random: every change is noticed, or changes nothing."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sourcebook.index.errors import SourcebookError
from sourcebook.index.maintenance import examine
from sourcebook.index.store.schema import SCHEMA

from .workshop import document_of, make_earlier, open_as_it_is, outcome, scratch, text_of, warm_up

_AT_ONCE = 25
"""Edits in one child process: should one take it down, that is seen."""

_QUESTIONS = [text_of(number, 8) for number in range(1, 4)]


@dataclass(slots=True)
class Damage:
    """How many edits were made, what came of them, and those that passed unseen.

    "refused": opening or searching raised an error of ours; "found": the doctor names it, and what
    was answered before was right; "found, answered": the doctor names it, but an answer had
    changed; "harmless": nothing is wrong and every answer is as before.
    """

    edits: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    answered: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def damage_often(count: int, seed: int = 1) -> Damage:
    """Edit files of a library, each time a fresh copy, and ask it.

    Args:
        count: how many edits.
        seed: of the edits.
    """
    warm_up()
    result = Damage()
    with scratch() as place:
        sound = place / "sound"
        make_earlier(sound, len(SCHEMA), 2)
        with open_as_it_is(sound) as library:
            library.add_documents(document_of(f"{n}.md", n) for n in range(100, 104))
            library.remove(next(library.documents()).id)
            library.search(_QUESTIONS[0])
        expected = outcome(lambda: [json.dumps(_answers(sound))])[0]
        for first in range(0, count, _AT_ONCE):
            seeds = range(seed * 1_000_003 + first, seed * 1_000_003 + min(first + _AT_ONCE, count))
            lines = outcome(partial(_edit_each, place, expected, seeds))
            for line in lines:
                kind, _, detail = line.partition(": ")
                if kind in ("refused", "found", "found, answered", "harmless"):
                    result.outcomes[kind] += 1
                    result.edits += 1
                    if kind == "found, answered":
                        result.answered.append(detail)
                else:
                    result.problems.append(line)
    return result


def _edit_each(place: Path, expected: str, seeds: range) -> list[str]:
    return [
        f"{kind}: {' '.join(detail.split())}"
        for kind, detail in (_edit(place, expected, s) for s in seeds)
    ]


def _edit(place: Path, expected: str, seed: int) -> tuple[str, str]:
    chosen = random.Random(seed)
    copy = place / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(place / "sound", copy)
    segments = [file for file in sorted((copy / "vectors").rglob("*.*")) if file.is_file()]
    file = copy / "library.sqlite" if chosen.random() < 0.6 else chosen.choice(segments)
    what = _change(file, chosen)
    where = f"seed {seed}, {file.relative_to(copy)}, {what}"
    answered = ""
    try:
        answered = json.dumps(_answers(copy))
    except SourcebookError:
        return "refused", where
    except BaseException as error:  # noqa: BLE001
        return "error", f"{where}: {error!r}"
    try:
        findings = examine(copy, repair=False).findings
    except SourcebookError:
        return "refused", where
    except BaseException as error:  # noqa: BLE001
        return "error", f"{where}: the doctor: {error!r}"
    if findings:
        kind = "found" if answered == expected else "found, answered"
        return kind, f"{where}: {findings[0].text[:200]}"
    if answered != expected:
        return "unseen", where
    return "harmless", where


def _change(file: Path, chosen: random.Random) -> str:
    """Change a file as disks and people do; return what was done."""
    data = bytearray(file.read_bytes())
    at = chosen.randrange(len(data))
    while not data[at] and chosen.random() < 0.9:  # much of a small database is free room
        at = chosen.randrange(len(data))
    kind = chosen.choice(["bit", "byte", "bytes", "zeros", "cut", "page"])
    if kind == "bit":
        data[at] ^= 1 << chosen.randrange(8)
    elif kind == "byte":
        data[at] = chosen.randrange(256)
    elif kind == "bytes":
        length = min(chosen.randrange(2, 64), len(data) - at)
        data[at : at + length] = chosen.randbytes(length)
    elif kind == "zeros":
        length = min(512, len(data) - at)
        data[at : at + length] = bytes(length)
    elif kind == "cut":
        del data[at:]
    else:
        page, other = (chosen.randrange(len(data) // 512 + 1) * 512 for _ in range(2))
        data[page : page + 512] = data[other : other + 512]
    file.write_bytes(data)
    return f"{kind} at {at}"


def _answers(folder: Path) -> Any:
    """Return all that can be asked of a library."""
    with open_as_it_is(folder) as library:
        documents = [
            (d.id, d.text, d.title, str(d.path), [p.text for p in library.passages(d.id)])
            for d in library.documents()
        ]
        hits = [
            [(hit.passage.id, hit.passage.text, round(hit.score, 5)) for hit in hits]
            for question in _QUESTIONS
            for mode in ("hybrid", "dense", "bm25")
            for hits in [library.search(question, k=20, mode=mode)]
        ]
        stories = [story.documents for story in library.stories()]
    return [documents, hits, stories]
