"""Files of a folder or an archive that no reader takes: why, and how many of each kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from sourcebook.index.reports import Skipped

OtherFileCause = Literal["kind", "hidden", "link", "library"]
"""Why a file is not read: there is no reader for its ending; its name begins with a dot; it is a
link to a folder; it is the folder of a library."""

_MOST_ENDINGS = 20
"""Endings that have a line of their own; files with others are counted together."""

_KINDS = {
    "picture": ".jpg .jpeg .png .gif .bmp .tif .tiff .webp .heic .heif .svg .ico .avif .psd .raw",
    "sound recording": ".mp3 .wav .flac .ogg .oga .opus .m4a .aac .wma .aiff .amr",
    "film": ".mp4 .mov .avi .mkv .webm .m4v .wmv .mpg .mpeg .3gp",
    "archive": ".7z .rar .tar .gz .tgz .bz2 .xz .zst",
}
_REASONS = {
    "picture": "no articles yet",
    "sound recording": "no articles yet",
    "film": "no articles yet",
    "archive": "not read; unpack and add what is in it",
}
_KIND_BY_ENDING = {ending: kind for kind, endings in _KINDS.items() for ending in endings.split()}

_WAYS_OUT = {
    ".ppt": "save them as .pptx",
    ".pps": "save them as .pptx",
    ".pages": "export them as .docx or .pdf",
    ".key": "export them as .pdf",
    ".numbers": "export them as .xlsx",
    ".xlsb": "save them as .xlsx",
    ".wpd": "save them as .docx",
}


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is not read, and why."""

    path: PurePath
    cause: OtherFileCause


def refusal(ending: str, endings: Iterable[str]) -> str:
    """Return why one file with that ending is not read.

    Args:
        ending: In small letters, with its dot; empty where there is none.
        endings: Those that have a reader.
    """
    kind = _KIND_BY_ENDING.get(ending)
    if kind == "archive":
        return f"is an archive that is not read ({ending}): unpack it and add what it holds"
    if kind:
        return f"is a {kind}: {_REASONS[kind]}"
    way_out = _WAYS_OUT.get(ending, "").replace("them", "it")
    return f"no reader for {ending or 'a file without an ending'} " + (
        f"({way_out})" if way_out else f"(read: {' '.join(sorted(endings))})"
    )


def group_other_files(files: Iterable[OtherFile], root: str) -> tuple[Skipped, ...]:
    """Return one line for each kind of file below ``root`` that is not read, with their number."""
    groups: dict[tuple[str, ...], list[OtherFile]] = {}
    for file in files:
        groups.setdefault(_group(file), []).append(file)
    lines: list[Skipped] = []
    rest: list[OtherFile] = []
    for key in sorted(groups, key=lambda key: (key[0], -len(groups[key]), key)):
        if key[0] == "ending" and len(lines) >= _MOST_ENDINGS:
            rest += groups[key]
        else:
            lines.append(_line(key, groups[key], root))
    if rest:
        endings = sorted({file.path.suffix.lower() for file in rest})
        reason = f"{len(rest):,} files of {len(endings):,} other kinds: no reader"
        lines.append(Skipped(f"{root}/*", reason, "UnsupportedFormat", len(rest)))
    return tuple(lines)


def _group(file: OtherFile) -> tuple[str, ...]:
    ending = file.path.suffix.lower()
    if file.cause != "kind":
        return (file.cause,)
    kind = _KIND_BY_ENDING.get(ending)
    return ("media", kind) if kind else ("ending", ending)


def _line(key: tuple[str, ...], files: list[OtherFile], root: str) -> Skipped:
    count = len(files)
    endings = sorted({file.path.suffix.lower() for file in files})
    place = str(files[0].path) if count == 1 else f"{root}/*"
    if key[0] == "hidden":
        number = "hidden" if count == 1 else f"{count:,} hidden files and folders"
        reason = f"{number}: the name begins with a dot"
    elif key[0] == "link":
        number = "a link to a folder" if count == 1 else f"{count:,} links to folders"
        reason = f"{number}: not followed"
    elif key[0] == "library":
        number = "a library" if count == 1 else f"{count:,} libraries"
        reason = f"{number} of Sourcebook: not read"
    elif key[0] == "media":
        article = "an" if key[1] == "archive" else "a"
        number = f"{article} {key[1]}" if count == 1 else f"{count:,} {key[1]}s"
        reason = f"{number} ({' '.join(endings)}): {_REASONS[key[1]]}"
    else:
        ending = key[1] or "without an ending"
        number = f"a file {ending}" if count == 1 else f"{count:,} files {ending}"
        reason = "; ".join(filter(None, (f"{number}: no reader", _WAYS_OUT.get(key[1]))))
        place = place if count == 1 or not key[1] else f"{root}/*{key[1]}"
    return Skipped(place, reason, "UnsupportedFormat", count)
