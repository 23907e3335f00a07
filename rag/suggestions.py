"""Questions that the articles can answer, made from their sentences by rules.

"Wendy Sherman received Sergei Ryabkov at the mission." is turned into "Who received Sergei Ryabkov
at the mission?", and "Kirby said that Russia ..." into "What did John Kirby say about Russia?". A
question stays if a search for it finds its sentence and the sentence has the type of answer that it
asks for. No language model is involved: the same library gives the same questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sourcebook.index.documents.records import Document
from sourcebook.index.documents.sentences import block_sentences
from sourcebook.index.library import Library
from sourcebook.index.search.filters import Mode
from sourcebook.rag.language import Entity, content_stems, find_entities
from sourcebook.rag.language.word_lists import read_words
from sourcebook.rag.question import matches_answer_type

from .answer import Answer

__all__ = ["QuestionIdea", "first_questions", "next_questions", "questions_of"]

FIRST, NEXT = 4, 3
"""Number of suggestions before the first question, and after an answer."""

_DOCUMENTS = 300
"""Number of documents to read; the suggestions are about the newest of them."""

_NEWEST = 40
_SENTENCES = 60
"""Sentences to read in one document, from its beginning or around a citation."""

_CHECKS = 40
"""The largest number of searches for one set of suggestions."""

_FOUND_AMONG = 5
_RELATED = 6
_ALIKE = 0.6
"""Share of words from which two questions are the same."""

_IRREGULAR = read_words("irregular_pasts")
_SPEAKING = read_words("clause_verbs")
_WITHOUT_OBJECT = _SPEAKING | read_words("verbs_without_object")
# Words that refer to another sentence, or join more than one question can ask for.
_LEANING = re.compile(
    r"\b(he|she|it|they|him|them|his|her|hers|its|their|theirs|we|us|our|i|me|my|you|your|this|that"
    r"|these|those|there|here|former|latter|one|other|others|another|such|also|too|both|and|yesterday"
    r"|today|tomorrow)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[,;:–—(]| (?:that|which|who|whom|whose|because|while|when|where|after|before|although|though"
    r"|but|as|if|unless|until|since|whether|so)\b"
)
_APPOSITION = re.compile(r",[^,.;:]{3,80},")
_VERB = re.compile(r" (?P<verb>[a-z]+)\b")


@dataclass(frozen=True, slots=True)
class QuestionIdea:
    """A question and the sentence behind it: ``document.text[start:end]``."""

    question: str
    document: Document
    start: int
    end: int


def first_questions(
    library: Library,
    count: int = FIRST,
    stop: Callable[[], bool] = lambda: False,
    *,
    mode: Mode = "hybrid",
) -> list[str]:
    """Return at most ``count`` first questions, about different articles, the newest first.

    There are fewer when the articles do not give as many, or when ``stop`` returns True. It makes
    up to 40 searches in ``mode``: by words alone they need no model.

    Raises:
        LibraryError, ModelError: the library cannot be searched.
    """
    documents = sorted(islice(library.documents(), _DOCUMENTS), key=_age)[:_NEWEST]
    sources = [questions_of(document, _first_sentences(document)) for document in documents]
    return _choose(library, _round_robin(sources), count, stop=stop, one_each=True, mode=mode)


def next_questions(
    library: Library,
    answer: Answer,
    earlier_questions: Iterable[str] = (),
    count: int = NEXT,
    stop: Callable[[], bool] = lambda: False,
) -> list[str]:
    """Return at most ``count`` questions to ask after ``answer``.

    They are about sentences near its citations, or near the closest sentences of a refusal, then
    about other passages of a search. None repeats one of ``earlier_questions``.

    Raises as `first_questions`.
    """
    places = answer.places or answer.nearest
    first_places = {place.document.id: place for place in reversed(places)}
    cited_quotes = {(place.document.id, place.quote) for place in places}
    near = [(place.document, place.start) for place in first_places.values()]
    hits = library.search(answer.standalone_question, _RELATED)
    near += [(h.document, h.passage.start) for h in hits if h.document.id not in first_places]
    candidates = (
        item
        for document, start in near
        for item in questions_of(document, _sentences_around(document, start))
        if (document.id, document.text[item.start : item.end]) not in cited_quotes
    )
    earlier = [*earlier_questions, answer.question, answer.standalone_question]
    return _choose(library, candidates, count, earlier=earlier, stop=stop)


def _age(document: Document) -> tuple[bool, float, str]:
    moment: datetime | None = document.published
    return (moment is None, -moment.timestamp() if moment else 0.0, document.id)


def _round_robin(sources: Sequence[Iterator[QuestionIdea]]) -> Iterator[QuestionIdea]:
    remaining = list(sources)
    while remaining:
        for source in list(remaining):
            candidate = next(source, None)
            if candidate is None:
                remaining.remove(source)
            else:
                yield candidate


def _choose(
    library: Library,
    candidates: Iterable[QuestionIdea],
    count: int,
    *,
    earlier: Sequence[str] = (),
    stop: Callable[[], bool],
    one_each: bool = False,
    mode: Mode = "hybrid",
) -> list[str]:
    """Return the first ``count`` with an answer, all different, and none among ``earlier``."""
    chosen_candidates: list[QuestionIdea] = []
    checks = 0
    for candidate in candidates:
        if len(chosen_candidates) == count or checks == _CHECKS or stop():
            break
        if one_each and candidate.document.id in {c.document.id for c in chosen_candidates}:
            continue
        questions = [*earlier, *(other.question for other in chosen_candidates)]
        if any(_is_alike(candidate.question, other) for other in questions):
            continue
        checks += 1
        if _is_answered(library, candidate, mode):
            chosen_candidates.append(candidate)
    return [candidate.question for candidate in chosen_candidates]


def _is_answered(library: Library, candidate: QuestionIdea, mode: Mode) -> bool:
    sentence = candidate.document.text[candidate.start : candidate.end]
    if not matches_answer_type(candidate.question, sentence):
        return False
    return any(
        hit.document.id == candidate.document.id
        and hit.passage.start <= candidate.start
        and candidate.end <= hit.passage.end
        for hit in library.search(candidate.question, _FOUND_AMONG, mode=mode)
    )


def _is_alike(question: str, earlier: str) -> bool:
    first, second = set(content_stems(question)), set(content_stems(earlier))
    return len(first & second) > _ALIKE * min(len(first), len(second))


def _first_sentences(document: Document) -> list[tuple[int, int]]:
    # Enough text for these sentences, so that a long book is not split as a whole.
    return _prose(document, 0, _SENTENCES * 200)[:_SENTENCES]


def _sentences_around(document: Document, place: int) -> list[tuple[int, int]]:
    """Return the bounds of the sentences around a place, the nearest first."""
    reach = _SENTENCES * 100
    begin = max(0, place - reach)
    if begin:
        begin = document.text.find("\n", begin, place) + 1 or begin
    spans = _prose(document, begin, place + reach)
    return sorted(spans, key=lambda span: abs(span[0] - place))[:_SENTENCES]


def _prose(document: Document, start: int, end: int) -> list[tuple[int, int]]:
    """Return the bounds of the sentences of prose in a part of a document: no heading, row of a
    table or code."""
    return [
        (sentence.start, sentence.end)
        for sentence in block_sentences(document, start, end)
        if sentence.kind in ("paragraph", "item", "quote")
    ]


def questions_of(document: Document, spans: Sequence[tuple[int, int]]) -> Iterator[QuestionIdea]:
    """Yield the questions that the rules can make from the sentences at ``spans``."""
    people = _full_names(document)
    for start, end in spans:
        sentence = document.text[start:end]
        question = _question(sentence, people)
        if question:
            yield QuestionIdea(question, document, start, end)


def _full_names(document: Document) -> dict[str, str]:
    """Map the last names of the persons in the first sentences to their full names."""
    # Sentence by sentence: the time of `find_entities` grows with the square of the length.
    sentences = (document.text[slice(*span)] for span in _first_sentences(document))
    entities = (e for sentence in sentences for e in find_entities(sentence))
    return {e.last: e.name for e in entities if e.kind == "person" and 1 < len(e.name.split()) < 4}


def _question(sentence: str, people: dict[str, str]) -> str | None:
    """Return the question that a sentence answers; None if no rule fits."""
    words = sentence.split()
    if not 6 <= len(words) <= 40 or "\n" in sentence or sentence[-1:] not in '.”"':
        return None
    entities = find_entities(sentence)
    return _who_did_it(sentence, entities, people) or _what_did_they_say(sentence, entities, people)


def _what_did_they_say(
    sentence: str, entities: Sequence[Entity], people: dict[str, str]
) -> str | None:
    """Return the question for a sentence that reports a speaker's words about a named topic."""
    for speaker in entities:
        name = people.get(speaker.last)
        behind = _VERB.match(sentence[speaker.end :])
        if not behind or behind["verb"] not in _SPEAKING or speaker.owns or not name:
            continue
        if speaker.name.casefold() not in (name.casefold(), speaker.last):
            continue
        topic = next((e for e in entities if _is_topic(e) and e.name not in name), None)
        if topic:
            return f"What did {name} say about {_with_article(sentence, topic)}?"
    return None


def _is_topic(entity: Entity) -> bool:
    is_named_body = entity.kind in ("country", "organisation", "place") and not entity.owns
    return is_named_body and not re.search(r"(?:an|ese|ish)s?$", entity.name)


def _with_article(sentence: str, entity: Entity) -> str:
    """Return the name with its article, if the sentence has one: "the Kremlin"."""
    before = sentence[: entity.start]
    return f"the {entity.name}" if re.search(r"\bthe $", before, re.IGNORECASE) else entity.name


def _who_did_it(sentence: str, entities: Sequence[Entity], people: dict[str, str]) -> str | None:
    """Return the question for the subject of a sentence, without the clauses after it."""
    subject = entities[0] if entities else None
    if subject is None or subject.owns or sentence[: subject.start] not in ("", "The "):
        return None
    behind = sentence[subject.end :].removesuffix(".")
    apposition = _APPOSITION.match(behind)
    behind = behind[apposition.end() :] if apposition else behind
    verb = _VERB.match(behind)
    if verb is None or not _takes_an_object(verb["verb"]):
        return None
    remainder = behind[verb.end() :]
    end = _ENDS.search(remainder)
    object_ = remainder[: end.start()] if end else remainder
    if (
        not 2 <= len(object_.split()) <= 14
        or _LEANING.search(object_)
        or not _has_name_or_number(object_)
    ):
        return None
    if subject.kind == "country":
        return f"Which country {verb['verb']}{object_}?"
    if subject.kind == "person" or subject.last in people:
        return f"Who {verb['verb']}{object_}?"
    return None


def _takes_an_object(verb: str) -> bool:
    past = verb in _IRREGULAR or re.fullmatch(r"\w{2,}ed", verb)
    return bool(past) and verb not in _WITHOUT_OBJECT


def _has_name_or_number(text: str) -> bool:
    """Whether ``text`` has a name or a number: without one a question is too general."""
    return bool(re.search(r"\d", text) or find_entities(f"x{text}"))
