"""Markdown, by markdown-it-py: CommonMark, GFM tables, footnotes, formulas, Obsidian's notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.titles import is_section
from sourcebook.index.reading.markup import html_to_text
from sourcebook.index.structure.blocks import Block, walk
from sourcebook.index.structure.content import Content
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter

from .front_matter import field_text, publication_date, split_front_matter

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_WIKI_LINK = re.compile(r"(?P<embed>!)?\[\[(?P<page>[^\[\]|]*)(?:\\?\|(?P<label>[^\[\]]*))?\]\]")
_COMMENT_OR_CODE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,}).*?^[ \t]*(?P=fence)[`~]*[ \t]*$|`[^`\n]+`|(?P<comment>%%.*?%%)|"
    r"\]\(\s*(?P<template>\{[{%][^\n]*?[%}]\})[^)\n]*\)|"
    r"(?P<tag>\{%-?\s[^\n{}]*?\s-?%\}|\{\{[<%][^\n{}]*?[>%]\}\})",
    re.DOTALL | re.MULTILINE,
)
"""``template``: the address of a link in a site generator's notation, which CommonMark takes for no
link: "[exemptions]({% page 'hr' %})". ``tag``: what such a generator puts something else for."""

_LABELLED = re.compile(r"[*_]*[^\W\d_][^:.!?]{0,30}(?::[*_]*|[*_]*:)\s+\S.*")
_HIGHLIGHT = re.compile(r"==(?=\S)(.+?)(?<=\S)==")
_BLOCK_ID = re.compile(r"\s\^[A-Za-z0-9-]+$")
_CALLOUT = re.compile(r"\[!(?P<kind>[\w-]+)\][+-]?[ \t]*(?P<title>.*)")
_TAG = re.compile(r"<(/?)(sup|sub|del|s|strike|br|u|kbd|mark)\b[^>]*>", re.IGNORECASE)


def read_markdown(path: Path, text: str) -> Document:
    """Make a document of Markdown with YAML front matter (title, source, author, date, ...)."""
    fields, body = split_front_matter(text)
    content = markdown_content(body)
    return make_document(
        content,
        title=field_text(fields, "title") or _first_heading(content.blocks),
        source=field_text(fields, "source", "publisher", "site"),
        author=field_text(fields, "author", "authors", "by"),
        published=publication_date(fields),
        published_from="front matter",
        url=field_text(fields, "url", "link"),
        path=str(path),
        media_type="text/markdown",
        language=field_text(fields, "language", "lang"),
    )


def markdown_content(text: str) -> Content:
    """Return the text of Markdown without its markup, and what that meant as blocks."""
    from markdown_it.tree import SyntaxTreeNode

    writer = BlockWriter()
    text = _COMMENT_OR_CODE.sub(_as_commonmark, text)
    tree = SyntaxTreeNode(_parser().parse(text))
    _write_blocks(writer, tree.children)
    return writer.content()


def _as_commonmark(match: re.Match[str]) -> str:
    """Return code as it is, a link by template as one to nowhere, and nothing of a comment and of a
    generator's tag."""
    if match["template"]:
        return "](#)"
    return "" if match["comment"] or match["tag"] else match[0]


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    parser.use(deflist_plugin)
    # "from $5 to $10" is no formula: a dollar sign beside a digit or a space does not begin one.
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False)
    return parser


def _first_heading(blocks: Iterable[Block]) -> str | None:
    """Return the first heading of the highest level; None if it heads an introduction."""
    headings = [block for block in walk(blocks) if block.kind == "heading"]
    top = min((block.level or 1 for block in headings), default=1)
    text = next((block.text for block in headings if (block.level or 1) == top), None)
    return None if text is None or is_section(text) else text


def _write_blocks(writer: BlockWriter, nodes: Iterable[SyntaxTreeNode]) -> None:
    for node in nodes:
        _write_block(writer, node)


def _write_block(writer: BlockWriter, node: SyntaxTreeNode) -> None:
    match node.type:
        case "heading":
            with writer.block("heading", level=int(node.tag[1])):
                _write_inline(writer, node)
        case "paragraph":
            _write_paragraph(writer, node)
        case "bullet_list" | "ordered_list":
            with writer.block("list"):
                for item in node.children:
                    marker = "•" if node.type == "bullet_list" else f"{item.info}{item.markup}"
                    with writer.block("item", marker=marker):
                        _write_blocks(writer, item.children)
        case "fence" | "code_block":
            language = node.info.split()[0] if node.info.split() else None
            with writer.block("code", language=language):
                writer.write(node.content)
        case "table":
            _write_table(writer, node)
        case "blockquote":
            with writer.block("quote"):
                _write_blocks(writer, node.children)
        case "footnote":
            label = node.meta.get("label") or str(node.meta["id"] + 1)
            with writer.block("footnote", marker=label):
                _write_blocks(writer, node.children)
        case "math_block" | "math_block_label" | "amsmath":
            with writer.block("formula"):
                writer.write(node.content)
        case "html_block":
            writer.write(html_to_text(node.content))
        case "dl":
            _write_terms(writer, node)
        case _:
            _write_blocks(writer, node.children)


def _write_paragraph(writer: BlockWriter, node: SyntaxTreeNode) -> None:
    """Write a paragraph; a picture alone in it is a figure with its description as caption."""
    inline = node.children[0].children if node.children else []
    if inline and all(child.type == "image" for child in inline):
        for image in inline:
            with writer.block("figure"):
                writer.write(image.content)
        return
    # The lines of a tight list stand in their item.
    if node.hidden:
        _write_inline(writer, node)
        return
    with writer.block("paragraph"):
        _write_inline(writer, node)


def _write_terms(writer: BlockWriter, node: SyntaxTreeNode) -> None:
    """Write a list of terms: each with its first meaning as one item."""
    with writer.block("list"):
        term = ""
        for child in node.children:
            if child.type == "dt":
                term = _plain(child)
                continue
            with writer.block("item"):
                writer.write(f"{term}: " if term else "")
                _write_blocks(writer, child.children)


def _write_table(writer: BlockWriter, node: SyntaxTreeNode) -> None:
    rows = [row for part in node.children for row in part.children]
    cells = [[_cell(cell) for cell in row.children] for row in rows]
    heads = sum(len(part.children) for part in node.children if part.type == "thead")
    write_table(writer, Table(cells, head_rows=heads, head_columns=None))


def _cell(node: SyntaxTreeNode) -> TableCell:
    runs = list(_inline(node))
    return TableCell(
        "".join(run.text for run in runs if run.kind != "mark"),
        marks=tuple(run.text for run in runs if run.kind == "mark"),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of a line: text, a formula, or the sign of a footnote."""

    kind: Literal["text", "formula", "mark"]
    text: str


def _write_inline(writer: BlockWriter, node: SyntaxTreeNode) -> None:
    for run in _inline(node):
        match run.kind:
            case "mark":
                writer.mark(run.text)
            case "formula":
                with writer.block("formula"):
                    writer.write(run.text)
            case _:
                writer.write(run.text)


def _plain(node: SyntaxTreeNode) -> str:
    return "".join(run.text for run in _inline(node) if run.kind != "mark").strip()


def _inline(node: SyntaxTreeNode) -> Iterator[_Run]:
    """Yield what a line says, without spaces that double where markup stood."""
    last = ""
    for run in _runs(node):
        text = run.text
        if run.kind == "text":
            text = text.lstrip(" ") if last.endswith((" ", "\n")) else text
        last = last if run.kind == "mark" else text or last
        yield _Run(run.kind, text)


def _runs(node: SyntaxTreeNode) -> Iterator[_Run]:
    """Yield the pieces of a line that are not struck out."""
    sign: str | None = None  # the raised text so far, within <sup>
    struck = 0
    before = ""
    lines = [line.strip() for part in node.children[:1] for line in part.content.split("\n")]
    line_end = "\n" if all(map(_LABELLED.fullmatch, lines)) else " "
    leaves = list(_leaves(node))
    for number, child in enumerate(leaves):
        tag = _TAG.fullmatch(child.content) if child.type == "html_inline" else None
        name = tag[2].lower() if tag else ""
        if name in ("del", "s", "strike"):
            struck = max(0, struck + (-1 if tag and tag[1] else 1))
        elif name == "sup" and tag:
            if tag[1] and sign is not None:
                after = "".join(
                    leaf.content for leaf in leaves[number + 1 : number + 4] if leaf.type == "text"
                )
                yield _raised_run(before, sign, after)
            sign = None if tag[1] else ""
        elif struck:
            continue
        elif sign is not None and child.type == "text":
            sign += child.content
        else:
            for run in _run(child, name, line_end):
                before += run.text
                yield run


def _raised_run(before: str, sign: str, after: str) -> _Run:
    from sourcebook.index.structure.raised import superscript

    text = superscript(before, sign.strip(), after=after)
    return _Run("mark", sign.strip()) if text is None else _Run("text", text)


def _leaves(node: SyntaxTreeNode) -> Iterator[SyntaxTreeNode]:
    for child in node.children:
        if child.type == "s":
            continue
        if child.children and child.type != "image":
            yield from _leaves(child)
        else:
            yield child


def _run(node: SyntaxTreeNode, tag: str, line_end: str) -> Iterator[_Run]:
    match node.type:
        case "text":
            text = _WIKI_LINK.sub(_link_text, node.content)
            text = _CALLOUT.sub(_callout_title, text)
            yield _Run("text", _BLOCK_ID.sub("", _HIGHLIGHT.sub(r"\1", text)))
        case "code_inline":
            yield _Run("text", node.content)
        case "softbreak":
            yield _Run("text", line_end)
        case "hardbreak":
            yield _Run("text", "\n")
        case "html_inline" if tag == "br":
            yield _Run("text", "\n")
        case "math_inline" | "math_inline_double":
            yield _Run("formula", node.content)
        case "footnote_ref":
            yield _Run("mark", node.meta.get("label") or str(node.meta["id"] + 1))
        case _:
            pass


def _link_text(link: re.Match[str]) -> str:
    """Return what Obsidian shows of ``[[page|label]]``; nothing of a file put into the page."""
    if link["embed"]:
        return ""
    return (link["label"] or link["page"].replace("#", " ")).strip()


def _callout_title(callout: re.Match[str]) -> str:
    return (callout["title"] or callout["kind"].capitalize()) + "\n"
