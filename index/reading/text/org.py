"""Org files (.org): the outline by orgparse, and what stands below each heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sourcebook.index.documents.dates import parse_date
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import UnreadableFile
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

_KEYWORD = re.compile(r"\s*#\+(?P<name>[\w-]+)(?:\[[^\]]*\])?:\s*(?P<value>.*)")
_BEGIN = re.compile(r"\s*#\+begin_(?P<kind>\w+)(?:\s+(?P<rest>.*))?$", re.IGNORECASE)
_DRAWER = re.compile(r"\s*:[\w-]+:\s*$")
_COMMENT = re.compile(r"\s*#(?:\s|$)")
_ITEM = re.compile(r"(?P<indent>\s*)(?P<marker>[-+]|\s\*|(?:\d+|[a-zA-Z])[.)])\s+(?P<text>.*)")
_CHECKBOX = re.compile(r"\[[ xX-]\]\s+")
_TERM = re.compile(r"(?P<term>.+?)\s+::(?:\s+|$)")
_NOTE = re.compile(r"\[fn:(?P<sign>[\w-]+)\]\s*(?P<text>.*)")
_RULE = re.compile(r"\s*\|[-+|\s]*$")
_LINK = re.compile(r"\[\[(?P<target>[^\[\]]+)\](?:\[(?P<text>[^\[\]]+)\])?\]")
_MARKUP = re.compile(r"(?<![\w*/_=~+])([*/_=~])(?=\S)(?P<text>[^\n]{0,300}?\S)\1(?![\w*/_=~+])")
_STRUCK = re.compile(r" ?(?<![\w*/_=~+])\+(?=[^\s+])[^\n]{0,300}?[^\s+]\+(?![\w*/_=~+])")
_NOTE_SIGN = re.compile(r"\[fn:(?P<sign>[\w-]*)(?::(?P<text>[^\[\]]*))?\]")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp)$", re.IGNORECASE)
_DEEPEST = 40
"""Lists in lists; what lies deeper is read as text."""

_SHOWN_KEYWORDS = frozenset({"subtitle", "description"})


def read_org(path: Path, text: str) -> Document:
    """Make a document of an Org file.

    Raises:
        UnreadableFile: orgparse fails on its outline.
    """
    import orgparse

    try:
        root = orgparse.loads(text)
        nodes = list(root[1:])
    except (ValueError, AttributeError, IndexError, RecursionError, RuntimeError) as error:
        raise UnreadableFile(f"its outline cannot be read ({type(error).__name__})") from None
    writer = BlockWriter()
    fields = {
        match["name"].lower(): match["value"].strip()
        for match in map(_KEYWORD.fullmatch, text.split("\n"))
        if match
    }
    _write_body(writer, root.get_body(format="raw"))
    for node in nodes:
        _write_node(writer, node)
    return make_document(
        writer.content(),
        title=fields.get("title"),
        author=fields.get("author"),
        published=parse_date(fields.get("date", "")),
        published_from="document head",
        path=str(path),
        media_type="text/org",
        language=fields.get("language"),
        is_scraped=False,
    )


def _write_node(writer: BlockWriter, node: Any) -> None:
    with writer.block("heading", level=min(6, node.level)):
        writer.write(f"{node.todo} " if node.todo else "")
        _write_inline(writer, node.get_heading(format="raw"))
    times = [
        f"{label}: {date.start}"
        for label, date in (
            ("Closed", node.closed),
            ("Scheduled", node.scheduled),
            ("Deadline", node.deadline),
        )
        if date and date.start
    ]
    if times:
        with writer.block("paragraph"):
            writer.write("\n".join(times))
    _write_body(writer, node.get_body(format="raw"))


def _write_body(writer: BlockWriter, text: str, depth: int = 0) -> None:
    if depth > _DEEPEST:
        writer.write(_plain(text))
        return
    lines = text.expandtabs(8).split("\n")
    at = 0
    caption: str | None = None
    while at < len(lines):
        line = lines[at]
        keyword = _KEYWORD.fullmatch(line)
        if keyword:
            name, value = keyword["name"].lower(), keyword["value"].strip()
            caption = value if name == "caption" else caption
            if name in _SHOWN_KEYWORDS and value:
                with writer.block("paragraph"):
                    _write_inline(writer, value)
            at += 1
            continue
        begin = _BEGIN.fullmatch(line)
        if begin:
            end = _end_of(lines, at, rf"\s*#\+end_{re.escape(begin['kind'])}\s*$")
            inner = lines[at + 1 : end]
            _write_marked(writer, begin["kind"].lower(), begin["rest"] or "", inner, depth)
            at = end + 1
        elif _DRAWER.fullmatch(line):
            at = _end_of(lines, at, r"\s*:end:\s*$") + 1
        elif line.lstrip().startswith("|"):
            end = _run(lines, at, lambda text: text.lstrip().startswith("|"))
            _write_table(writer, lines[at:end], caption)
            caption = None
            at = end
        elif re.match(r"\s*:(?: |$)", line):
            end = _run(lines, at, lambda text: bool(re.match(r"\s*:(?: |$)", text)))
            with writer.block("code"):
                writer.write("\n".join(re.sub(r"^\s*: ?", "", row) for row in lines[at:end]))
            at = end
        elif _ITEM.match(line):
            end = _end_of_list(lines, at)
            _write_list(writer, lines[at:end], depth)
            at = end
        elif not line.strip() or _COMMENT.match(line):
            at += 1
        else:
            end = _run(lines, at + 1, _goes_on)
            _write_paragraph(writer, [row.strip() for row in lines[at:end]], caption)
            caption = None
            at = end


def _goes_on(line: str) -> bool:
    """Whether a line belongs to the paragraph above it."""
    return bool(line.strip()) and not (
        _KEYWORD.fullmatch(line)
        or _BEGIN.fullmatch(line)
        or _DRAWER.fullmatch(line)
        or _ITEM.match(line)
        or _NOTE.match(line)
        or line.lstrip().startswith("|")
    )


def _run(lines: Sequence[str], at: int, belongs: Any) -> int:
    while at < len(lines) and belongs(lines[at]):
        at += 1
    return at


def _end_of(lines: Sequence[str], at: int, pattern: str) -> int:
    """Return the number of the line that ends a block; the last where none does."""
    end = re.compile(pattern, re.IGNORECASE)
    return next((n for n in range(at + 1, len(lines)) if end.match(lines[n])), len(lines))


def _write_marked(
    writer: BlockWriter, kind: str, rest: str, lines: Sequence[str], depth: int
) -> None:
    """Write what stands between ``#+begin_`` and ``#+end_``."""
    text = "\n".join(re.sub(r"^(\s*),(?=[*#])", r"\1", line) for line in lines)
    if kind == "comment":
        return
    if kind in ("src", "example", "export"):
        language = rest.split(maxsplit=1)[0] if kind == "src" and rest.split() else None
        with writer.block("code", language=language):
            writer.write(text)
    elif kind in ("quote", "verse"):
        with writer.block("quote"):
            _write_body(writer, text, depth + 1)
    else:
        _write_body(writer, text, depth + 1)


def _write_table(writer: BlockWriter, lines: Sequence[str], caption: str | None) -> None:
    rows: list[list[TableCell]] = []
    rule: int | None = None
    for line in lines:
        if _RULE.fullmatch(line) and "-" in line:
            rule = len(rows) if rule is None and rows else rule
            continue
        texts = line.strip().strip("|").split("|")
        rows.append([TableCell(_plain(text.replace("\\vert{}", "|"))) for text in texts])
    if rows:
        write_table(writer, Table(rows, caption=caption, head_rows=rule))


def _end_of_list(lines: Sequence[str], at: int) -> int:
    """Return the line after a list: one that is neither an item nor further in."""
    first = _ITEM.match(lines[at])
    assert first is not None
    depth = len(first["indent"])
    end = at + 1
    while end < len(lines):
        line = lines[end]
        is_inside = len(line) - len(line.lstrip()) > depth or _ITEM.match(line)
        if line.strip() and not is_inside:
            break
        if not line.strip() and (end + 1 == len(lines) or not lines[end + 1].strip()):
            break
        end += 1
    return end


def _write_list(writer: BlockWriter, lines: Sequence[str], depth: int) -> None:
    first = _ITEM.match(lines[0])
    assert first is not None
    with writer.block("list"):
        for match, inner in _items(lines, len(first["indent"])):
            marker = match["marker"].strip()
            text = _CHECKBOX.sub("", match["text"])
            text = _TERM.sub(r"\g<term>: ", text)
            marker = "•" if marker in "-+*" else marker
            with writer.block("item", marker=marker):
                end = _run(inner, 0, _goes_on)
                _write_inline(writer, " ".join([text, *(row.strip() for row in inner[:end])]))
                _write_body(writer, "\n".join(inner[end:]), depth + 1)


def _items(lines: Sequence[str], depth: int) -> Iterator[tuple[re.Match[str], list[str]]]:
    match: re.Match[str] | None = None
    inner: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        if item and len(item["indent"]) <= depth:
            if match:
                yield match, inner
            match, inner = item, []
        else:
            inner.append(line)
    if match:
        yield match, inner


def _write_paragraph(writer: BlockWriter, lines: Sequence[str], caption: str | None) -> None:
    text = "\n".join(lines)
    note = _NOTE.fullmatch(text) or re.fullmatch(_NOTE.pattern, text, re.DOTALL)
    link = _LINK.fullmatch(text)
    if link and _PICTURE.search(link["target"]):
        with writer.block("figure"):
            writer.write(caption or link["text"] or "")
    elif note:
        with writer.block("footnote", marker=note["sign"]):
            _write_inline(writer, note["text"])
    else:
        with writer.block("paragraph"):
            _write_inline(writer, " ".join(lines))


def _write_inline(writer: BlockWriter, text: str) -> None:
    at = 0
    for match in _NOTE_SIGN.finditer(text):
        writer.write(_plain(text[at : match.start()], strip=False))
        writer.mark(match["sign"] or match["text"] or "")
        at = match.end()
    writer.write(_plain(text[at:], strip=False))


def _plain(text: str, *, strip: bool = True) -> str:
    """Return a line without the marks of Org."""
    text = _LINK.sub(lambda link: link["text"] or link["target"].removeprefix("file:"), text)
    text = _STRUCK.sub("", text)
    for _ in range(3):
        text = _MARKUP.sub(lambda match: match["text"], text)
    return text.strip() if strip else text
