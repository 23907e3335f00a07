"""Whether a text was scraped from a web page, so that its boilerplate is to be removed.

A person's own handbook, FAQ, contract or mail has lines such as "Unsubscribe" or "Privacy policy"
too, with an answer below each. What a page's software puts around an article stands together, is
repeated, or is worded as nobody words a heading of their own.
"""

from __future__ import annotations

import re
from collections import Counter

from .boilerplate import boilerplate_rule, find_self_description, is_list_heading, is_menu_word
from .boilerplate import strip_marks as _strip_marks
from .clean import RULES as _CLEAN_RULES
from .repeated_lines import RULE as _REPEATED

_FURNITURE = frozenset(
    (
        *("advertisement", "site menu", "link to another article", "comment form", "sharing"),
        *("reference of a republisher",),
    )
)
"""Rules whose lines only the software of a page writes; the others may name a topic."""

_LIST = "list of other articles"
_UNMISTAKABLE = re.compile(
    r"your email address will not be published\b.*|required fields are marked.*"
    r"|save my name, e-?mail.*|skip to (?:the )?(?:main )?(?:content|navigation)"
    r"|click to (?:share|e-?mail|print)\b.*|.*powered by wordpress\b.*|like loading.*"
    r"|(?:story|article) continues below.*|reference-www\.\S+|hi,? what are you looking for\??"
    r"|(?:continue|keep) reading\s*[:|»].*|notify me of (?:follow-?up|new)\b.*"
    r"|.*\bcancel reply|type and (?:hit|press) enter.*"
    r"|(?:deine|ihre) e-?mail-?adresse wird nicht veröffentlicht.*|erforderliche felder sind.*"
    r"|votre adresse (?:e-?mail|de messagerie) ne sera pas publiée.*"
    r"|les champs obligatoires sont indiqués.*|(?:tu|su) .*correo electrónico no será publicad.*",
    re.IGNORECASE,
)
_FORM_FIELD = re.compile(r"[\w-]+\s*\*$")
_REPORTING = re.compile(
    r"\b(?:said|says|told|according to|reported|announced|warned|sagte|erklärte|laut|teilte|"
    r"a déclaré|a dit|selon|dijo|según|declaró|ha detto|secondo|disse|segundo|zei|volgens)\b",
    re.IGNORECASE,
)
_LEAST_REPORTS = 2

CLEANING_RULES = _CLEAN_RULES | {_REPEATED}
"""The names of the rules by which the boilerplate of scraped pages is removed."""


def looks_scraped(text: str, *, url: str | None = None, has_structure: bool = False) -> bool:
    """Whether a text shows signs of having been scraped from a web page.

    Two lines of a page's software are needed, and one is enough in a text that has an address on
    the web or that reports what people say.

    Args:
        text: The text as it was read.
        url: Its address, where the file names one.
        has_structure: Whether it has headings, lists or tables of its own.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    rules = [_rule(line) for line in lines]
    counts = Counter(line.casefold() for line, rule in zip(lines, rules, strict=True) if rule)
    kinds: Counter[str] = Counter()
    unmistakable = 0
    for number, (line, rule) in enumerate(zip(lines, rules, strict=True)):
        if rule not in _FURNITURE and rule != _LIST:
            continue
        words = _strip_marks(line)
        is_certain = bool(_UNMISTAKABLE.fullmatch(words)) or (
            rule == "advertisement" and counts[line.casefold()] > 1
        )
        beside = [*rules[max(0, number - 1) : number], *rules[number + 1 : number + 2]]
        if is_certain or any(beside):
            kinds[rule] += 1
            unmistakable += is_certain
    signs = kinds.total()
    if signs >= 2 and (len(kinds) >= 2 or unmistakable):
        return True
    reports = not has_structure and len(_REPORTING.findall(text)) >= _LEAST_REPORTS
    if signs and (url or reports):
        return True
    return bool(reports and len(lines) > 1 and find_self_description(lines[-1], text))


def _rule(line: str) -> str | None:
    """Return the rule that would remove a line, without those that name the field of a form."""
    if is_list_heading(line):
        return _LIST
    rule = boilerplate_rule(line)
    if rule == "comment form" and _FORM_FIELD.fullmatch(line):
        return None
    return rule or ("site menu word" if is_menu_word(line) else None)
