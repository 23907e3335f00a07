"""The main points of an article, of several, or of a topic: the sentences that carry it, quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import groupby

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.structure.context import context_at
from sourcebook.rag.answer import Form
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.time import day_of
from sourcebook.rag.language.word_lists import any_of, read_lines, read_words
from sourcebook.rag.refusal import NOTHING_FOUND
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.selection import (
    ARTICLE,
    BRIEF,
    TOPIC,
    Room,
    Subject,
    choose_diverse,
    embed_sentences,
    find_subjects,
    is_telling,
    preselect,
    score_for_topic,
    score_sentences,
    sentences_of,
    topic_terms,
)
from sourcebook.rag.verification import Part, compose, quote, remark

from .answer_kind import AnswerKind
from .inquiry import Inquiry

_SHARE, _LEAST, _MOST = 0.6, 1000, 2700
"""A summary whose length nobody said has this share of the characters, within these bounds. Of 38
requests over nine libraries the points of 18 stand in it; of 14 with .4, 700 and 1800."""

_MOST_SENTENCES = 25

PASSAGES = 16
"""Passages that a topic is read from."""

MOST_ARTICLES = 5

_BEGINNING = 6
"""Sentences of each article of which one is quoted where all are summed up."""

_NEARLY = 0.8
"""Part of the best passage's cosine that another needs to be about the same."""

_TOPIC_PASSAGES = 8
"""Passages of which the summary of a topic quotes."""

_NAMED = 0.3
"""Share of the request's words that the names and headings of an article have which is meant."""

_LIKE_BEST, _LIKE_BEST_OF_SEVERAL = 0.99, 0.75
"""An article with this part of the best one's share may be meant as well; where the request names
"the articles", "the reports"."""

_MANY_CAPITALS = 0.25
"""Share of capital words of a request in German, or all in capitals."""

_SEVERAL = re.compile(rf"\b(?:{any_of(read_words('summary/several'))})\b", re.IGNORECASE)

_FITS, _NEAR = 0.45, 0.45
"""Share of the request's words that an article has which is about it, and cosine of a passage that
is about it in other words. Of 15 requests of six libraries that are about an article all are at or
above one of them, of 10 others none."""

_COUNT = re.compile(
    r"\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|zwei|drei|vier|fünf|sechs|sieben"
    r"|acht|zehn)\s+(?:\w+\s)?(?:bullet|point|sentence|line|item|thing|fact|takeaway|punkt|stichpunkt"
    r"|sätze|satz|zeile)",
    re.IGNORECASE,
)
_NUMBER_WORDS = (
    *("one", "two zwei", "three drei", "four vier", "five fünf", "six sechs", "seven sieben"),
    *("eight acht", "nine neun", "ten zehn"),
)
_NUMBERS = {word: n for n, words in enumerate(_NUMBER_WORDS, 1) for word in words.split()}


class Summary:
    """Answers with the sentences that carry what is to be summed up, each quoted.

    Args:
        otherwise: answers a question that no article as a whole is about.
    """

    def __init__(self, otherwise: AnswerKind) -> None:
        self._otherwise = otherwise

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the sentences as evidence, then the answer."""
        library = inquiry.resources.library
        hits = inquiry.find_hits(PASSAGES)
        if not hits:
            yield inquiry.show(())
            yield AnswerReady(inquiry.refusal(NOTHING_FOUND if len(library) else None))
            return
        request = inquiry.question.standalone
        limited = inquiry.has_passages or inquiry.limits is not None
        subjects = find_subjects(library, request, hits, beyond_hits=not limited)
        evidence, share = self._choose(inquiry, subjects, hits)
        if not evidence:
            yield from self._otherwise.answer(inquiry)
            return
        yield inquiry.show(evidence)
        yield AnswerReady(inquiry.answer(compose(_parts(evidence)), share))

    def _choose(
        self, inquiry: Inquiry, subjects: Sequence[Subject], hits: Sequence[Hit]
    ) -> tuple[list[Evidence], float]:
        """Return the carrying sentences and how sure it is that they are of what was asked."""
        request, library = inquiry.question.standalone, inquiry.resources.library
        if not topic_terms(request) and len(subjects) > 1:
            return _first_sentences(inquiry, [subject.document for subject in subjects]), 0.9
        if not subjects or not _is_about(request, subjects, hits):
            return [], 0.0
        names = _names_in(request)
        named = _named(subjects, request) if topic_terms(request) else subjects[:1]
        named = [subject for subject in named if not names & subject.missing]
        if not named:
            return self._telling_of(inquiry, hits[:_TOPIC_PASSAGES]), 0.5
        sentences: list[Evidence] = []
        for subject in named:
            inside = subject.sections
            sentences += [
                sentence
                for sentence in sentences_of(library, subject.document)
                if not inside or any(a <= sentence.start < b for a, b in inside)
            ]
        return self._carrying(inquiry, sentences, is_topic=len(named) > 1), 0.9

    def _telling_of(self, inquiry: Inquiry, hits: Sequence[Hit]) -> list[Evidence]:
        """Return the sentences of passages that tell most of the request, article by article."""
        nearest = max(hit.dense or 0.0 for hit in hits)
        near = [hit for hit in hits if (hit.dense or 0.0) >= _NEARLY * nearest]
        telling = [sentence for sentence in inquiry.rank(near) if is_telling(sentence)]
        if not telling:
            return []
        request, embedder = inquiry.question.standalone, inquiry.resources.embedder
        embedded = embed_sentences(telling, request, embedder)
        scores = score_for_topic(embedded, embedder.embed([request])[0])
        groups = [sentence.passage_id for sentence in embedded]
        selection = choose_diverse(embedded, scores, _room(request, telling), groups, spread=0.0)
        first = {s.document.id: n for n, s in reversed(list(enumerate(embedded)))}
        return sorted(selection, key=lambda s: (first[s.document.id], s.start))

    def _carrying(
        self, inquiry: Inquiry, sentences: Sequence[Evidence], *, is_topic: bool
    ) -> list[Evidence]:
        telling = preselect([sentence for sentence in sentences if is_telling(sentence)])
        if not telling:
            return []
        request = inquiry.question.standalone
        topic = request if is_topic else f"{telling[0].document.title}. {request}"
        embedded = embed_sentences(telling, topic, inquiry.resources.embedder)
        room = _room(request, telling)
        weights = BRIEF if room.sentences == 1 else TOPIC if is_topic else ARTICLE
        groups = [_section_of(sentence) for sentence in embedded]
        scores = score_sentences(embedded, weights)
        return choose_diverse(embedded, scores, room, groups)


def wanted_room(request: str, characters: int) -> Room:
    """Return how long a summary is.

    Args:
        request: may say so: "in five points", "briefly".
        characters: of all that it may be made of.
    """
    if match := _COUNT.search(request):
        word = match[1].casefold()
        count = int(word) if word.isdigit() else _NUMBERS[word]
        return Room(max(1, min(count, _MOST_SENTENCES)), 10 * _MOST)
    usual = min(max(_SHARE * characters, _LEAST), _MOST)
    factor = next((factor for pattern, factor in _lengths() if pattern.search(request)), 1.0)
    return Room(_MOST_SENTENCES if factor else 1, round(usual * factor))


def _room(request: str, telling: Sequence[Evidence]) -> Room:
    return wanted_room(request, sum(len(sentence.text) for sentence in telling))


@cache
def _lengths() -> tuple[tuple[re.Pattern[str], float], ...]:
    lines = (line.rpartition(" = ") for line in read_lines("summary/lengths"))
    return tuple((re.compile(pattern, re.IGNORECASE), float(n)) for pattern, _, n in lines)


def _named(subjects: Sequence[Subject], request: str) -> list[Subject]:
    """Return the articles that the request names: the best, and those that it fits as well."""
    best = subjects[0]
    if best.name_share < _NAMED:
        return []
    several = _SEVERAL.search(request) is not None
    least = (_LIKE_BEST_OF_SEVERAL if several else _LIKE_BEST) * best.share
    alike = [s for s in subjects if s.share >= least and s.name_share >= _NAMED]
    return alike[:MOST_ARTICLES]


def _first_sentences(inquiry: Inquiry, documents: Sequence[Document]) -> list[Evidence]:
    """Return a sentence of the beginning of each article, the newest article first."""
    library, embedder = inquiry.resources.library, inquiry.resources.embedder
    newest = sorted(documents, key=lambda d: day_of(d.published) or date.min, reverse=True)
    selection: list[Evidence] = []
    for document in newest:
        telling = [s for s in sentences_of(library, document) if is_telling(s)][:_BEGINNING]
        if telling:
            embedded = embed_sentences(telling, document.title, embedder)
            selection.append(embedded[int(score_sentences(embedded, BRIEF).argmax())])
    return selection


def _is_about(request: str, subjects: Sequence[Subject], hits: Sequence[Hit]) -> bool:
    """Return whether some article is about what a request names: its names and numbers stand in it,
    and most of its other words, or a passage is near to it."""
    terms = topic_terms(request)
    marks = _names_in(request) | {term for term in terms if any(map(str.isdigit, term))}
    if marks and all(marks & subject.missing for subject in subjects):
        return False
    nearest = max((hit.dense or 0.0 for hit in hits), default=0.0)
    return not terms or subjects[0].share >= _FITS or nearest >= _NEAR


def _names_in(request: str) -> set[str]:
    """Return the words of the proper names of a request, as `topic_terms` has them; none where
    every noun has a capital, as in German."""
    sentence = ParsedSentence(request)
    names = " ".join(name.text for name in sentence.names if not name.is_month)
    capitals = len(sentence.names) / (len(request.split()) or 1)
    return set(topic_terms(names)) if capitals < _MANY_CAPITALS else set()


def _section_of(sentence: Evidence) -> tuple[str, str]:
    return sentence.document.id, " › ".join(
        context_at(sentence.document.blocks, sentence.start)[:2]
    )


def _parts(evidence: Sequence[Evidence]) -> list[Part]:
    articles = [list(group) for _, group in groupby(evidence, key=lambda item: item.document.id)]
    parts: list[Part] = []
    for sentences in articles:
        if len(articles) > 1:
            parts.append(remark(sentences[0].document.title, form="heading"))
        form: Form = "item" if len(evidence) > 3 else "sentence"
        parts += [quote(sentence, form=form) for sentence in sentences]
    if len(articles) > 1:
        parts.append(remark(f"Quoted from {len(articles)} articles."))
    return parts
