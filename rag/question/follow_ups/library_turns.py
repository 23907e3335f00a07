"""A turn about the documents that the last question asked the library for: "Who wrote them?"."""

from __future__ import annotations

import re

from sourcebook.rag.question.kind import find_kind
from sourcebook.rag.question.turns import Turn

_AND = re.compile(r"^\W*(?:(?:and|but|so|ok(?:ay)?|also|then|und|aber)\b,? )*", re.IGNORECASE)
_OF_THE_SAME = re.compile(
    r"(?:who|when|which|what|how many|(?:by|of) wh?(?:om|ich)|list|name|show(?: me)?|wer|wann"
    r"|welche\w*|wie viele|von wem|nenne|was)\b.*\b(?:them|they|these|those|it|their|its|ones?"
    r"|davon|deren|ihnen|sie|er|es|ihn|das|ihre)\b"
    r"|(?:who|which|when|wer|wann|welche)(?: ones)?$"
    r"|(?:which|what|welche\w*) (?:one )?(?:is|was|ist|war) (?:the|der|die|das) \w+$"
    r"|how many (?:mention|are (?:by|from|about)|were (?:written|published))\b",
    re.IGNORECASE,
)
_OF_DOCUMENTS = re.compile(
    r"\b(?:wrote|written|sent|authors?|published|dated|appear(?:ed)?|c[oa]me out|titles?|called"
    r"|newest|latest|oldest|longest|shortest|mention\w*|which ones?|of (?:them|these|those)"
    r"|how many|geschrieben|verfasst|autor\w*|erschienen|veröffentlicht|titel|heißen|heißt"
    r"|neueste\w*|älteste\w*|längste\w*|kürzeste\w*|erwähn\w*|davon|welche)\b"
    r"|^(?:who|which|when|wer|wann)$",
    re.IGNORECASE,
)


def ask_of_the_same(question: str, turn: Turn) -> str | None:
    """Return a question about the documents of the last one, with that one before it; None where
    the last question was none about the library, or this one asks for something else.

    Args:
        question: the turn, in one line.
        turn: the last one, its question in a form that stands alone.
    """
    text = _AND.sub("", question).strip(" ?!.")
    if not _OF_THE_SAME.match(text) or not _OF_DOCUMENTS.search(text):
        return None
    if find_kind(turn.question) != "library":
        return None
    return f"{turn.question.rstrip(' ?!.')}, and {text[:1].lower()}{text[1:]}?"
