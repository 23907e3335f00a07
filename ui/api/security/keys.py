"""Keys: made, listed and revoked by a person; recognised by their SHA-256, in constant time."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sourcebook.index.errors import SourcebookError
from sourcebook.index.paths import write_atomically
from sourcebook.rag.settings import settings_file

from .callers import SCOPES, Caller, Scope

__all__ = ["Key", "Keys", "KeysUnusable", "keys_file"]

_PREFIX = "sb_"
_BYTES = 32
_LONGEST_NAME = 60


class KeysUnusable(SourcebookError):
    """A key cannot be made or revoked, or the file of keys cannot be read."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is stored of a key: never the key itself."""

    name: str
    sha256: str
    scopes: tuple[Scope, ...]
    libraries: tuple[str, ...] | None
    created: str

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, with the hash."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "scopes": list(self.scopes),
            "libraries": None if self.libraries is None else list(self.libraries),
            "created": self.created,
        }

    def caller(self) -> Caller:
        """Return the caller who sends this key."""
        libraries = None if self.libraries is None else frozenset(self.libraries)
        return Caller(f"key {self.name}", frozenset(self.scopes), libraries)


def keys_file() -> Path:
    """Return the file of keys: beside the settings."""
    return settings_file().with_name("keys.json")


class Keys:
    """The keys in a file that only its owner may read. A change of the file counts at once.

    Args:
        file: by default `keys_file`.
    """

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or keys_file()
        self._lock = threading.Lock()
        self._signature: tuple[int, int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def all(self) -> tuple[Key, ...]:
        """Return all keys, the oldest first.

        Raises:
            KeysUnusable: the file cannot be read. Nobody is let in then.
        """
        with self._lock:
            signature = self._stat()
            if signature != self._signature:
                self._keys = self._read() if signature else ()
                self._signature = signature
            return self._keys

    def find(self, token: str) -> Key | None:
        """Return the key that a request bears, or None. Raises as `all`."""
        digest = _digest(token)
        match: Key | None = None
        for key in self.all():  # to the end, whichever it is
            if hmac.compare_digest(key.sha256, digest):
                match = key
        return match

    def create(
        self, name: str, scopes: Collection[Scope], libraries: Collection[str] | None
    ) -> str:
        """Make a key and return it: it can be shown this once.

        Args:
            name: tells it from others.
            scopes: what it allows.
            libraries: the names of those it is for; None: all, also later ones.

        Raises:
            KeysUnusable: the name is taken or none; or the file cannot be written.
        """
        name = " ".join(name.split())
        if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
            raise KeysUnusable(f"give the key a name of at most {_LONGEST_NAME} letters")
        keys = self.all()
        if any(key.name == name for key in keys):
            raise KeysUnusable(
                f"a key is named {name!r} already: choose another name, or "
                f"`sourcebook keys revoke` it first"
            )
        token = _PREFIX + secrets.token_urlsafe(_BYTES)
        key = Key(
            name,
            _digest(token),
            tuple(scope for scope in SCOPES if scope in scopes),
            None if libraries is None else tuple(libraries),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )
        self._write((*keys, key))
        return token

    def revoke(self, name: str) -> None:
        """Remove a key: requests that bear it are refused from now on.

        Raises:
            KeysUnusable: there is none of that name; or the file cannot be written.
        """
        keys = self.all()
        rest = tuple(key for key in keys if key.name != name)
        if len(rest) == len(keys):
            names = ", ".join(key.name for key in keys) or "none"
            raise KeysUnusable(f"no key is named {name!r} (there are: {names})")
        self._write(rest)

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            status = self.file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeysUnusable(f"{self.file} cannot be read ({error.strerror})") from None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _read(self) -> tuple[Key, ...]:
        try:
            entries = json.loads(self.file.read_text("utf-8"))["keys"]
            return tuple(
                Key(
                    str(entry["name"]),
                    str(entry["sha256"]),
                    tuple(scope for scope in SCOPES if scope in entry["scopes"]),
                    None if entry["libraries"] is None else tuple(map(str, entry["libraries"])),
                    str(entry["created"]),
                )
                for entry in entries
            )
        except (OSError, ValueError, KeyError, TypeError):
            raise KeysUnusable(
                f"{self.file} is not a file of keys that can be read: delete it, and make the "
                "keys anew with `sourcebook keys create`"
            ) from None

    def _write(self, keys: tuple[Key, ...]) -> None:
        text = json.dumps({"keys": [key.to_dict() for key in keys]}, indent=1) + "\n"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, text, mode=0o600, sync=True)
        except OSError as error:
            raise KeysUnusable(f"{self.file} cannot be written ({error.strerror})") from None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
