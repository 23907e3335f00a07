"""Processes killed at random instants while they write to a library."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sourcebook.index.maintenance import back_up, purge, reindex, restore
from sourcebook.index.store.schema import SCHEMA

from .workshop import (
    document_of,
    embedder_of,
    faults,
    in_child,
    make_earlier,
    open_as_it_is,
    outcome,
    scratch,
    text_of,
    warm_up,
)

_LONGEST = 0.6
"""Seconds until a process is killed, at most; most are killed sooner."""

_PLACES = 20


@dataclass(slots=True)
class Kills:
    """How many processes were killed while they did what, and what went wrong."""

    kills: int = 0
    acknowledged: int = 0
    at: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def kill_often(count: int, seed: int = 1) -> Kills:
    """Kill writers of a library and look at it each time.

    Args:
        count: how many processes are killed.
        seed: of what is done, and of the instants.
    """
    warm_up()
    result = Kills()
    chosen = random.Random(seed)
    with scratch() as place:
        library = place / "library"
        texts = make_earlier(library, len(SCHEMA), 6)
        backup: dict[str, str] = {}
        while result.kills < count:
            if chosen.random() < 0.15:  # a library of an earlier version is opened
                shutil.rmtree(library)
                texts = make_earlier(library, chosen.randrange(1, len(SCHEMA)), 12)
                (place / "backup").unlink(missing_ok=True)
            run_seed = chosen.randrange(1 << 30)
            delay = chosen.random() ** 2 * _LONGEST
            lines = _run(library, place / "backup", dict(texts), run_seed, delay)
            texts, backup = _take(lines, texts, backup, library, result)
    return result


def _run(library: Path, backup: Path, texts: dict[str, str], seed: int, delay: float) -> list[str]:
    """Let a process write, kill it after a delay, and return the lines that it wrote."""
    child, pipe = in_child(lambda writing: _write(library, backup, texts, seed, writing))
    started = os.read(pipe, 6)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    with os.fdopen(pipe, "rb") as stream:
        data = started + stream.read()
    os.waitpid(child, 0)
    whole = data[: data.rfind(b"\n") + 1] if b"ERROR" not in data else data
    return whole.decode().splitlines()


def _write(library: Path, backup: Path, texts: dict[str, str], seed: int, pipe: int) -> None:
    """Write to a library until killed; say of each step before and after what it does."""
    chosen = random.Random(seed)

    def say(*words: object) -> None:
        os.write(pipe, (json.dumps(words) + "\n").encode())

    say("open")
    with open_as_it_is(library) as opened:
        say("opened")
        while True:
            at = chosen.randrange(_PLACES)
            path = f"{at}.txt"
            # No text is ever at two places: that would be a duplicate, which is not added.
            number = chosen.randrange(1, 1000) * _PLACES + at
            step = chosen.choice(
                ["put", "put", "put", "several", "remove", "search", "search", "reindex"]
                + ["purge", "backup", "restore"] * (chosen.random() < 0.3)
            )
            if step == "put":
                say("put", {path: text_of(number)})
                opened.add_documents([document_of(path, number)])
                texts[path] = text_of(number)
            elif step == "several":
                places = chosen.sample(range(_PLACES), 3)
                new = {f"{n}.txt": chosen.randrange(1, 1000) * _PLACES + n for n in places}
                said = {each: text_of(seed) for each, seed in new.items()}
                say("put", said)
                opened.add_documents([document_of(each, seed) for each, seed in new.items()])
                texts.update(said)
            elif step == "remove":
                ids = {document.path: document.id for document in opened.documents()}
                if len(ids) < 3 or path not in ids:
                    continue
                say("put", {path: None})
                opened.remove(ids[path])
                texts.pop(path)
            elif step == "search":
                say("search", {})
                opened.search(text_of(number), k=3)
            elif step == "reindex":
                say("reindex", {})
                embedder = embedder_of(f"tiny-{chosen.choice([8, 16, 24])}")
                reindex(library, embedder)
                opened.embedder = embedder
            elif step == "purge":
                say("purge", {})
                purge(library)
            elif step == "backup":
                say("backup", {})
                back_up(library, backup)
            elif backup.exists():
                say("restore", {})
                restore(backup, library, replace=True)
                say("done")
                return
            else:
                continue
            say("done")


def _take(
    lines: list[str],
    texts: dict[str, str],
    backup: dict[str, str],
    library: Path,
    result: Kills,
) -> tuple[dict[str, str], dict[str, str]]:
    """Compare a library with what was acknowledged; return what it holds, and what the backup."""
    result.kills += 1
    texts = dict(texts)
    pending: tuple[str, dict[str, str | None]] = ("open", {})
    for line in lines:
        if line.startswith(("ERROR", "Traceback")) or not line.startswith("["):
            result.problems.append("\n".join(lines[-12:]))
            break
        step, *rest = json.loads(line)
        if step in ("open", "opened"):
            pending = (step, {})
        elif step == "done":
            result.acknowledged += 1
            texts, backup = _after(pending, texts, backup)
            pending = ("between", {})
        else:
            pending = (step, rest[0])
    result.at[pending[0]] += 1
    after, backup_after = _after(pending, texts, backup)
    candidates = [texts]
    if pending[0] == "put":  # several are committed one by one where one has the place of another
        items = list(pending[1].items())
        candidates += [
            _after(("put", dict(items[:n])), texts, backup)[0] for n in range(1, len(items) + 1)
        ]
    elif after != texts:
        candidates.append(after)
    problems: list[str] = []
    for candidate in reversed(candidates):
        found = outcome(partial(faults, library, candidate))
        if not found:
            if pending[0] == "backup":
                backup = _content(library.with_name("backup"), [backup, backup_after], result)
            return candidate, backup
        problems += found
    result.problems.append(f"killed in {pending[0]}: {'; '.join(problems)}")
    return _present(library), backup


def _after(
    step: tuple[str, dict[str, str | None]], texts: dict[str, str], backup: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what the library and the backup hold after a step."""
    name, changes = step
    if name == "backup":
        return texts, dict(texts)
    if name == "restore":
        return dict(backup), backup
    changed = {**texts, **changes}
    return {path: text for path, text in changed.items() if text is not None}, backup


def _content(backup: Path, candidates: list[dict[str, str]], result: Kills) -> dict[str, str]:
    """Return which of its states a backup holds whose making was killed: the old or the new."""
    if not backup.exists():
        return {}
    copy = backup.with_name("copy")
    shutil.rmtree(copy, ignore_errors=True)
    restore(backup, copy)
    for candidate in candidates:
        if not outcome(partial(faults, copy, candidate)):
            return candidate
    result.problems.append("killed in backup: the file holds neither the old state nor the new")
    return _present(copy)


def _present(library: Path) -> dict[str, str]:
    """Return what a library holds, to go on from there after a problem."""
    with open_as_it_is(library) as opened:
        return {str(document.path): document.text for document in opened.documents()}
