"""ZIP archives of articles: their members, and the reasons to skip some.

Nothing is unpacked to disk; the bytes of a member go from the archive to its reader.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import BinaryIO

from sourcebook.index.errors import (
    OverLimit,
    ProtectedFile,
    ReadError,
    UnreadableFile,
    UnsupportedFormat,
)
from sourcebook.index.reports import Skipped

from .office_package import MAX_RATIO, SMALL
from .other_files import OtherFile, group_other_files

MAX_MEMBERS = 50_000
MAX_UNPACKED = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Member:
    """A readable file of an archive: its number in the list, and its place."""

    number: int
    place: str


def open_archive(stream: BinaryIO) -> zipfile.ZipFile:
    """Open the archive in a stream. Raises UnreadableFile, OverLimit."""
    try:
        package = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableFile(f"is no ZIP archive, or damaged ({error})") from None
    if len(package.infolist()) > MAX_MEMBERS:
        raise OverLimit(
            f"holds {len(package.infolist()):,} files, over the limit of {MAX_MEMBERS:,}: split it"
        )
    return package


def list_members(
    package: zipfile.ZipFile, archive: str, endings: Collection[str]
) -> Iterator[Member | Skipped]:
    """List the members with one of ``endings``, in order, and the reasons to skip others.

    As in a folder, hidden files and those with other endings are counted.

    Raises:
        OverLimit: the readable members are too large together.
    """
    places: set[str] = set()
    other_files: list[OtherFile] = []
    size = 0
    for number, info in enumerate(package.infolist()):
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if info.is_dir() or name.parts[:1] == ("__MACOSX",):  # what macOS adds of its own
            continue
        place = f"{archive}/{name.as_posix().lstrip('/')}"
        is_hidden = any(part.startswith(".") and part != ".." for part in name.parts)
        if is_hidden or name.suffix.lower() not in endings:
            other_files.append(OtherFile(PurePosixPath(place), "hidden" if is_hidden else "kind"))
            continue
        try:
            _check_member(info)
        except ReadError as error:
            yield Skipped(place, str(error), type(error).__name__)
            continue
        size += info.file_size
        if size > MAX_UNPACKED:
            raise OverLimit(f"would unpack to over {MAX_UNPACKED / 1e9:.0f} GB: split it")
        # An archive may hold a name twice: both files are read, and neither replaces the other.
        yield Member(number, place if place not in places else f"{place}#{number}")
        places.add(place)
    yield from group_other_files(other_files, archive)


def _check_member(info: zipfile.ZipInfo) -> None:
    """Check a member before it is opened. Raises ReadError."""
    windows = PureWindowsPath(info.filename)
    if ".." in windows.parts or windows.drive or windows.root:
        raise UnreadableFile("its name leads out of the archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnreadableFile("is a link, which is not followed")
    if windows.suffix.lower() == ".zip":
        raise UnsupportedFormat("is an archive in an archive: unpack it and add it by itself")
    if info.flag_bits & 1:
        raise ProtectedFile("has a password: unpack it and add it by itself")
    if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        times = info.file_size // max(info.compress_size, 1)
        raise OverLimit(f"would unpack to {times:,} times its size, over the limit of {MAX_RATIO}")
