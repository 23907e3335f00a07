"""A text is checked against a library: each statement of it, by what verifies answers."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sourcebook.index.embedding.base import CachingEmbedder, Embedder
from sourcebook.index.errors import EmptyQuestion, QuestionTooLong
from sourcebook.index.library import Library
from sourcebook.rag.citation import Citation, Place
from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.reading import LANGUAGE_NAMES, read_in
from sourcebook.rag.translation import find_direction
from sourcebook.rag.verification import cite

from .judgement import judge
from .records import Contradiction, Statement, Verification
from .sources import find_sources, statement_evidence
from .splitting import Unit, split_units

LONGEST = 200_000
"""Characters of a text: some 1,500 sentences."""

_POINTING = re.compile(
    r"\W*(he|she|it|they|this|that|these|those|his|her|its|their|both|there)\b", re.IGNORECASE
)
"""The beginning of a sentence that leans on the one before it."""

_SHORT = 4
"""Content words. A shorter statement is looked for together with what leads to it."""

NOTHING_NEAR = "no article tells of it"


def verify(
    library: Library,
    text: str,
    *,
    embedder: Embedder | None = None,
    cancel: threading.Event | None = None,
) -> Verification:
    """Check a text by anybody against a library, sentence by sentence, without a language model.

    Args:
        library: the articles.
        text: plain or Markdown, at most ``LONGEST`` characters.
        embedder: one with the library's vectors that caches its own.
        cancel: when set, the check ends, and the rest of the text is left out.

    Returns:
        The statements with their verdicts and places; the same for the same text and library.

    Raises:
        EmptyQuestion, QuestionTooLong: before anything is done.
        LibraryError, ModelError: the library cannot be searched.
    """
    began = time.perf_counter()
    generation = library.generation
    numbering = _SourceNumbers()
    statements: list[Statement] = []
    for statement, places in verify_statements(library, text, embedder=embedder):
        statements.append(numbering.number(statement, places))
        if cancel is not None and cancel.is_set():
            break
    return Verification(
        tuple(statements), numbering.citations, generation, time.perf_counter() - began
    )


def verify_statements(
    library: Library, text: str, *, embedder: Embedder | None = None
) -> Iterator[tuple[Statement, tuple[Citation, ...]]]:
    """Yield each statement of a text as it is checked, with its places.

    Args:
        library, text, embedder: as for `verify`.

    Yields:
        A statement and its citations, numbered from 1 within the statement.

    Raises:
        EmptyQuestion, QuestionTooLong, LibraryError, ModelError: as `verify` does.
    """
    if not re.search(r"\w", text):
        raise EmptyQuestion("the text is empty: give the sentences to check")
    if len(text) > LONGEST:
        raise QuestionTooLong(
            f"the text has {len(text):,} characters, the limit is {LONGEST:,}: check it in parts"
        )
    languages = library.languages()
    main = max(languages, key=lambda code: languages[code], default="en")
    direction = find_direction(text[:2000], languages)
    foreign = None
    if direction:
        reader, articles = LANGUAGE_NAMES[direction.reader], LANGUAGE_NAMES[direction.articles]
        foreign = f"it is in {reader}, the articles are in {articles}"
    checker = _Checker(library, embedder or CachingEmbedder(library.embedder), foreign)
    units = split_units(text, direction.reader if direction else main)
    return read_in(main, (checker.check(text, unit) for unit in units))


class _Checker:
    """Checks one statement after the other against a library."""

    def __init__(self, library: Library, embedder: Embedder, foreign: str | None) -> None:
        self._library = library
        self._embedder = embedder
        self._foreign = foreign

    def check(self, text: str, unit: Unit) -> tuple[Statement, tuple[Citation, ...]]:
        """Return a part of a text with its verdict, and its places."""
        words = text[unit.start : unit.end]
        plain = Statement(words, unit.start, unit.end, "unchecked", note=unit.note)
        if unit.note:
            return plain, ()
        if self._foreign:
            return replace(plain, verdict="unsupported", note=self._foreign), ()
        sentence = ParsedSentence(unit.words)
        context = unit.lead if _leans(sentence) else ""
        query = f"{context} {unit.words}".strip()
        sources = find_sources(unit.words, self._library, self._embedder, query)
        if not sources:
            return replace(plain, verdict="unsupported", note=NOTHING_NEAR), ()
        vector = self._embedder.embed([unit.words])[0]
        own = statement_evidence(unit.words, unit.lead, vector)
        finding = judge(own, context, sources)
        places = finding.places
        numbers = {place: number for number, place in enumerate(places, 1)}
        statement = replace(
            plain,
            verdict=finding.verdict,
            citations=tuple(numbers[source.place] for source in finding.sources),
            support=finding.support,
            unsupported=finding.unsupported,
            contradictions=tuple(
                Contradiction(o.kind, o.words, o.source_words, numbers[o.source.place])
                for o in finding.objections
            ),
        )
        return statement, tuple(cite(numbers[place], item) for place, item in places.items())


def _leans(sentence: ParsedSentence) -> bool:
    """Whether a statement does not say by itself of what it speaks."""
    return bool(_POINTING.match(sentence.text)) or len(sentence.stems) < _SHORT


class _SourceNumbers:
    """The places of all statements, each numbered once."""

    def __init__(self) -> None:
        self._numbers: dict[Place, int] = {}
        self._citations: list[Citation] = []

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The places, by number."""
        return tuple(self._citations)

    def number(self, statement: Statement, places: Sequence[Citation]) -> Statement:
        """Return a statement with the numbers that its places have among all."""
        numbers: dict[int, int] = {}
        for citation in places:
            number = self._numbers.setdefault(citation.place, len(self._numbers) + 1)
            if number > len(self._citations):
                self._citations.append(replace(citation, number=number))
            numbers[citation.number] = number
        return replace(
            statement,
            citations=tuple(numbers[n] for n in statement.citations),
            contradictions=tuple(
                replace(c, citation=numbers[c.citation]) for c in statement.contradictions
            ),
        )
