"""A cache of model states per prompt, in memory and on disk, so that no prompt is computed twice.

The engine computes a prompt in parts (the rules, the excerpts, the request), and each part in
batches from its own beginning. So the state after a part depends only on the parts up to it: a
stored state and a new one are equal to the last bit, and so are the answers.

A state has the key of each of its parts; a key is a hash of the model, its parameters and all
tokens up to the end of the part. It serves every prompt that begins with one of its parts.
"""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcebook.index.paths import STATE, write_atomically

_LONGEST_HEADER = 65_536


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a part: its key, and the tokens from the beginning of the prompt up to it."""

    key: str
    tokens: int


@dataclass(frozen=True, slots=True)
class State:
    """The state of a context after the last of ``marks``.

    ``data`` is its form in llama.cpp, ``logits`` float32 of shape (vocabulary,) as bytes.
    """

    marks: tuple[Mark, ...]
    data: bytes
    logits: bytes

    @property
    def key(self) -> str:
        return self.marks[-1].key

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return len(self.data) + len(self.logits)


def make_marks(fingerprint: str, parts: Sequence[Sequence[int]]) -> list[Mark]:
    """Return the mark at the end of each part."""
    marks: list[Mark] = []
    key, tokens = fingerprint, 0
    for part in parts:
        digest = hashlib.sha256(key.encode() + b"\0" + array("i", part).tobytes())
        key, tokens = digest.hexdigest()[:40], tokens + len(part)
        marks.append(Mark(key, tokens))
    return marks


class States:
    """The most recent states, within ``memory`` bytes, and those on ``disk``."""

    def __init__(self, memory: int, disk: DiskStates | None = None) -> None:
        self._budget = memory
        self._disk = disk
        self._states: OrderedDict[str, State] = OrderedDict()  # by their last key, oldest first

    def find(self, marks: Sequence[Mark]) -> tuple[State, int] | None:
        """Return a state with the longest beginning of ``marks``, and the number of marks in it."""
        by_key = {mark.key: state for state in self._states.values() for mark in state.marks}
        for count in range(len(marks), 0, -1):
            key = marks[count - 1].key
            # Prefer the state that ends at this mark: it has the logits.
            state = self._states.get(key) or by_key.get(key)
            if state is None and self._disk:
                state = self._disk.get(key)
            if state:
                self._keep(state)
                return state, count
        return None

    def put(self, state: State) -> None:
        """Keep ``state`` in memory."""
        self._keep(state)

    def write(self, state: State) -> None:
        """Store ``state`` on disk, which takes some 30 ms."""
        if self._disk:
            self._disk.put(state)

    def has(self, key: str) -> bool:
        """Whether a state that ends with ``key`` is in memory."""
        return key in self._states

    def __len__(self) -> int:
        return len(self._states)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return sum(state.size for state in self._states.values())

    def _keep(self, state: State) -> None:
        for mark in state.marks[:-1]:
            self._states.pop(mark.key, None)  # ``state`` includes that one
        self._states[state.key] = state
        self._states.move_to_end(state.key)
        while self._states and self.size > self._budget:
            self._states.popitem(last=False)


class DiskStates:
    """States in files, within ``budget`` bytes; the least recent ones go first.

    The text of the prompt, and so of the articles, can be recovered from a file: only the owner may
    read the folder and the files. A file that is damaged, incomplete or of another format is
    ignored and removed: its SHA-256 is checked before llama.cpp sees a byte. A disk that is full or
    read-only causes no error: nothing is stored then.
    """

    def __init__(self, folder: Path, budget: int) -> None:
        self.folder = folder
        self._budget = budget
        self._files: dict[str, Path] | None = None  # by the key of each part

    def get(self, key: str) -> State | None:
        """Return the state with a part of this ``key``; None when there is no intact one."""
        file = self._index().get(key)
        if file is None:
            return None
        state: State | None = None
        with suppress(OSError, ValueError, TypeError, LookupError):
            state = _read(file)
            os.utime(file)
        if state is None or all(mark.key != key for mark in state.marks):
            self._files = {k: f for k, f in self._index().items() if f != file}
            with suppress(OSError):
                file.unlink()
            return None
        return state

    def put(self, state: State) -> None:
        """Write ``state`` to its file in one atomic step."""
        if state.size > self._budget:
            return
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            place = self.folder / f"{state.key}{STATE}"
            if self._index().get(state.key) != place or not place.exists():
                write_atomically(place, _pieces(state), mode=0o600)
            self._files = self._index() | {mark.key: place for mark in state.marks}
            self._make_room()

    def _index(self) -> dict[str, Path]:
        """Return the files by the key of each part; remove those without a valid header."""
        if self._files is None:
            self._files = {}
            for file in self._by_age():
                try:
                    header = _read_header(file)[0]
                    self._files |= {str(mark[0]): file for mark in header["marks"]}
                except (OSError, ValueError, TypeError, LookupError):
                    with suppress(OSError):
                        file.unlink()
        return self._files

    def _by_age(self) -> list[Path]:
        """Return the files, the least recent first."""
        with suppress(OSError):
            return sorted(self.folder.glob(f"*{STATE}"), key=lambda file: file.stat().st_mtime_ns)
        return []

    def _make_room(self) -> None:
        files = self._by_age()
        sizes = [file.stat().st_size for file in files]
        total = sum(sizes)
        for file, size in zip(files, sizes, strict=True):
            if total <= self._budget:
                return
            file.unlink(missing_ok=True)
            total -= size


def _pieces(state: State) -> Iterator[bytes]:
    marks = [[mark.key, mark.tokens] for mark in state.marks]
    header = {
        "marks": marks,
        "data": len(state.data),
        "logits": len(state.logits),
        "sha256": _digest(json.dumps(marks).encode(), state.data, state.logits),
    }
    yield json.dumps(header).encode() + b"\n"
    yield state.data
    yield state.logits


def _digest(*pieces: bytes) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def _read_header(file: Path) -> tuple[dict[str, Any], int]:
    """Return the header and its length in bytes. Raises ValueError, OSError."""
    with file.open("rb") as stream:
        line = stream.readline(_LONGEST_HEADER)
    header = json.loads(line)
    if not isinstance(header, dict) or not isinstance(header.get("marks"), list):
        raise ValueError(f"{file} holds no state")
    return header, len(line)


def _read(file: Path) -> State | None:
    """Return the state, None if damaged. Raises OSError, ValueError, TypeError, LookupError."""
    header, length = _read_header(file)
    body = file.read_bytes()[length:]
    data, logits = body[: int(header["data"])], body[int(header["data"]) :]
    digest = _digest(json.dumps(header["marks"]).encode(), data, logits)
    if len(logits) != int(header["logits"]) or digest != header["sha256"]:
        return None
    return State(tuple(Mark(str(key), int(n)) for key, n in header["marks"]), data, logits)
