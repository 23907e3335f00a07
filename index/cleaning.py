"""Unicode and furniture: what is taken out of a text before it is read, and why."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_KEPT_CONTROLS = {"\n", "\t"}
_JOINERS = {"\u200c", "\u200d"}  # letters of Persian and Indic scripts, and emoji, need them
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

# Lines that belong to a web page and not to its article. Each must match a whole line.
_FURNITURE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern, re.IGNORECASE))
    for rule, pattern in (
        ("advertisement", r"[-–—\s]*(advertisement|sponsored content)[-–—\s]*"),
        ("site menu", r"connect with us|hi, what are you looking for\?|skip to (main )?content"),
        ("link to another article", r"(continue reading|read (more|also)|related)\s*:.+"),
        ("newsletter", r"stay on top\b.*\binbox\.?|sign up (for|to) .*newsletter.*"),
        ("legal notice", r"dmca\s*/\s*correction notice"),
        ("list of other articles", r"(recent articles|related (stories|articles|posts))"),
        ("comment form", r"leave a (reply|comment)|your email address will not be published\..*"),
        ("reference of a republisher", r"reference-www\.\S+"),
        ("stray mark", r"[,;.·•|–—-]"),
    )
)


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that was taken out, and the rule that took it."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it will be read, and what was taken out of it."""

    text: str
    removed: tuple[Removed, ...]


def clean(text: str) -> Cleaned:
    """Normalise Unicode (NFC) and line ends, drop invisible characters and lines of furniture.

    Cleaning twice changes nothing more.
    """
    removed: list[Removed] = []
    kept: list[str] = []
    for raw_line in _visible(text, removed).split("\n"):
        line = raw_line.rstrip()
        rule = _furniture(line)
        if rule:
            removed.append(Removed(rule, line))
        else:
            kept.append(line)
    return Cleaned(_BLANK_LINES.sub("\n\n", "\n".join(kept)).strip(), tuple(removed))


def _visible(text: str, removed: list[Removed]) -> str:
    """``text`` without control, bidirectional and other invisible characters, in NFC."""
    text = _LINE_END.sub("\n", text)
    invisible: dict[str, int] = {}
    out: list[str] = []
    for character in text:
        category = unicodedata.category(character)
        if category == "Zs":
            out.append(" ")
        elif category == "Cs":  # half a surrogate pair cannot be stored as UTF-8
            out.append("\ufffd")
        elif (category == "Cc" and character not in _KEPT_CONTROLS) or (
            category == "Cf" and character not in _JOINERS
        ):
            invisible[character] = invisible.get(character, 0) + 1
        else:
            out.append(character)
    removed.extend(
        Removed("invisible character", f"U+{ord(character):04X} x {count}")
        for character, count in sorted(invisible.items())
    )
    return unicodedata.normalize("NFC", "".join(out))


def _furniture(line: str) -> str | None:
    line = line.strip()
    if not line:
        return None
    return next((rule for rule, pattern in _FURNITURE if pattern.fullmatch(line)), None)
