"""reStructuredText (.rst), by docutils; what only Sphinx knows is read as the text it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sourcebook.index.documents.dates import parse_date
from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import UnreadableFile
from sourcebook.index.structure.blocks import find_blocks

from .rst_substitutions import make_parser
from .rst_walk import RstWalk, head_fields
from .sphinx import register_sphinx


def read_rst(path: Path, text: str) -> Document:
    """Make a document of reStructuredText.

    Raises:
        UnreadableFile: docutils fails on the text.
        OverLimit: its substitutions are too much.
    """
    tree = _parse(text)
    walk = RstWalk(int(any(child.tagname == "title" for child in tree.children)))
    for child in tree.children:
        walk.block(child)
    content = walk.writer.content()
    heads = [child for child in tree.children if child.tagname == "docinfo"]
    fields = {name: text for head in heads for name, text in head_fields(head)}
    headings = find_blocks(content.blocks, "heading")
    return make_document(
        content,
        title=headings[0].text if headings and headings[0].start < 400 else None,
        author=fields.get("author") or fields.get("authors"),
        published=parse_date(fields.get("date", "")),
        published_from="document head",
        path=str(path),
        media_type="text/x-rst",
        language=fields.get("language"),
        is_scraped=False,
    )


def _parse(text: str) -> Any:
    from docutils.core import publish_doctree

    register_sphinx()
    settings = {
        "file_insertion_enabled": False,
        "raw_enabled": False,
        "report_level": 5,
        "halt_level": 6,
        "_disable_config": True,
        "syntax_highlight": "none",
        "line_length_limit": 10_000_000,
        "smart_quotes": False,
        "warning_stream": False,
    }
    try:
        tree = publish_doctree(text, parser=make_parser(), settings_overrides=settings)
    except (RecursionError, ValueError, AssertionError, AttributeError, IndexError) as error:
        raise UnreadableFile(f"docutils cannot read it ({type(error).__name__})") from None
    _drop_messages(tree)
    return tree


def _drop_messages(tree: Any) -> None:
    """Drop what docutils itself says in a tree, not the text that it says it of."""
    from docutils import nodes

    for message in list(tree.findall(nodes.system_message)):
        sources = [part for part in message.children if isinstance(part, nodes.literal_block)]
        message.children = sources
        if not sources and message.parent is not None:
            message.parent.remove(message)
