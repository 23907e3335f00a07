"""Settings written back to their TOML file, with whatever else stands in it left as it is."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..index.errors import SettingsError
from .settings import Settings, problem_of, read_file, settings_file


def save(changes: Mapping[str, object], file: Path | None = None) -> None:
    """Write ``changes`` to ``file`` (by default the user's): a value for a key, None to leave it
    out, so that its default holds. Comments and other keys stay.

    Raises:
        SettingsError: a value cannot be used, or the file cannot be written; nothing is changed.
    """
    place = file or settings_file()
    before = read_file(place)
    wanted = {**before, **changes}
    wanted = {key: value for key, value in wanted.items() if value is not None}
    try:
        Settings.model_validate(wanted)
    except ValidationError as error:
        raise SettingsError(problem_of(error, place)) from None
    try:
        text = _text(place)
        for key, value in changes.items():
            text = _with(text, key, value)
        if not _holds(text, wanted):
            raise SettingsError(f"{place} is laid out in a way of its own: change it by hand")
        _write(place, text)
    except OSError as error:
        raise SettingsError(
            f"{place} cannot be written ({error.strerror}): allow it, or name another file in "
            "SOURCEBOOK_SETTINGS"
        ) from None


def _text(place: Path) -> str:
    return place.read_text("utf-8") if place.is_file() else ""


def _with(text: str, key: str, value: object) -> str:
    """The text with that key's line written anew, in its place or at the end; or without it."""
    line = re.compile(rf"^[ \t]*{re.escape(key)}[ \t]*=.*(?:\n|\Z)", re.MULTILINE)
    written = "" if value is None else f"{key} = {_toml(value)}\n"
    if line.search(text):
        return line.sub(lambda _: written, text, count=1)
    return f"{text}{'' if not text or text.endswith(chr(10)) else chr(10)}{written}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    # A basic string of TOML has JSON's escapes; DEL is the one that JSON leaves as it is.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _holds(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _write(place: Path, text: str) -> None:
    """All of it or nothing; a link stays a link."""
    place = place.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=place.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        if place.exists():
            Path(name).chmod(place.stat().st_mode & 0o777)
        Path(name).replace(place)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
