"""Text from outside made plain for a prompt: nothing in it can look like the prompt's own form.

Quoted text can still say anything; it cannot open a line, a role or an excerpt of its own. The
attack: Greshake et al. 2023, "Not what you've signed up for"; marking data as data: Hines et al.
2024, "Defending Against Indirect Prompt Injection Attacks With Spotlighting". `llama_vocabulary`
spells out chat tokens as words too; here they go because other models read them from words.
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
    """``text`` as one line that is only words: see `visible`; labels ("Question:") and headings of
    a prompt are defused too. Text without any of these stays as it is, letter by letter.
    """
    return " ".join(_HEADING.sub(" ", _LABEL.sub(r"\1\2 -", strip_chat_tokens(text))).split())


def strip_chat_tokens(text: str) -> str:
    """``text`` in one line, without chat tokens and characters that are not seen."""
    text, _ = drop_invisible_characters(text)
    shown = text if text.isprintable() else "".join(map(_printable, text))
    before = None
    while before != shown:  # what is left may close up to another token
        before, shown = shown, _CHAT_TOKENS.sub(" ", shown)
    return " ".join(shown.split())


def _printable(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co") or (category == "Cf" and character not in _JOINERS):
        return ""
    return character
