"""The last question about another item: "And for a child?" after one about an adult's fare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.rag.language import Entity, content_stems, find_entities
from sourcebook.rag.language.time import times_in_question
from sourcebook.rag.language.word_lists import any_of, read_words

from .requests import add_words

_LIKE = 0.3
"""Cosine from which a word of the last question is of the same sort as the new item."""

_PREPOSITION = any_of(read_words("follow_ups/prepositions"))
_ARTICLE = (
    r"(?:the|an?|its|his|her|their|der|die|das|dem|den|des|eine?[rnms]?|el|la|los|las|un|una)"
)
_PIECE = re.compile(
    rf"^(?P<lead>(?:{_PREPOSITION}) )?(?P<article>{_ARTICLE} )?(?P<noun>.+)$", re.IGNORECASE
)
_OWN = re.compile(r"(?:its|his|her|their)\b", re.IGNORECASE)
_ONES = re.compile(
    rf"^(?:for |für )?(?:the ones?|those|that|one|ones|diejenigen|die|das|der)"
    rf"(?= (?:{_PREPOSITION}|who|that|which) )",
    re.IGNORECASE,
)
_ONE = re.compile(r"^(?P<which>.+?) ones?$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[-’'./][^\W_]+)*")
_AUXILIARIES = read_words("auxiliaries")
_EMPTY = _AUXILIARIES | read_words("question_words")
_ENDS = (
    rf"(?=,? (?:{_PREPOSITION}|and|or|und|oder|when|if|wenn|that|who|which"
    rf"|{any_of(_AUXILIARIES)})\b|[,;:?!.]*$|, )"
)


def exchange_item(rest: str, last: str, now: datetime, embedder: Embedder | None) -> str:
    """Return the last question with its item of the same sort exchanged, or the new one added.

    Args:
        rest: what a turn names, in pieces at commas: "for those on a concession, from June on".
        last: the question before, in a form that stands alone.
        now: the reader's clock, for times.
        embedder: tells which word of the last question is of the same sort; without it only a
            preposition, a name, a time or a number shows that.
    """
    for piece in re.split(r", (?=\w)", rest):
        last = _exchange_piece(piece.strip(), last, now, embedder)
    return last


def _exchange_piece(piece: str, last: str, now: datetime, embedder: Embedder | None) -> str:
    ones = _ONES.match(piece)
    if ones:
        return add_words(last, piece[ones.end() :])
    times = times_in_question(piece, now)
    if len(times) == 1 and (times[0].start, times[0].end) == (0, len(piece)):
        return _exchange_time(piece, last, now)
    new = _PIECE.match(piece)
    if not new:
        return add_words(last, f", {piece}")
    span = (
        _name_to_exchange(piece, new, last)
        or _number_to_exchange(new["noun"], last)
        or _same_noun_to_exchange(new["noun"], last)
        or _object_to_exchange(new, last, embedder)
        or _word_to_exchange(new, last, embedder)
    )
    if span is None:
        return add_words(last, f" {piece}" if new["lead"] else f", {piece}")
    start, end, keeps_article = span
    if _OWN.match(new["article"] or ""):
        return f"{last[:end]}’s {new['noun']}{last[end:]}"
    modifier = _ONE.match(new["noun"])
    noun = modifier["which"] if modifier else new["noun"]
    return f"{last[:start]}{'' if keeps_article else new['article'] or ''}{noun}{last[end:]}"


Span = tuple[int, int, bool]
"""Start and end of what is exchanged, and whether the article before it stays."""


def _exchange_time(rest: str, last: str, now: datetime) -> str:
    """The last question at another time."""
    before = times_in_question(last, now)
    if len(before) == 1:
        lead = re.match(r"(?:in|on|during|at|im|am) ", before[0].text, re.IGNORECASE)
        bare = not re.match(
            r"(?:in|on|during|at|since|before|after|until|between|from|by)\b", rest, re.I
        )
        new = (
            f"{lead.group()}{rest}"
            if lead and bare and not re.match(r"last|this|next", rest, re.I)
            else rest
        )
        lead_in = last[: before[0].start]
        if re.match(rf"(?:{_PREPOSITION}) ", new, re.IGNORECASE):  # "of 16 January", "in May"
            lead_in = re.sub(rf"\b(?:{_PREPOSITION}) $", "", lead_in, flags=re.IGNORECASE)
        return lead_in + new + last[before[0].end :]
    return add_words(last, f" {rest[0].lower() if rest[:2] in ('In', 'On') else rest[0]}{rest[1:]}")


def _name_to_exchange(piece: str, new: re.Match[str], last: str) -> Span | None:
    """The name for which another one stands; None where several could be exchanged."""
    names = find_entities(f": {piece}")
    if len(names) != 1 or names[0].name != new["noun"]:
        return None
    name, preposition = names[0], (new["lead"] or "").casefold()
    candidates = [e for e in find_entities(last) if e.last != name.last]
    if preposition:
        same = [
            e
            for e in candidates
            if last[: e.start].casefold().endswith((preposition, f"{preposition}the "))
        ]
    else:
        same = [e for e in _acting(candidates) if _is_alike(e, name)]
    if len(same) != 1:
        return None
    article = re.search(r"\bthe $", last[: same[0].start], re.IGNORECASE)
    return article.start() if article else same[0].start, same[0].end, False


def _acting(names: Sequence[Entity]) -> Sequence[Entity]:
    acting = [e for e in names if e.subject]
    return acting if len(acting) == 1 else names if len(names) == 1 else []


def _is_alike(old: Entity, new: Entity) -> bool:
    return "unknown" in (old.kind, new.kind) or (old.kind == "person") == (new.kind == "person")


def _number_to_exchange(noun: str, last: str) -> Span | None:
    """The words of the last question that are made as the new ones: "1.x" for "2.x", "version 4"
    for "version 3"."""
    if not re.search(r"\d", noun):
        return None
    words = _WORD.findall(noun)
    if len(words) == 1:
        same = [m for m in _WORD.finditer(last) if _shape(m.group()) == _shape(noun)]
    else:
        numbered = (r"\d[\w.]*\b" if re.match(r"\d", w) else re.escape(w) for w in words)
        same = list(re.finditer(rf"\b{' '.join(numbered)}", last, re.IGNORECASE))
    return (same[0].start(), same[0].end(), True) if len(same) == 1 else None


def _same_noun_to_exchange(noun: str, last: str) -> Span | None:
    """The noun that the new item ends with, and the word before it that tells which: "annual leave"
    for "sick leave"."""
    words = _WORD.findall(noun)
    matches = list(_WORD.finditer(last))
    stems = content_stems(words[-1]) if words else []
    places = [n for n, m in enumerate(matches) if stems and content_stems(m.group()) == stems]
    if len(words) < 2 or len(places) != 1:
        return None
    at = places[0]
    before = matches[at - 1].group().casefold() if at else ""
    tells_which = before and before not in STOP_WORDS and before not in _EMPTY
    start = matches[at - 1 if tells_which else at].start()
    article = re.search(r"\ban? $", last[:start], re.IGNORECASE)
    is_plural = words[-1].casefold() == f"{matches[at].group().casefold()}s"
    if article and is_plural:  # "ten visits" for "a single visit"
        start = article.start()
    return start, matches[at].end(), not is_plural


def _shape(word: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", word))


_IS_NUMBER = re.compile(r"\d[\w.]*")


def _object_to_exchange(new: re.Match[str], last: str, embedder: Embedder | None) -> Span | None:
    """What stands behind the same preposition in the last question."""
    if not new["lead"] or _IS_NUMBER.fullmatch(new["noun"]):
        return None  # "in 2.1" stands for no "in the attic"
    lead = re.escape(new["lead"].strip())
    pattern = re.compile(
        rf"\b{lead} (?P<item>(?:{_ARTICLE} )?\S+?(?: \S+?){{0,3}}?){_ENDS}", re.IGNORECASE
    )
    spans = [match.span("item") for match in pattern.finditer(last)]
    if len(spans) > 1 and embedder:
        cosines = _cosines(new["noun"], [last[s:e] for s, e in spans], embedder)
        spans = [spans[int(np.argmax(cosines))]]
    return (*spans[0], False) if len(spans) == 1 else None


def _word_to_exchange(new: re.Match[str], last: str, embedder: Embedder | None) -> Span | None:
    """The words of the last question that mean something of the same sort as the new item."""
    if embedder is None or re.match(r"(?:with|without|mit|ohne|sin|con)\b", new.group(), re.I):
        return None
    modifier = _ONE.match(new["noun"])
    noun = modifier["which"] if modifier else new["noun"]
    spans = _content_spans(last)
    if modifier:  # it stands before a noun, as what it is exchanged for does
        starts = {start for start, _ in spans}
        spans = [(start, end) for start, end in spans if end + 1 in starts]
        if noun.islower():  # no part of a name
            spans = [span for span in spans if last[slice(*span)].islower()]
    if noun[:1].isupper():  # a name, or a German noun
        spans = [span for span in spans if span[0] and last[span[0]].isupper()]
    if not spans:
        return None
    cosines = _cosines(noun, [last[start:end] for start, end in spans], embedder)
    best = int(np.argmax(cosines))
    return (*spans[best], True) if cosines[best] >= _LIKE else None


def _content_spans(text: str) -> list[tuple[int, int]]:
    """Runs of one to three words that tell something, in order."""
    words = list(_WORD.finditer(text))
    spans: list[tuple[int, int]] = []
    for first in range(len(words)):
        for last in range(first, min(first + 3, len(words))):
            word = words[last].group().casefold()
            if word in STOP_WORDS or word in _EMPTY:
                break
            spans.append((words[first].start(), words[last].end()))
    return spans


def _cosines(item: str, texts: Sequence[str], embedder: Embedder) -> list[float]:
    vectors = embedder.embed([item, *texts])
    return [float(vectors[0] @ vector) for vector in vectors[1:]]
