"""Plain text for a prompt: nothing in an article can imitate the form of the prompt.

Quoted text can still say anything, but it cannot begin a new line, role or excerpt. The attack:
Greshake et al. 2023, "Not what you've signed up for"; marking data as data: Hines et al. 2024,
"Defending Against Indirect Prompt Injection Attacks With Spotlighting". `rag.llm.vocabulary` also
turns chat tokens into words; they are removed here because other models read them from words.
"""

from __future__ import annotations

import re
import unicodedata

from sourcebook.index.cleaning.invisible import drop_invisible_characters

_JOINERS = "\u200c\u200d"
_CHAT_TOKENS = re.compile(
    r"<\|[^<>|]{0,40}\|>(?:(?:system|user|assistant)\b)?|<｜[^<>｜]{0,40}｜>|<\|?\s*/?(?:im_start|im_end|endoftext|eot_id)\s*\|?>|"
    r"\[/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS)\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>|"
    r"</?(?:system|assistant|user|human|instructions?|tool_call|excerpts?)\s*>",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?<![\w’'-])(question|answer|excerpts?|system|assistant|user|human|instructions?)(\s*):(?!//)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(?:(?<=\s)|^)(?:#{1,6}|={3,}|-{3,}|\*{3,}|`{3,}|~{3,})(?=\s|$|\w)")


def sanitize_for_prompt(text: str) -> str:
    """Return ``text`` in one line, without chat tokens, labels ("Question:") and headings.

    Text without any of these does not change, except for its spaces.
    """
    return " ".join(_HEADING.sub(" ", _LABEL.sub(r"\1\2 -", strip_chat_tokens(text))).split())


def sanitize_code(text: str) -> list[str]:
    """Return the lines of code, each further in than any line of the prompt's own, without chat
    tokens and labels; their indentation stays."""
    lines: list[str] = []
    for line in text.expandtabs(4).split("\n"):
        code = _LABEL.sub(r"\1\2 -", strip_chat_tokens(line))
        if code:
            lines.append(" " * (4 + len(line) - len(line.lstrip())) + code)
    return lines


def strip_chat_tokens(text: str) -> str:
    """Return ``text`` in one line, without chat tokens and invisible characters."""
    text, _ = drop_invisible_characters(text)
    clean = text if text.isprintable() else "".join(map(_printable, text))
    previous = None
    while previous != clean:  # the remaining text may form another token
        previous, clean = clean, _CHAT_TOKENS.sub(" ", clean)
    return " ".join(clean.split())


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co") or (category == "Cf" and character not in _JOINERS):
        return ""
    return character
