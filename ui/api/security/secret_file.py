"""A secret of this server, in a file that only its owner may read: made on first use, renewable."""

from __future__ import annotations

import logging
import os
import secrets
import string
import threading
from contextlib import suppress
from pathlib import Path

from sourcebook.index.paths import write_atomically

from .keys import KeysUnusable

__all__ = ["SecretFile"]

_BYTES = 32
_log = logging.getLogger(__name__)


class SecretFile:
    """A secret of 256 bits, the same for all processes that use the file.

    A change of the file counts at once. Where it can be neither read nor made, the secret is one of
    this process, which a line in the log tells: nothing stops, but what it signed ends with it.

    Args:
        file: where it is kept.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._signature: tuple[int, int, int] | None = None
        self._secret = b""
        self._own_secret = secrets.token_bytes(_BYTES)
        self._problem = ""

    def value(self) -> bytes:
        """Return the secret, made now if there is none yet."""
        with self._lock:
            try:
                signature = self._stat() or self._make()
                if signature != self._signature:
                    self._secret, self._signature = self._read(), signature
            except (OSError, ValueError) as error:
                self._tell(f"{self.file} is not used ({error})")
                return self._own_secret
            return self._secret

    def renew(self) -> None:
        """Make a new secret: nothing that the old one signed holds from now on.

        Raises:
            KeysUnusable: the file cannot be written.
        """
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, _new_text(), mode=0o600, sync=True)
        except OSError as error:
            raise KeysUnusable(f"{self.file} cannot be written ({error.strerror})") from None

    def _make(self) -> tuple[int, int, int] | None:
        """Make the file. Where another process makes it at the same time, the first one stays."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_name(f"{self.file.name}.{secrets.token_hex(4)}")
        write_atomically(draft, _new_text(), mode=0o600, sync=True)
        try:
            os.link(draft, self.file)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            draft.replace(self.file)
        finally:
            draft.unlink(missing_ok=True)
        return self._stat()

    def _read(self) -> bytes:
        text = self.file.read_bytes().decode("ascii", "replace").strip()
        if len(text) != 2 * _BYTES or not set(text) <= set(string.hexdigits):
            raise ValueError("it holds no secret: `sourcebook keys revoke --links` makes a new one")
        return bytes.fromhex(text)

    def _stat(self) -> tuple[int, int, int] | None:
        with suppress(FileNotFoundError):
            status = self.file.stat()
            return status.st_mtime_ns, status.st_size, status.st_ino
        return None

    def _tell(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            _log.warning("%s: links to quotes open until this server stops", problem)


def _new_text() -> str:
    return f"{secrets.token_hex(_BYTES)}\n"
