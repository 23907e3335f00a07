"""Where a library in PostgreSQL is: `postgresql://host/database?library=news`."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from sourcebook.index.errors import LibraryError
from sourcebook.index.paths import libraries_folder

PARTITIONS = 1
"""Parts that a new library is cut into. One is searched quickest; where several servers share a
library, its address says more: `&partitions=16`."""

_SCHEMES = ("postgresql://", "postgres://")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?")


def is_address(text: object) -> bool:
    """Return whether a text is the address of a library in PostgreSQL and not a path."""
    return isinstance(text, str) and text.startswith(_SCHEMES)


def locate(place: str | os.PathLike[str]) -> Path | Address:
    """Return the folder that a path says, or the address of a library in PostgreSQL.

    Raises:
        LibraryError: it begins like an address and is none.
    """
    text = os.fspath(place)
    return Address.parse(text) if is_address(text) else Path(text).expanduser()


@dataclass(frozen=True, slots=True)
class Address:
    """A library in PostgreSQL: how the server is reached, and which of its libraries it is.

    ``server`` may hold a password; ``str`` and ``repr`` of an address never do.
    """

    server: str = field(repr=False)
    library: str
    partitions: int = PARTITIONS

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that a text says.

        Args:
            text: a connection URI of PostgreSQL; of its settings, ``library`` (by default "main")
                and ``partitions`` are ours.

        Raises:
            LibraryError: it cannot be one.
        """
        try:
            parts = urlsplit(text)
            settings = dict(parse_qsl(parts.query, keep_blank_values=True))
            name = settings.pop("library", "main").casefold()
            partitions = int(settings.pop("partitions", PARTITIONS))
            parts.port  # noqa: B018  raises where it is no number
        except ValueError as error:
            raise LibraryError(
                f"that is no address of a library ({error}): write it as "
                "postgresql://user@host:5432/database?library=news"
            ) from None
        if not _NAME.fullmatch(name):
            raise LibraryError(
                f"{name[:40]!r} cannot be the name of a library in PostgreSQL: use a-z, 0-9, - and "
                "_ between them, at most 40 characters"
            )
        if not 1 <= partitions <= 256:
            raise LibraryError(f"a library has 1 to 256 partitions, not {partitions}")
        query = f"?{urlencode(settings)}" if settings else ""
        return cls(f"postgresql://{parts.netloc}{parts.path}{query}", name, partitions)

    @property
    def schema(self) -> str:
        """The schema of the database that holds the tables of the library."""
        return f"sourcebook_{self.library}"

    @property
    def folder(self) -> Path:
        """What stays on this machine: copies of uploaded files, conversations."""
        digest = hashlib.sha256(str(self).encode()).hexdigest()[:16]
        return libraries_folder() / ".postgresql" / digest / self.library

    def __fspath__(self) -> str:
        """The whole address, with its password: what `Library.open` takes."""
        sign = "&" if "?" in self.server else "?"
        return f"{self.server}{sign}library={self.library}&partitions={self.partitions}"

    def __str__(self) -> str:
        """The address without its password and without settings of the connection."""
        parts = urlsplit(self.server)
        host = parts.hostname or dict(parse_qsl(parts.query)).get("host", "")
        port = f":{parts.port}" if parts.port else ""
        return f"postgresql://{host}{port}{parts.path}?library={self.library}"
