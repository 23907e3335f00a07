"""What a request brings to be added: files in a form, one file as the body, or addresses."""

from __future__ import annotations

import hashlib
import mimetypes
import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from anyio import open_file, to_thread
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request

from sourcebook.index.fetching.response import is_url
from sourcebook.ui.api.problems import RequestRefused

__all__ = ["AddRequest", "Upload", "read_upload"]

_LONGEST_NAME = 150
_MOST_FILES = 1000
_NAME = re.compile(r"filename\*?=(?:UTF-8'')?\"?(?P<name>[^\";]+)", re.I)
_ENDINGS = {"text/plain": ".txt", "text/html": ".html", "text/markdown": ".md"}


class AddRequest(BaseModel):
    """Addresses of pages, feeds and sitemaps."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"urls": ["https://example.org/page"]}]}
    )

    urls: list[str] = Field(min_length=1, max_length=1000)


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to be added: ``files`` in ``folder``, or ``urls``. ``digest`` tells it from others;
    no two are the same."""

    files: tuple[Path, ...]
    urls: tuple[str, ...]
    digest: str
    folder: Path | None = None

    def discard(self) -> None:
        """Delete what is left of the files."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


async def read_upload(request: Request, name: str | None) -> Upload:
    """Read the body of a request, onto the disk where it is files.

    Args:
        request: its body is multipart/form-data, JSON with "urls", or a file.
        name: the name of the file that the body is.

    Raises:
        RequestRefused: it brings nothing that can be added.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/x-www-form-urlencoded" and name is None:
        raise RequestRefused("send files as multipart/form-data, or a file with ?name=report.pdf")
    if media_type == "application/json" and name is None:
        return _addresses(await request.body())
    folder = Path(tempfile.mkdtemp(prefix="sourcebook-upload-"))
    try:
        if media_type == "multipart/form-data":
            return await _form(request, folder)
        return await _body(request, folder, _file_name(request, name, media_type))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _addresses(body: bytes) -> Upload:
    try:
        urls = AddRequest.model_validate_json(body).urls
    except ValidationError:
        raise RequestRefused(
            'send {"urls": ["https://..."]} alone, a form with files, or a file with '
            "?name=report.pdf; ?library=NAME names another library"
        ) from None
    urls = [url.strip() for url in urls]
    # A path would be a file of the server's machine.
    wrong = next((url for url in urls if not is_url(url) or len(url.split()) != 1), None)
    if wrong is not None:
        raise RequestRefused(f"{wrong[:200]!r} is no address: it begins with https:// or http://")
    return Upload((), tuple(urls), _digest(url.encode() for url in sorted(urls)))


async def _form(request: Request, folder: Path) -> Upload:
    files: list[Path] = []
    async with request.form(max_files=_MOST_FILES, max_fields=10) as form:
        for number, part in enumerate(form.getlist("file") + form.getlist("files")):
            if not isinstance(part, UploadFile):
                raise RequestRefused("a part of the form named `file` is no file")
            # A folder for each: two may have one name.
            place = folder / str(number)
            place.mkdir()
            files.append(place / _safe_name(part.filename or "", part.content_type or ""))
            await to_thread.run_sync(_copy, part.file, files[-1])
    if not files:
        raise RequestRefused("the form has no file: name its parts `file`")
    return Upload(tuple(files), (), await to_thread.run_sync(_digest_files, files), folder)


async def _body(request: Request, folder: Path, name: str) -> Upload:
    file = folder / name
    size = 0
    async with await open_file(file, "wb") as out:
        async for piece in request.stream():
            size += len(piece)
            await out.write(piece)
    if not size:
        raise RequestRefused("the request has no body: send a file, a form with files, or urls")
    return Upload((file,), (), await to_thread.run_sync(_digest_files, [file]), folder)


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def _digest_files(files: Iterable[Path]) -> str:
    digests: list[bytes] = []
    for file in files:
        with file.open("rb") as stream:
            digests.append(file.name.encode("utf-8", "surrogatepass"))
            digests.append(hashlib.file_digest(stream, "sha256").digest())
    return _digest(digests)


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


def _file_name(request: Request, name: str | None, media_type: str) -> str:
    disposition = _NAME.search(request.headers.get("content-disposition", ""))
    return _safe_name(name or (disposition["name"] if disposition else ""), media_type)


def _safe_name(name: str, media_type: str) -> str:
    """Return the last part of a path as the name of a file; its ending says how it is read."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(letter for letter in last if letter.isprintable()).strip().lstrip(".")
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem:
        stem, ending = clean or "upload", (_ending(media_type) or ".txt")[1:]
    return f"{stem.encode()[:_LONGEST_NAME].decode('utf-8', 'ignore')}.{ending[:20]}"


def _ending(media_type: str) -> str | None:
    return _ENDINGS.get(media_type) or mimetypes.guess_extension(media_type)
