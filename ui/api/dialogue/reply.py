"""An answer as the text of a message, with the spans that its citations stand behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sourcebook.rag.answer import Answer, Citation
from sourcebook.rag.llm import LanguageModel
from sourcebook.ui.render.conflicts import conflict_sentence

__all__ = ["AssistantReply", "Span", "pieces_of", "reply_of", "shorten", "usage_of"]

_PIECE = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Span:
    """``reply.text[start:end]`` rests on a place; offsets count code points."""

    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class AssistantReply:
    """The text of a message: the answer's, then where its sources differ, or why it is refused.

    ``answer.text`` is its beginning, so that all offsets of the answer hold in it. ``finish`` says
    whether a limit of tokens or a stop word ended it.
    """

    answer: Answer
    text: str
    spans: tuple[Span, ...]
    finish: Literal["end", "stop", "length"] = "end"
    stop: str | None = None


def reply_of(answer: Answer) -> AssistantReply:
    """Return an answer as a message."""
    places = {citation.number: citation for citation in answer.citations}
    spans = [
        Span(sentence.start, sentence.end, places[number])
        for sentence in answer.sentences
        for number in sentence.citations
    ]
    text = answer.text
    for conflict in answer.conflicts:
        line = conflict_sentence(conflict)
        start = len(text) + 2
        text = f"{text}\n\n{line}"
        spans += [Span(start, len(text), citation) for citation in conflict.citations]
    if answer.abstained and answer.reason:
        text = f"{text}\n\n{answer.reason}"
    return AssistantReply(answer, text, tuple(spans))


def shorten(
    reply: AssistantReply,
    stops: Sequence[str],
    most: int | None,
    count_tokens: Callable[[str], int],
) -> AssistantReply:
    """Return a reply up to its first stop word, and of at most so many tokens.

    Citations of what is cut off are left out.

    Args:
        reply: the whole one.
        stops: words that end it and do not stand in it.
        most: tokens; None: no limit.
        count_tokens: of a text.
    """
    places = [(at, stop) for stop in stops if stop and (at := reply.text.find(stop)) >= 0]
    if places:
        at, stop = min(places)
        reply = replace(_cut(reply, at), finish="stop", stop=stop)
    if most is None or count_tokens(reply.text) <= most:
        return reply
    ends = [match.start() + len(match[0].rstrip()) for match in _PIECE.finditer(reply.text)]
    low, high = 0, len(ends)
    while low < high:  # the most words that fit
        middle = (low + high + 1) // 2
        if count_tokens(reply.text[: ends[middle - 1]]) <= most:
            low = middle
        else:
            high = middle - 1
    return replace(_cut(reply, ends[low - 1] if low else 0), finish="length", stop=None)


def _cut(reply: AssistantReply, end: int) -> AssistantReply:
    spans = tuple(span for span in reply.spans if span.end <= end)
    return replace(reply, text=reply.text[:end], spans=spans)


def pieces_of(text: str) -> Iterator[str]:
    """Yield a text word by word."""
    for match in _PIECE.finditer(text):
        yield match[0]


def usage_of(reply: AssistantReply, model: LanguageModel) -> tuple[int, int]:
    """Return the tokens that were read and written for a reply, as the model counts them."""
    prompt = reply.answer.record.get("prompt") or ()
    read = "\n".join(str(message["content"]) for message in prompt) or reply.answer.question
    return model.count_tokens(read), model.count_tokens(reply.text)
