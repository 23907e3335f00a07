"""PostgreSQL's errors in the product's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout

from sourcebook.index.errors import LibraryBusy, LibraryDamaged, LibraryError

_FULL = (errors.DiskFull, errors.OutOfMemory, errors.ConfigurationLimitExceeded)
_MISSING = (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName)
_CORRUPT = (errors.DataCorrupted, errors.IndexCorrupted)
_BUSY = (
    errors.LockNotAvailable,
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.TooManyConnections,
)


@contextmanager
def readable_errors(place: str) -> Iterator[None]:
    """Raise PostgreSQL's errors as ours, each one line with the way out.

    Args:
        place: the address of the library, without a password.

    Raises:
        LibraryBusy: others hold the library, or all connections.
        LibraryDamaged: what is stored cannot be read.
        LibraryError: anything else that the server, or the way to it, refuses.
    """
    try:
        yield
    except PoolClosed as error:
        raise LibraryError(f"{place} was closed meanwhile: open it again") from error
    except PoolTimeout as error:
        raise LibraryError(
            f"no connection to {place} in time: is the server up, and are connections left?"
        ) from error
    except psycopg.Error as error:
        raise _readable(place, error) from error


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _readable(place: str, error: psycopg.Error) -> LibraryError:
    text = first_line(error)
    if isinstance(error, _BUSY):
        return LibraryBusy(f"{place} is busy ({text}): try again when the others have finished")
    if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
        return LibraryError(f"{place} may only be read here ({text}): open it as its owner")
    if isinstance(error, _FULL):
        return LibraryError(
            f"no space left for {place} ({text}): free some on the server and add again; "
            "what was reported as added is safe"
        )
    if isinstance(error, errors.UntranslatableCharacter | errors.CharacterNotInRepertoire):
        return LibraryError(f"{place} takes no text with such characters ({text}): remove them")
    if isinstance(error, _MISSING + _CORRUPT):
        return LibraryDamaged(f"{place} cannot be read ({text}): restore the server's last backup")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return LibraryError(
            f"cannot reach {place} ({text}): is the server up, and are name and password right?"
        )
    return LibraryError(f"{place}: {text}")
