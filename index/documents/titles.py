"""The title and the author of a document, as a person would say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from sourcebook.index.cleaning.clean import strip_invisible
from sourcebook.index.structure.blocks import Block, find_blocks
from sourcebook.index.structure.content import Content

from .dates import find_dates
from .sentences import sentence_spans

LONGEST_TITLE = 150
"""Characters; a longer one is cut."""

_COLUMNS = re.compile(r"[^\s.!?:…](?: {3,}|\t+)[^\s]")
"""Where two cells of a table stand side by side in a plain text."""

_FEW_LINES = 12
_FEWEST_WORDS = 4
_MUCH_TEXT = 400
"""Characters before a heading, after which it is the heading of a part only."""

_LONGEST_LINE = 2000
"""Characters of a line that are looked at: a whole book may stand in one."""

_ENDING = r"\.(?:docx?|pptx?|xlsx?|pdf|indd|qxd|tex|dvi|odt|ods|rtf|txt|md|html?|csv|eml|msg)"
_PROGRAM = re.compile(
    r"(?:Microsoft (?:Word|PowerPoint|Excel|Office Word)) - (?P<name>.*)", re.DOTALL
)
_PLACEHOLDER = re.compile(
    r"(?:powerpoint|ppt)?[- ]?(?:presentation|präsentation|présentation|presentación)\s*\d*"
    r"|(?:presentation|présentation|presentación|presentazione|apresentação)"
    r"(?: de| do| di)? (?:microsoft )?powerpoint"
    r"|(?:untitled|unbenannte?s?|ohne titel|sans titre|sin título|senza titolo|no title)\b.{0,20}"
    r"|(?:new |neues )?(?:document|dokument|doc|book|workbook|mappe|sheet|tabelle|template|vorlage"
    r"|scan|image|img|layout|cover|blank|print)[ _-]*\d*"
    r"|(?:slide|folie|page|seite)\s*\d+|titel?|title page|title here|none|null|n/?a|unknown|index"
    r"|click to (?:add|edit)\b.*|(?:\w+ )?title \((?:use|set) .*\)"
    r"|(?:type|enter|insert|write) (?:the |your |a )?(?:\w+ )?title(?: here)?",
    re.IGNORECASE,
)
_FORM_NUMBER = re.compile(
    r"(?:(?:form|formular|vordruck|omb|ref(?:erence)?|az|aktenzeichen|doc(?:ument)?|catalog|cat)\b"
    r"[ .:#-]*(?:no|nr|number|nummer)?[ .:#-]*|(?:no|nr|n°|nº)[ .:#-]+)"
    r"[\w./-]*\d[\w./-]*\s*(?:\((?:rev|stand|fassung|version|ed)\b[^)]*\))?",
    re.IGNORECASE,
)
_PAGE = re.compile(r"(?:page|seite|p\.|s\.)?\s*\d+\s*(?:(?:of|von|/)\s*\d+)?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:first |originally |last )?(?:published|posted|updated|date|dated|issued|released|datum"
    r"|stand|veröffentlicht|erschienen|publié|publicado|pubblicato|von|on|le|am|vom)?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    r"\b(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag"
    r"|mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?:\d+|[IVX]+)?[. ]*(?:introduction|einleitung|einführung|introducción|introduzione|abstract"
    r"|summary|zusammenfassung|résumé|resumen|(?:table of )?contents|inhalt(?:sverzeichnis)?"
    r"|sommaire|preface|foreword|vorwort|préface|background)[.:]?",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r".*(?:[,;:]|\b(?:the|of|and|a|an|to|in|der|die|das|und|von))", re.DOTALL)
_BYLINE = re.compile(
    r"(?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or)\s+[A-ZÀ-Þ][\w.’'-]+(?:\s+[A-ZÀ-Þ][\w.’'-]+){0,3}"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_AUTHORITY = re.compile(
    r"(?:(?:U\.?S\.? )?(?:Department|Ministry|Office|Bureau|Ministère|Ministerio)"
    r" (?:of|for|de|du|des)"
    r"|Bundesministerium (?:für|der|des))(?: (?:the|and|of|für|und|der|la|le|[A-ZÀ-Þ]\S*)){1,5}"
    r"|Internal Revenue Service"
)
_PROGRAM_NAMES = re.compile(
    r"(?:python-(?:docx|pptx)|openpyxl|apache poi|microsoft office user|microsoft account|admin"
    r"|administrator|user|owner|root|unknown|unbekannt|anonymous|none|null|n/?a|author|autor|staff"
    r"|steve canny|default|guest|editor|calc)\d*",
    re.IGNORECASE,
)
_AUTHORITY_BOX = re.compile(r"authority control|normdaten|control de autoridades", re.IGNORECASE)
_BY = re.compile(r"(?:by|von|par|por|written by)[:\s]+(?=\S)", re.IGNORECASE)
_MOST_AUTHORS = 200


def one_line(text: str | None) -> str | None:
    """Return a text on one line, without invisible characters; None where nothing remains."""
    return " ".join(strip_invisible(text)[0].split()) or None if text else None


def proper_title(title: str | None) -> str | None:
    """Return the title that a file gives; None where it is a placeholder or a form's number."""
    line = one_line(title)
    if line and (program := _PROGRAM.fullmatch(line)):
        line = re.sub(rf"{_ENDING}$", "", program["name"], flags=re.IGNORECASE).strip()
    if not line or not re.search(r"\w", line):
        return None
    if _PLACEHOLDER.fullmatch(line) or _FORM_NUMBER.fullmatch(line):
        return None
    # The name of the file is what is said when its text has no title either.
    return None if re.fullmatch(rf"\S+{_ENDING}", line, re.IGNORECASE) else line


def proper_author(author: str | None) -> str | None:
    """Return the author or authors that a file gives; None for what is no person's name."""
    line = one_line(author)
    if not line or len(line) > _MOST_AUTHORS or _AUTHORITY_BOX.search(line):
        return None
    line = _BY.sub("", line, count=1)
    return None if _PROGRAM_NAMES.fullmatch(line) or "://" in line else line


def find_title(content: Content, place: str | None = None) -> str:
    """Return the title of a text that no file gives.

    The first heading, where it stands before much text; else the first line that reads like a
    headline; else the name of the file. Never an item of a list, a row of a table or code, and the
    heading of an introduction or a line that ends amid a sentence only where the file has no name.

    Args:
        content: The text with its blocks.
        place: The path or address of the document.
    """
    heading = next(iter(find_blocks(content.blocks, "heading")), None)
    if heading and heading.start < _MUCH_TEXT and _is_title(heading.text[:_LONGEST_LINE]):
        line = " ".join(heading.text[:_LONGEST_LINE].split())
        return _shortened(_line_or_file_name(line, place))
    lines = [line for line in _lines(content, _FEW_LINES) if _is_title(line)]
    lines = [line for line in lines if not _AUTHORITY.fullmatch(line)] or lines
    if lines:
        fewest_words = 2 if _stands_alone(content, lines[0]) else _FEWEST_WORDS
        line = next((line for line in lines if len(line.split()) >= fewest_words), lines[0])
        return _shortened(_line_or_file_name(line, place))
    return _shortened(_name_of(place) or content.text.split("\n", 1)[0].strip())


def _stands_alone(content: Content, line: str) -> bool:
    """Return whether a short line is the first paragraph by itself, and no sentence; one above
    another short line may be a menu."""
    first, following, *_ = (*content.text.split("\n\n", 2)[:2], "")
    if first.strip() != line or len(following.split()) < _FEWEST_WORDS:
        return False
    return " " in line and line[:1].isupper() and line[-1:].isalnum()


def is_section(text: str) -> bool:
    """Return whether a heading is that of a part that many documents have: an introduction."""
    return bool(_SECTION.fullmatch(text.strip()))


def _line_or_file_name(line: str, place: str | None) -> str:
    """Return a line, or the name of the file where it is no title by itself."""
    is_part = is_section(line) or bool(_UNFINISHED.fullmatch(line))
    return (_name_of(place) or line) if is_part else line


def _lines(content: Content, limit: int) -> Iterator[str]:
    """Yield the first lines that are no list, table or code."""
    for block in content.blocks or (Block("paragraph", 0, len(content.text), content.text),):
        for line in _lines_of((block,)):
            if limit == 0:
                return
            limit -= 1
            yield line


def _lines_of(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.kind in ("heading", "paragraph"):
            lines = (line.strip() for line in block.text.split("\n"))
            yield from (line[:_LONGEST_LINE] for line in lines if line)
        elif block.kind == "quote":
            yield from _lines_of(block.children)


def _is_title(line: str) -> bool:
    if len(_COLUMNS.findall(line)) > 1 or (_COLUMNS.search(line) and line[-1:].isdigit()):
        return False
    line = " ".join(line.split())
    if len(re.findall(r"[^\W\d_]", line)) < 2:
        return False
    if any(pattern.fullmatch(line) for pattern in (_FORM_NUMBER, _PAGE, _BYLINE, _ADDRESS)):
        return False
    return len(line) > 80 or not _is_date(line)


def _is_date(line: str) -> bool:
    """Whether a line is a date, with no more than a weekday or a label beside it."""
    date = next(find_dates(line), None)
    if date is None:
        return False
    remainder = f"{line[: date.start]} {line[date.end :]}"
    return bool(_LABEL.fullmatch(_WEEKDAY.sub("", remainder).strip(" ,.:;|·()–—-")))


def _name_of(place: str | None) -> str | None:
    name = PurePosixPath((place or "").partition("#")[0].partition("?")[0]).stem
    return " ".join(re.sub(r"[_-]+", " ", name).split()) or None


def _shortened(line: str) -> str:
    """Return a line, of a long one the first sentence, of a long sentence its beginning."""
    if len(line) <= LONGEST_TITLE:
        return line
    start, end = sentence_spans(line[:_LONGEST_LINE])[0]
    if end - start <= LONGEST_TITLE and len(line[start:end].split()) >= 4:
        return line[start:end]
    return line[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
