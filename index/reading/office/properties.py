"""Titles and authors that office files name, where they are not those of a program or template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from sourcebook.index.documents.titles import find_title
from sourcebook.index.reports import Skipped, left_out
from sourcebook.index.structure.content import Content

_BEGINNING = 3000
"""The characters in which a title is looked for that a file also names."""

_PLURALS = {"chart without stored values": "charts without stored values"}

_PROGRAM = re.compile(r"microsoft (?:office )?(?:word|powerpoint) ?-\s*", re.IGNORECASE)
_ENDING = re.compile(
    r"\.(?:docx?|dotx?|docm|pptx?|ppsx?|potx?|odt|odp|rtf|pdf|txt)$", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"(?:(?:microsoft )?(?:power\s?point)[- ]?(?:presentation|präsentation)"
    r"|pr[ée]sentation power\s?point|presentaci[óo]n de power\s?point|presentazione (?:standard"
    r"|di power\s?point)|apresentação do power\s?point|презентация power\s?point"
    r"|(?:microsoft )?word[- ]?(?:document|dokument)|(?:document|dokument|doc|presentation"
    r"|präsentation|slide|folie|untitled|unbenannt|unnamed|sans titre|без имени)\s?\d*"
    r"|(?:no |the |document |enter |your )?title(?: of (?:the )?(?:document|presentation))?"
    r"|new (?:document|presentation)|blank|default|normal|title here|\W*)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"template|vorlage|mod[èe]le|plantilla|\bdesign\b|\bformular?\b|\.dot", re.I)
_NO_AUTHOR = re.compile(
    r"python-(?:docx|pptx)|steve canny|openpyxl|apache poi|docx4j|aspose.*|pandoc|libreoffice.*"
    r"|openoffice.*|microsoft.*|windows.*|utilisateur.*|benutzer|usuario|user\d*|owner|admin"
    r"|administrator|author|un-?named|sample|win user|unknown|unbekannt|anonymous|n/?a|none|default"
    r"|test|guest|pc|hp|dell|lenovo|acer|asus|office|word|google docs?|wps.*|\W*",
    re.IGNORECASE,
)


def title_of(
    content: Content,
    place: str,
    *,
    named: str | None,
    styled: str | None = None,
    template: str = "",
) -> str:
    """Return the title of a document as a person would say it.

    Args:
        content: The document.
        place: Its path, whose name is taken where nothing else is a title.
        named: What its properties name.
        styled: Its paragraph in the style of a title.
        template: The name of the template that it was made from.
    """
    name = _ENDING.sub("", _PROGRAM.sub("", " ".join((named or "").split())))
    is_in_text = bool(name) and _bare(name) in _bare(content.text[:_BEGINNING])
    has_other = styled and not is_in_text
    if _NO_TITLE.fullmatch(name) or (
        not is_in_text and (_TEMPLATE.search(name) or _bare(name) == _bare(PurePath(template).stem))
    ):
        name = ""
    if name and not has_other:
        return name
    return styled or name or find_title(content, place) or _file_name(place)


def author_of(named: str | None) -> str | None:
    """Return the author that the properties of a file name, if it is a person."""
    name = " ".join((named or "").split())
    return None if _NO_AUTHOR.fullmatch(name) else name


def _file_name(place: str) -> str:
    return re.sub(r"[_\s]+", " ", PurePath(place).stem).strip() or place


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def no_text(counts: Mapping[str, int]) -> str:
    """Return the reason why a file without text is not read, with what else is in it."""
    kinds = " and ".join(_PLURALS.get(kind, f"{kind}s") for kind, count in counts.items() if count)
    return f"holds no text, only {kinds}" if kinds else "holds no text"


def omission_lines(place: str, counts: Mapping[str, int]) -> Iterator[Skipped]:
    """Yield a line for each kind of thing that is in a file and was not read.

    Args:
        place: The path of the file.
        counts: How many there are of each kind, by its name in the singular.
    """
    for kind, count in counts.items():
        if count:
            noun = kind if count == 1 else _PLURALS.get(kind, f"{kind}s")
            reason = f"{count} {noun} in it {'was' if count == 1 else 'were'} not read"
            yield left_out(place, reason)
