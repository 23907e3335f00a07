"""Checks of a draft: no loops, no text of the rules, no markup, no foreign links.

An article can talk a model into anything. So every draft is checked while it is written, before its
verification.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator
from itertools import islice
from typing import Literal

from sourcebook.index.documents.sentences import sentence_spans

from .sanitizing import strip_chat_tokens

LEAK_WORDS = 6
"""Number of consecutive words that a draft may not share with the rules of the prompt."""

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_RUN = re.compile(r"(?P<run>.{1,60}?)(?P=run){3,}$", re.DOTALL)
_SHORTEST_LOOP = 24
"""Characters that a repeated run must have in all to be a loop; "ha ha ha ha" is too short."""

_LEAD = re.compile(
    r"^(?:according to the excerpts?,? |(?:the|these) excerpts? "
    r"(?:state|say|mention|indicate|show|suggest|explain|tell)s? that )",
    re.IGNORECASE,
)

_COMMENT = re.compile(r"<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style|iframe|svg|object)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*(?:>|$)|<![a-zA-Z][^<>]*>")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)?|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]*)\](?:\(\s*<?([^\s)>]*)[^)]*\)?|\[[^\]\d][^\]]*\])")
_REFERENCE = re.compile(r"^\s*\[[^\]]+\]:\s*\S+.*$", re.MULTILINE)
_URL = re.compile(
    r"<?\b(?:(?:https?|ftps?|file|wss?)\s*:\s*/{1,3}|(?:javascript|data|vbscript|mailto|tel)\s*:"
    r"(?=\S)|www\.)[^\s<>\"”“]*>?|(?<![\w@./])//[\w-]+(?:\.[\w-]+)+[^\s<>\"]*|"
    r"(?<![\w@/.])(?:[\w-]+\.)+[a-z]{2,12}/[^\s<>\"]*",
    re.IGNORECASE,
)

_UNFINISHED = re.compile(
    r"(?:!?\[[^\]\n]{0,300}|\]\([^)\n]{0,300}|<[^>\n]{0,300}|[^\s]+|"
    r"[^\S\n]+[.,;:!?]\W*)$"
)
"""The end of a draft that may still become markup, an address ("0" of "0.aa/"), or a mark with
words after it: at least the last word, until a space follows."""


def clean_draft(draft: str, allowed: Collection[str] = ()) -> str:
    """Return a draft as plain words, without markup, images and links; the words of a link stay.

    Args:
        draft: as the model wrote it.
        allowed: the addresses that stay, as text: the URLs of documents.
    """
    text = _COMMENT.sub(" ", draft)
    text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    text = _REFERENCE.sub(" ", _IMAGE.sub(" ", text))
    text = _LINK.sub(lambda m: _words_of_link(m, allowed), text)
    text = _URL.sub(lambda m: _address(m.group(), allowed), text)
    lines = [line for part in text.split("\n") if (line := strip_chat_tokens(part))]
    tidy = re.sub(r"\(\s*\)|\[\s*\]", " ", "\n".join(lines))
    return re.sub(r"[^\S\n]+([.,;:!?])(?=\s|$)", r"\1", tidy).strip()


def without_lead(draft: str) -> str:
    """Return a draft without the words by which a model speaks of its prompt: "The excerpts state
    that three times the stock is too much." """
    rest = _LEAD.sub("", draft, count=1)
    return rest[:1].upper() + rest[1:] if rest != draft else draft


def cut_loop(draft: str) -> tuple[str, bool]:
    """Return ``draft`` up to its first repetition, and whether there is one.

    A repetition is an equal sentence, or a run of characters four times at the end.
    """
    sentences: set[str] = set()
    for start, end in sentence_spans(draft):
        words = " ".join(_casefolded_words(draft[start:end]))
        closed = draft[end - 1] in '.!?…"”'
        if words and words in sentences and closed:
            return draft[:start].rstrip(), True
        sentences.add(words)
    match = _RUN.search(draft[-400:])
    if match and len(match.group()) >= _SHORTEST_LOOP:
        once = draft[: len(draft) - len(match.group())]
        again = once.endswith(match["run"].strip() or match["run"])
        return (once if again else once + match["run"]).rstrip(), True
    return draft, False


class DraftFilter:
    """A filter for the pieces of a draft that ends the draft at a loop or a leak.

    Words that may become a repetition of the rules wait until it is clear that they do not: a
    reader sees at most one word of the rules. Markup and addresses wait until they are complete and
    can be removed, as a page may render the pieces.

    Args:
        rules: the instructions of the prompt.
        source: the excerpts of the prompt, which the model may quote.
        most: the largest number of pieces.
        allowed: addresses that may stay.

    Attributes:
        text: the draft, without the repetitions of a loop; empty after a leak.
        fault: "loop" or "leak", None without either.
    """

    def __init__(self, rules: str, source: str, most: int, allowed: Collection[str] = ()) -> None:
        self.text = ""
        self.fault: Literal["loop", "leak"] | None = None
        self._rule_grams = _grams(rules, LEAK_WORDS) - _grams(source, LEAK_WORDS)
        self._beginnings = {
            gram[:size] for gram in self._rule_grams for size in range(2, LEAK_WORDS)
        }
        self._most = most
        self._allowed = allowed

    def pieces(self, stream: Iterator[str]) -> Iterator[str]:
        """Yield the text of ``stream`` that a reader may see, piece by piece."""
        visible = ""
        for piece in islice(stream, self._most):
            self.text += piece
            if self._find_fault():
                break
            if not self._may_become_a_leak():
                settled = _UNFINISHED.sub("", self.text)
                yield from self._new(settled, visible)
                visible = max(visible, clean_draft(settled, self._allowed), key=len)
        if isinstance(stream, Generator):
            stream.close()  # the model stops here
        yield from self._new(self.text, visible)

    def _new(self, text: str, visible: str) -> Iterator[str]:
        """Yield the clean form of ``text`` after the part that is ``visible`` already."""
        clean = clean_draft(text, self._allowed)
        if clean.startswith(visible) and len(clean) > len(visible):
            yield clean[len(visible) :]

    def _find_fault(self) -> bool:
        if _grams(self.text, LEAK_WORDS) & self._rule_grams:
            self.text, self.fault = "", "leak"
            return True
        cut, loops = cut_loop(self.text)
        if loops:
            self.text, self.fault = cut, "loop"
        return loops

    def _may_become_a_leak(self) -> bool:
        words = tuple(_casefolded_words(self.text[-200:]))
        return any(words[-size:] in self._beginnings for size in range(2, LEAK_WORDS))


def _words_of_link(match: re.Match[str], allowed: Collection[str]) -> str:
    words, url = match[1], match[2] or ""
    return f"{words} {url}" if url in allowed else words


def _address(address: str, allowed: Collection[str]) -> str:
    """Return an allowed address, else a space; the punctuation of the sentence after it stays."""
    url = address.strip("<>").rstrip(".,;:!?]}'’")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?")
    _, _, behind = address.rstrip(">").partition(url)
    return (url if url in allowed else " ") + behind


def _casefolded_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _grams(text: str, size: int) -> set[tuple[str, ...]]:
    words = _casefolded_words(text)
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}
