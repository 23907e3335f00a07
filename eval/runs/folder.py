"""The files of a run, and how it survives being killed.

run.json       what the run is made from; a run is resumed only by the same
answers.jsonl  one line for each question, on disk before the next question is asked
summary.json   the figures, written when the run ends or is stopped
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sourcebook.eval.errors import EvaluationError, RunMismatch, RunNotFound
from sourcebook.index.paths import write_atomically

IDENTITY = "run.json"
ANSWERS = "answers.jsonl"
SUMMARY = "summary.json"

_NAMES = {
    "set": "the question set",
    "mode": "the mode",
    "settings": "the settings",
    "model": "the language model",
    "embedder": "the embedder",
    "library": "the library",
    "judge": "the judge",
}


def default_runs_folder() -> Path:
    """Return the folder of all runs: ``evaluations`` in the user's data directory."""
    from platformdirs import user_data_path

    return user_data_path("sourcebook", appauthor=False) / "evaluations"


class RunFolder:
    """One run's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        return self.folder.name

    def exists(self) -> bool:
        """Whether a run was begun here."""
        return (self.folder / IDENTITY).is_file()

    def is_complete(self) -> bool:
        """Whether every question was asked."""
        try:
            return bool(self.summary().get("complete"))
        except EvaluationError:
            return False

    def begin(self, identity: Mapping[str, Any]) -> None:
        """Make the folder, or check that the run in it has the same identity.

        Raises:
            RunMismatch: it has another; the message says what differs and what to do.
            EvaluationError: the folder cannot be written.
        """
        if self.exists():
            differences = describe_differences(self.identity(), identity)
            if differences:
                raise RunMismatch(
                    f"{self.folder} cannot be resumed, since it was begun with something else: "
                    f"{'; '.join(differences)}. Choose another --name, or delete that folder"
                )
            return
        with self._translating_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            if (self.folder / ANSWERS).exists():
                raise EvaluationError(f"{self.folder} holds answers but no {IDENTITY}: delete it")
            text = json.dumps(identity, indent=1, sort_keys=True)
            write_atomically(self.folder / IDENTITY, text, sync=True)

    def identity(self) -> dict[str, Any]:
        """Return what the run is made from. Raises RunNotFound, EvaluationError."""
        return _read(self.folder / IDENTITY, self.folder)

    def summary(self) -> dict[str, Any]:
        """Return the figures. Raises RunNotFound, EvaluationError."""
        return _read(self.folder / SUMMARY, self.folder)

    def write_summary(self, summary: Mapping[str, Any]) -> None:
        """Replace the figures. Raises EvaluationError when the disk is full."""
        text = json.dumps(summary, ensure_ascii=False, indent=1)
        with self._translating_errors():
            content = [text.encode("utf-8", "surrogatepass")]
            write_atomically(self.folder / SUMMARY, content, sync=True)

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the records so far, in order, without a last line that was cut short.

        Raises:
            EvaluationError: a line that is not the last cannot be read.
        """
        path = self.folder / ANSWERS
        if not path.exists():
            return
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    yield json.loads(line)
                except ValueError:
                    raise EvaluationError(
                        f"{path}:{number} is damaged; delete that line, and the question is "
                        "asked again"
                    ) from None

    def repair(self) -> int:
        """Cut off a last line that a killed run left incomplete; return the bytes removed."""
        path = self.folder / ANSWERS
        if not path.exists():
            return 0
        with path.open("rb+") as file:
            data = file.read()
            size = data.rfind(b"\n") + 1
            file.truncate(size)
        return len(data) - size

    def append(self, record: Mapping[str, Any]) -> None:
        """Add one record; it is on disk when this returns.

        Raises:
            EvaluationError: it could not be written; the earlier records are complete.
        """
        line = (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
        path = self.folder / ANSWERS
        with self._translating_errors(), path.open("ab") as file:
            before = file.seek(0, os.SEEK_END)
            try:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                os.truncate(path, before)
                raise

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes out of the folder inside the block.

        Raises:
            EvaluationError: another run holds it.
        """
        from filelock import FileLock, Timeout

        with self._translating_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=0)
            try:
                lock.acquire()
            except Timeout:
                raise EvaluationError(f"{self.folder} is in use by another run") from None
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _translating_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise EvaluationError(
                f"{self.folder} cannot be written ({error.strerror or error}). Every question "
                "answered so far is kept: make room, and the same command goes on from there"
            ) from error


def describe_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return in words what differs between two identities: ``the model (a, now b)``."""
    parts: list[str] = []
    for key, name in _NAMES.items():
        old, new = before.get(key), now.get(key)
        if old != new:
            parts.append(f"{name} ({_brief(old, new)}, now {_brief(new, old)})")
    return parts


def _brief(value: Any, other: Any) -> str:
    """Return a value in a few words; of a mapping only what differs from ``other``."""
    if isinstance(value, Mapping):
        reference = other if isinstance(other, Mapping) else {}
        parts = [f"{k} {_brief(v, None)}" for k, v in value.items() if reference.get(k) != v]
        return ", ".join(parts) or "nothing"
    text = "none" if value is None else str(value)
    return text[:12] if len(text) == 64 and text.isalnum() else text


def _read(path: Path, folder: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise RunNotFound(f"{folder} holds no finished run: there is no {path.name}") from None
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path} cannot be read ({error})") from None
    if not isinstance(data, dict):
        raise EvaluationError(f"{path} is not what a run writes")
    return data
