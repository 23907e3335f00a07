"""The YAML front matter of Markdown: the title, author and date that stand above the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sourcebook.index.documents.dates import parse_date
from sourcebook.index.reading.records.record_dates import read_date

_BLOCK = re.compile(r"\ufeff?---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_LINE = re.compile(r"(?P<name>[A-Za-z][\w -]{0,40}?)[ \t]*:(?:[ \t]+(?P<value>.*))?$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.+)$")
_DATES = ("date", "published", "published_at", "publish_date", "datePublished", "pubDate")
_CREATED = "created"  # of a note, where it has no other date
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")


def split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """Return the fields of front matter and the text below it.

    A block that is no YAML but has ``name: value`` lines throughout is read line by line (a title
    with a colon in it is no YAML). Text between two rules that has no fields is no front matter.
    """
    block = _BLOCK.match(text)
    if block is None:
        return {}, text
    fields = _yaml_fields(block["yaml"])
    if fields is None:
        fields = _line_fields(block["yaml"])
    return ({}, text) if fields is None else (fields, text[block.end() :])


def _yaml_fields(text: str) -> Mapping[str, Any] | None:
    import yaml

    try:
        fields = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        return None
    if fields is None:
        return {} if not text.strip() else None
    return fields if isinstance(fields, dict) else None


def _line_fields(text: str) -> Mapping[str, Any] | None:
    """Return the fields of ``name: value`` lines, lists below a name included; None if any line
    is neither."""
    fields: dict[str, Any] = {}
    name = ""
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if field := _LINE.match(line):
            name, value = field["name"], (field["value"] or "").strip()
            if value[:1] in ("[", "{") and value[-1:] not in ("]", "}"):
                return None
            fields[name] = value.strip("[]\"'")
        elif name and (item := _ITEM.match(line)):
            items = fields[name] if isinstance(fields[name], list) else []
            fields[name] = [*items, item["value"].strip().strip("\"'")]
        elif name and line[0] in " \t" and isinstance(fields[name], str):
            fields[name] = f"{fields[name]} {line.strip()}".strip()
        else:
            return None
    return fields or None


def field_text(fields: Mapping[str, Any], *names: str) -> str | None:
    """Return the first of these fields that has a value, a list as one text."""
    for name in names:
        value = fields.get(name)
        if value := _text_of(value):
            return value
    return None


def _text_of(value: Any) -> str:
    """Return a value as one text; Obsidian's ``[[Name]]`` is a list in a list to YAML."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text_of, value)))
    return _WIKI_LINK.sub(r"\1", str(value)) if value else ""


def publication_date(fields: Mapping[str, Any]) -> datetime | None:
    """Return the date of publication; the language settles the order of day and month."""
    locale = field_text(fields, "language", "lang")
    for value in filter(None, map(fields.get, (*_DATES, _CREATED))):
        in_words = parse_date(value, locale) if isinstance(value, str) else None
        if date := read_date(value, locale=locale) or in_words:
            return date
    return None
