"""What the hub said of a file when it was first seen: it is checked against that ever after."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sourcebook.index.errors import ModelFileAltered
from sourcebook.index.paths import write_atomically

from .catalogue import Weights
from .hub import HubFile, HubMirror, HubRecord
from .mirrors import WeightFile


class FirstSights:
    """A small JSON file: name of a model -> sizes, hashes, commit and licence.

    What is written there of a name is never replaced. One that cannot be read is not begun anew:
    that would trust whatever the hub says today.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def names(self) -> list[str]:
        """Return the names of all models that were seen. Raises ModelFileAltered."""
        return sorted(self._read())

    def get(self, name: str) -> Weights | None:
        """Return a model as it was first seen; None when it never was. Raises ModelFileAltered."""
        entry = self._read().get(name)
        if entry is None:
            return None
        try:
            files = tuple(
                WeightFile(str(part["path"]), int(part["size"]), str(part["sha256"]))
                for part in entry["files"]
            )
            commit, licence = str(entry["commit"]), str(entry["licence"])
        except (KeyError, TypeError, ValueError):
            raise self._damage() from None
        mirror = HubMirror(HubFile.parse(name).repository, revision=commit)
        return Weights(name, "language model", licence, files, (mirror,))

    def add(self, name: str, record: HubRecord) -> Weights:
        """Write down what the hub says of a model, unless it was seen before.

        Args:
            name: ``hf:OWNER/REPO/FILE.gguf``.
            record: from `ask_hub`.

        Returns:
            The model as it was first seen.

        Raises:
            ModelFileAltered: the file cannot be read.
            OSError: it cannot be written.
        """
        entries = self._read()
        if name not in entries:
            parts = [{"path": f.path, "size": f.size, "sha256": f.sha256} for f in record.files]
            entries[name] = {"commit": record.commit, "licence": record.licence, "files": parts}
            text = json.dumps(entries, indent=1, sort_keys=True)
            write_atomically(self._file, text + "\n", sync=True)
        weights = self.get(name)
        assert weights is not None
        return weights

    def _read(self) -> dict[str, Mapping[str, Any]]:
        try:
            entries = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise self._damage() from None
        if not isinstance(entries, dict):
            raise self._damage()
        return entries

    def _damage(self) -> ModelFileAltered:
        return ModelFileAltered(
            f"{self._file} cannot be read: it holds the SHA-256 of models from the hub as they "
            "were first seen; bring it back from a backup, or remove it to trust the hub anew"
        )
