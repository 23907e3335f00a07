"""The Hugging Face Hub: what it says of a file, and fetching it."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from sourcebook.index.errors import ModelDownloadFailed, ModelFileMissing
from sourcebook.index.paths import PART

from .mirrors import WeightFile

HUB: Final = "hf:"
"""What the name of a file on the hub begins with: ``hf:OWNER/REPO/FILE.gguf``."""

_NAME = re.compile(r"hf:(?P<repository>[\w.-]+/[\w.-]+)/(?P<path>(?:[\w. -]+/)*[\w. -]+\.gguf)")
_PART = re.compile(r"(?P<stem>.*)-\d{5}-of-(?P<count>\d{5})\.gguf")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class HubFile:
    """A GGUF file of a repository; one in parts is named by its first."""

    repository: str
    path: str

    @classmethod
    def parse(cls, name: str) -> HubFile:
        """Return the file that a name names. Raises ModelFileMissing."""
        match = _NAME.fullmatch(name)
        if not match or ".." in name.removeprefix(HUB).split("/"):
            raise ModelFileMissing(f"{name} names no GGUF file: write hf:OWNER/REPO/FILE.gguf")
        return cls(match["repository"], match["path"])

    @property
    def paths(self) -> list[str]:
        """The paths of its parts, in their order: one, but of a model that was split."""
        match = _PART.fullmatch(self.path)
        if not match:
            return [self.path]
        count = int(match["count"])
        if not 1 <= count <= _MOST_PARTS:
            raise ModelFileMissing(f"{self.path} would have {count} parts")
        return [f"{match['stem']}-{n:05}-of-{count:05}.gguf" for n in range(1, count + 1)]


@dataclass(frozen=True, slots=True)
class HubRecord:
    """What the hub said of a file: the state of the repository, each part, and the licence."""

    commit: str
    files: tuple[WeightFile, ...]
    licence: str


@dataclass(frozen=True, slots=True)
class HubMirror:
    """A repository on the Hugging Face Hub, where the files have the paths of ours.

    ``revision`` is a state of it; by default the newest.
    """

    repository: str
    label: str = "Hugging Face"
    revision: str | None = None

    def fetch(
        self, files: Sequence[WeightFile], folder: Path, report: Callable[[int], None]
    ) -> None:
        import httpx2
        from huggingface_hub import errors

        _silence()
        here = 0
        for file in files:
            target = folder / file.path
            try:
                if not target.exists():
                    self._fetch_file(file, target, _reporter(here, report))
            except (OSError, httpx2.HTTPError) as error:
                is_hub_error = isinstance(error, errors.HfHubHTTPError | httpx2.HTTPError)
                if getattr(error, "errno", None) is not None and not is_hub_error:
                    raise  # the disk's
                raise ModelDownloadFailed(_reason(error, self.repository, file.path)) from error
            here += file.size
            report(here)

    def _fetch_file(self, file: WeightFile, target: Path, reporter: Any) -> None:
        """Fetch a file, from where an earlier time left it. `hf_hub_download` would begin anew."""
        from huggingface_hub import hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        url = hf_hub_url(self.repository, file.path, revision=self.revision, endpoint=_endpoint())
        part = target.with_name(target.name + PART)
        part.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        with part.open("r+b") as out:
            start = out.seek(0, os.SEEK_END)
            if start > file.size:
                start = out.truncate(out.seek(0))
            http_get(
                url,
                out,
                resume_size=start,
                headers=build_hf_headers(),
                expected_size=file.size,
                tqdm_class=reporter,
            )
            out.flush()
            os.fsync(out.fileno())
        part.rename(target)


def ask_hub(file: HubFile) -> HubRecord:
    """Ask the hub what a file is: its size and SHA-256, in the present state of its repository.

    Args:
        file: the file.

    Raises:
        ModelDownloadFailed: the hub cannot be reached, has no such file, or names no SHA-256.
    """
    import httpx2
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    _silence()
    commit: str | None = None
    parts: list[WeightFile] = []
    for path in file.paths:
        url = hf_hub_url(file.repository, path, revision=commit, endpoint=_endpoint())
        try:
            metadata = get_hf_file_metadata(url, endpoint=_endpoint())
        except (OSError, httpx2.HTTPError) as error:
            raise ModelDownloadFailed(_reason(error, file.repository, path)) from error
        digest, size = metadata.etag or "", metadata.size
        commit = commit or metadata.commit_hash
        if not commit or not size or not _SHA256.fullmatch(digest):
            raise ModelDownloadFailed(f"the hub names no SHA-256 and size of {path}")
        parts.append(WeightFile(path, size, digest))
    assert commit is not None
    return HubRecord(commit, tuple(parts), _licence(file.repository, commit))


def _licence(repository: str, commit: str) -> str:
    """Return the licence that a repository names, "not named" where it names none."""
    import httpx2
    from huggingface_hub import HfApi

    try:
        card = HfApi(endpoint=_endpoint()).model_info(repository, revision=commit).card_data
    except (OSError, httpx2.HTTPError, ValueError):
        card = None
    licence = getattr(card, "license", None)
    return licence if isinstance(licence, str) and len(licence) < 60 else "not named"


def _reason(error: Exception, repository: str, path: str) -> str:
    from huggingface_hub import errors

    if isinstance(error, errors.GatedRepoError):
        return (
            f"{repository} is given to those who accept its terms: do that on its page, then set "
            "HF_TOKEN"
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return (
            f"there is no {repository} on the hub, or it is not public: see the name, or HF_TOKEN"
        )
    if isinstance(error, errors.LocalEntryNotFoundError):
        return "it cannot be reached"
    if isinstance(error, errors.EntryNotFoundError):
        return f"{repository} has no file {path}"
    lines = str(error).strip().splitlines()
    return lines[0] if isinstance(error, OSError) and lines else "it cannot be reached"


def _endpoint() -> str | None:
    """Return the hub's address where the environment names another, as its client has it."""
    return os.environ.get("HF_ENDPOINT") or None


def _silence() -> None:
    """Report and explain ourselves."""
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)


def _reporter(before: int, report: Callable[[int], None]) -> Any:
    """Return a class in the place of tqdm's, which tells how many bytes are here.

    Args:
        before: bytes of the files before this one.
        report: called with all bytes.
    """

    class Reporter:
        def __init__(self, *, initial: int = 0, total: int | None = None, **_: object) -> None:
            self.n, self.total = initial, total
            self.format_dict: dict[str, object] = {}

        def update(self, count: float | None = 1) -> None:
            self.n += int(count or 0)
            report(before + self.n)

        def update_transfer(self, count: float) -> None:
            """Bytes on the way: those that have arrived are told."""

        def set_postfix_str(self, *_: object, **__: object) -> None:
            pass

        def refresh(self) -> None:
            pass

        def close(self) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    return Reporter
