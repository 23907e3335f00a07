"""What a draft may hold: no loops, nothing of the rules, no markup, no foreign links.

A model may have been talked into anything by what it read. So its words are checked as they come
and before they are verified, whatever they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterator
from itertools import islice
from typing import Literal

from sourcebook.index.documents.sentences import sentence_spans

from .sanitizing import strip_chat_tokens

LEAK_WORDS = 6
"""Words in a row that a draft may not share with the rules of the prompt."""

_WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*")
_RUN = re.compile(r"(?P<run>.{1,60}?)(?P=run){3,}$", re.DOTALL)
_SHORTEST_LOOP = 24
"""Characters that a run repeated must fill together to be a loop; "ha ha ha ha" is none."""

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
words behind it: at least its last word, until a space stands behind it."""


def clean_draft(draft: str, allowed: Collection[str] = ()) -> str:
    """``draft`` as words alone: markup, images and links out; of a link its words stay.

    An address stays, as text, when it is one of ``allowed`` (the URLs of documents).
    """
    text = _COMMENT.sub(" ", draft)
    text = _TAG.sub(" ", _SCRIPT.sub(" ", text))
    text = _REFERENCE.sub(" ", _IMAGE.sub(" ", text))
    text = _LINK.sub(lambda m: _words_of_link(m, allowed), text)
    text = _URL.sub(lambda m: _address(m.group(), allowed), text)
    lines = [line for part in text.split("\n") if (line := strip_chat_tokens(part))]
    tidy = re.sub(r"\(\s*\)|\[\s*\]", " ", "\n".join(lines))
    return re.sub(r"[^\S\n]+([.,;:!?])(?=\s|$)", r"\1", tidy).strip()


def cut_loop(draft: str) -> tuple[str, bool]:
    """``draft`` up to where it begins to repeat itself, and whether it does.

    A loop is a whole sentence said again, or a run of characters at the end four times over.
    """
    said: set[str] = set()
    for start, end in sentence_spans(draft):
        words = " ".join(_casefolded_words(draft[start:end]))
        closed = draft[end - 1] in '.!?…"”'
        if words and words in said and closed:
            return draft[:start].rstrip(), True
        said.add(words)
    match = _RUN.search(draft[-400:])
    if match and len(match.group()) >= _SHORTEST_LOOP:
        once = draft[: len(draft) - len(match.group())]
        again = once.endswith(match["run"].strip() or match["run"])
        return (once if again else once + match["run"]).rstrip(), True
    return draft, False


class DraftFilter:
    """Follows a draft as it comes and ends it where it must end.

    What could become a repetition of the rules is held back until it is none: of them never more
    than a word is seen.

    Markup and addresses are held back as well until they are whole and can be taken out: who shows
    the pieces may well render them.

    Args:
        rules: what the model was told; ``source`` what it was given to quote from.
        most: pieces that are taken at most.
        allowed: addresses that may be shown.

    ``text`` is the draft as written: without what a loop repeats, empty after a leak. ``fault``
    says which of the two it was, if one.
    """

    def __init__(self, rules: str, source: str, most: int, allowed: Collection[str] = ()) -> None:
        self.text = ""
        self.fault: Literal["loop", "leak"] | None = None
        self._told = _grams(rules, LEAK_WORDS) - _grams(source, LEAK_WORDS)
        self._beginnings = {gram[:size] for gram in self._told for size in range(2, LEAK_WORDS)}
        self._most = most
        self._allowed = allowed

    def pieces(self, stream: Iterator[str]) -> Iterator[str]:
        """What of ``stream`` may be shown, as it comes."""
        shown = ""
        for piece in islice(stream, self._most):
            self.text += piece
            if self._find_fault():
                break
            if not self._may_become_a_leak():
                whole = _UNFINISHED.sub("", self.text)
                yield from self._new(whole, shown)
                shown = max(shown, clean_draft(whole, self._allowed), key=len)
        if isinstance(stream, Generator):
            stream.close()  # the model stops here
        yield from self._new(self.text, shown)

    def _new(self, text: str, shown: str) -> Iterator[str]:
        """What is to be seen of ``text`` behind what is ``shown``."""
        clean = clean_draft(text, self._allowed)
        if clean.startswith(shown) and len(clean) > len(shown):
            yield clean[len(shown) :]

    def _find_fault(self) -> bool:
        if _grams(self.text, LEAK_WORDS) & self._told:
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


def _address(found: str, allowed: Collection[str]) -> str:
    """An address that is allowed, or nothing; the sentence's own marks behind it stay."""
    url = found.strip("<>").rstrip(".,;:!?]}'’")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?")
    _, _, behind = found.rstrip(">").partition(url)
    return (url if url in allowed else " ") + behind


def _casefolded_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _grams(text: str, size: int) -> set[tuple[str, ...]]:
    words = _casefolded_words(text)
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}
