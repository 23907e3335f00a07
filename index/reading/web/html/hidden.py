"""What stands in a page and is not seen: scripts, hidden nodes, struck-out words, readings above
the line."""

from __future__ import annotations

import re
from typing import Any

from sourcebook.index.cleaning.clean import RemovedText

UNSEEN = frozenset(
    (
        *("script", "style", "template", "head", "rp", "rt", "svg", "canvas", "iframe", "object"),
        *("audio", "video", "select", "datalist", "textarea", "button", "input", "map", "meter"),
        *("progress", "title", "noframes", "applet", "dialog", "annotation-xml"),
    )
)
"""Elements without words of the text."""

_TITLES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"))
_STRUCK = frozenset(("del", "s", "strike"))
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_RENDERED_FORMULA = re.compile(
    r"(?:^|\s)(?:katex-html|MathJax(?:_(?:Preview|Display|SVG|CHTML))?|mjx-chtml|MJX-TeX)(?:\s|$)"
)
_FORMULA = re.compile(r"math/(?:tex|mml|asciimath)")
_TOOLS = re.compile(
    r"(?:^|\s)(?:mw-editsection|headerlink|anchorjs-link|linenos?|line-numbers-rows|gutter)(?:\s|$)"
)
_TOOL_SIGNS = re.compile(r"[\s\d¶#§🔗|]*|\[.*\]", re.DOTALL)
"""What stands in links to edit or to name a section, and before lines of code."""

_FOR_SCREEN_READERS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text|-only)?|a-offscreen|u-vh)(?:\s|$)",
    re.IGNORECASE,
)
_NO_SCRIPTS = re.compile(r"java\s?script|enable|cookies", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")

MAX_NOTES = 50
MAX_NOTE = 500


def drop_hidden(tree: Any, *, with_scripts: bool = True) -> list[RemovedText]:
    """Drop from a tree what is not seen in it, and return the words among that.

    Args:
        tree: The page.
        with_scripts: Whether elements go that never have words too: scripts, forms, the head.
    """
    removals: list[RemovedText] = []
    stack = [tree]
    while stack:
        element = stack.pop()
        rule = None if element is tree else _rule(element)
        if rule is None or not (rule or with_scripts):
            stack.extend(element)
            continue
        text = " ".join("".join(element.itertext()).split())[:MAX_NOTE]
        if rule and text and len(removals) < MAX_NOTES:
            removals.append(RemovedText(rule, text))
        drop(element)
    return removals[::-1]


def drop(element: Any) -> None:
    """Drop an element with its content; the text behind it stays."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail
    if parent is None:
        return
    if tail:
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
    parent.remove(element)


def _rule(element: Any) -> str | None:
    """Return why an element is not seen; empty for what never has words, None if it is seen."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag == "script" and _FORMULA.search(element.get("type") or ""):
        return None
    if tag in UNSEEN:
        is_title = tag == "button" and (element.getparent().tag in _TITLES)
        return None if is_title else ""
    if tag in _STRUCK:
        return "struck out"
    if tag == "noscript":
        text = element.text_content() if hasattr(element, "text_content") else ""
        return "" if len(text) < 300 and _NO_SCRIPTS.search(text) else None
    attributes = element.attrib
    if not attributes:
        return None
    if _RENDERED_FORMULA.search(attributes.get("class", "")):
        return "" if next(element.iter("math"), None) is None else None
    if _TOOLS.search(attributes.get("class", "")):
        return "" if _TOOL_SIGNS.fullmatch("".join(element.itertext())) else None
    is_hidden = (
        attributes.get("hidden", "until-found") != "until-found"
        or _HIDING_STYLE.search(attributes.get("style", ""))
        or (attributes.get("aria-hidden") == "true" and _is_duplicate(element))
    )
    if is_hidden and tag != "math" and next(element.iter("math"), None) is None:
        return "hidden"
    return None


def _is_duplicate(element: Any) -> bool:
    """Return whether the words of an element stand beside it too, or are none."""
    words = set(_WORD.findall("".join(element.itertext())))
    parent = element.getparent()
    if len("".join(words)) < 2 or parent is None:
        return True
    siblings = [sibling for sibling in parent if sibling is not element]
    if any(_FOR_SCREEN_READERS.search(sibling.get("class") or "") for sibling in siblings):
        return True
    texts = [parent.text, element.tail]
    for sibling in siblings[:50]:
        texts += ["".join(sibling.itertext()), sibling.tail]
    return words <= set(_WORD.findall(" ".join(filter(None, texts))))
