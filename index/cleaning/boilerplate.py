"""Boilerplate: the lines of a scraped page that are not its article, by named rules.

The phrases of the rules stand in ``boilerplate.toml``: English, German, French, Spanish, Italian,
Portuguese and Dutch. A rule takes a whole line or nothing: a sentence about newsletters or cookies
stays. The lines that one site repeats are found in any language by `repeated_lines`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LONGEST_LINE = 320
"""Characters. No line of boilerplate is longer."""

_PHRASES: dict[str, dict[str, Any]] = tomllib.loads(
    files(__package__).joinpath("boilerplate.toml").read_text("utf-8")
)
_ENGLISH, _OTHER_LANGUAGES = _PHRASES["english"], _PHRASES["other_languages"]


def _any_of(phrases: list[str], language: dict[str, Any]) -> str:
    """Return the expression for any of ``phrases``, with the shared parts of their language."""
    pattern = "|".join(phrases)
    for name in ("sites", "lists"):
        pattern = pattern.replace(f"{{{name}}}", language.get(name, ""))
    return pattern


def _line_rules(language: dict[str, Any]) -> list[tuple[str, re.Pattern[str]]]:
    return [
        (rule, re.compile(_any_of(phrases, language), re.IGNORECASE))
        for rule, phrases in language["lines"].items()
    ]


def _in_all_languages(key: str) -> str:
    return "|".join(_any_of(language[key], language) for language in (_ENGLISH, _OTHER_LANGUAGES))


LINE_RULES = frozenset(rule for each in (_ENGLISH, _OTHER_LANGUAGES) for rule in each["lines"])
"""The names of the rules for whole lines."""


# Compiled at the first line: it takes a third of a second, and most programs only ask.
@cache
def _all_line_rules() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each must match a whole line, without its list mark, emphasis and brackets."""
    return (*_line_rules(_ENGLISH), *_line_rules(_OTHER_LANGUAGES))


# A line that opens a list of other articles.
_LIST_HEADING = re.compile(_in_all_languages("list_headings"), re.IGNORECASE)

_SECTIONS = frozenset(_ENGLISH["section_names"])
_MENU = _SECTIONS | frozenset(_ENGLISH["menu_words"])

_MARKS = re.compile(r"^[\s#>*_\[\](){}|•·»«“”\"–—-]+|[\s*_\[\]()|•·»«“”\"›→…:–—-]+$")


def strip_marks(line: str) -> str:
    """Return ``line`` without list marks, emphasis, brackets and arrows."""
    return _MARKS.sub("", line)


def boilerplate_rule(line: str) -> str | None:
    """Return the rule that makes the line boilerplate by itself; None when there is none."""
    line = line.strip()
    if not line or len(line) > LONGEST_LINE:
        return None
    words = strip_marks(line)
    if not words:
        return "stray mark" if line in tuple("·•|–—-") else None
    for rule, pattern in _all_line_rules():
        match = next(filter(None, map(pattern.fullmatch, (words, words.rstrip(".!"), line))), None)
        if match is None:
            continue
        title = match.groupdict().get("linked")
        if not (_has_next_sentence(title) if title else _SPEECH_VERBS.search(words)):
            return rule
    return None


# Boilerplate speaks to the reader; an article reports what somebody says.
_SPEECH_VERBS = re.compile(rf"\b(?:{_in_all_languages('speech_verbs')})\b", re.IGNORECASE)
_NEXT_SENTENCE = re.compile(r"[a-z\d][.!?][”\"’']? +[“\"‘]?[A-Z]")


def _has_next_sentence(title: str) -> bool:
    """Whether a sentence follows the title, so that the line is more than a link."""
    return bool(_NEXT_SENTENCE.search(title))


def is_list_heading(line: str) -> bool:
    """Whether the line opens a list of other articles."""
    return len(line) <= 60 and bool(_LIST_HEADING.fullmatch(strip_marks(line)))


def is_section_name(line: str) -> bool:
    """Whether the line is the name of a section and nothing else."""
    return len(line) <= 30 and strip_marks(line).casefold() in _SECTIONS


def is_button(line: str) -> bool:
    """Whether the line is a menu word and no section name: boilerplate beside boilerplate."""
    return is_menu_word(line) and not is_section_name(line)


def is_menu_word(line: str) -> bool:
    """Whether the line is a word from a menu."""
    return len(line) <= 30 and strip_marks(line).casefold() in _MENU


_NAME = r"[A-Z][\w’'&.-]*(?: (?:[A-Z][\w’'&.-]*|of|the|and|&)){0,7}"
_KIND = (
    r"(?:newspaper|news ?(?:site|website|portal|outlet|agency|organi[sz]ation|service|platform|"
    r"source|blog|network|letter)|online (?:magazine|publication|portal|newspaper)|magazine|"
    r"tabloid|broadsheet|publication|media (?:outlet|company|group|house))"
)
_ABOUT = re.compile(
    r"(?:^|(?<=[.!?”\"’]) )"
    rf"(?P<sentence>(?:The )?(?P<name>{_NAME}) is (?:a|an|the|your)\b "
    rf"(?:[\w’',&-]+ ){{0,8}}?{_KIND}\b(?!,? (?:and|but) )"
    r"(?:(?![.!?][”\"’]? +[A-Z]).){0,200}[.!]?)$"
)


def find_self_description(line: str, text: str) -> str | None:
    """Find a newspaper's description of itself at the end of ``line``.

    For example "The Courier is a daily newspaper published in Harbour."

    Returns:
        The sentence; None where there is none, or where ``text`` names the newspaper elsewhere
        too and so may be about it.
    """
    match = _ABOUT.search(line, max(0, len(line) - 600))
    if match is None or text.count(match["name"]) != 1:
        return None
    return match["sentence"]
