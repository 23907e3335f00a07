"""What an SQL database is to the rest: SQLite in a file, or PostgreSQL behind a network.

Both keep the same tables, and most statements are one text for both: `?` and `?1` stand for values;
what only one of the two understands is in the package of that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class SqlCursor(Protocol):
    """The rows that a statement found."""

    def fetchone(self) -> Any:
        """Return the next row, or None behind the last."""
        ...

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class SqlConnection(Protocol):
    """Carries out statements."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> SqlCursor:
        """Carry out a statement with its values."""
        ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Any:
        """Carry out a statement once for each of several rows of values."""
        ...


class SqlDatabase(Protocol):
    """A database: its rows, and its connection for a while.

    Raises, from every method: LibraryBusy, LibraryDamaged, LibraryError.
    """

    def close(self) -> None:
        """Closing twice is fine."""
        ...

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Return the rows that a query finds."""
        ...

    def reading(self) -> AbstractContextManager[SqlConnection]:
        """Give a connection."""
        ...

    def snapshot(self) -> AbstractContextManager[SqlConnection]:
        """Give a connection for several queries that read one state, whatever others commit."""
        ...

    def changing(self) -> AbstractContextManager[SqlConnection]:
        """Give a connection in a transaction: all done in it is on disk after, or nothing."""
        ...


def numbers(text: str | None) -> NDArray[np.int64]:
    """Return the numbers of a text that has commas between them."""
    return np.fromstring(text, np.int64, sep=",") if text else np.zeros(0, np.int64)
