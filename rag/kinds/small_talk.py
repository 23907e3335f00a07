"""A greeting, thanks, or a question about the assistant: a short reply with what can be asked."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator

from sourcebook.index.library import Library
from sourcebook.index.search.overview import DocumentRow
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.suggestions import first_questions
from sourcebook.rag.verification.composing import compose, remark

from .inquiry import Inquiry
from .reader_language import ReaderLanguage, reader_language

SUGGESTIONS = 3
"""Questions to ask that a reply shows."""

_PATIENCE = 0.4
"""Seconds that finding a question in the articles may take before it is given up."""


_THANKS = re.compile(r"\b(?:thank(?:s| you)|thx|danke|dank|gracias|merci)\b", re.IGNORECASE)


class SmallTalk:
    """Greets back, and says what can be asked of this library."""

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the answer: nothing is looked up but questions to suggest."""
        library, words = inquiry.resources.library, _WORDS[reader_language(inquiry.question.text)]
        is_thanks = bool(_THANKS.search(inquiry.question.text))
        lines = [words["welcome" if is_thanks else "greeting"]]
        if len(library):
            lines += [words["lead"], *_suggestions(library, words)]
        else:
            lines.append(words["empty"])
        yield AnswerReady(inquiry.answer(compose(map(remark, lines)), 1.0))


def _suggestions(library: Library, words: dict[str, str]) -> list[str]:
    """Return questions about this library: those that its sentences answer, in English, else about
    its newest article, its most frequent author and its size."""
    questions: list[str] = []
    if words is _WORDS["en"]:  # as those made of sentences are
        questions = first_questions(library, SUGGESTIONS - 1, _stop_after(_PATIENCE), mode="bm25")
    rows = library.overview()
    authors = Counter(row.author for row in rows if row.author).most_common(1)
    own = [
        words["summary"].format(max(rows, key=_age).title),
        words["author"].format(authors[0][0]) if authors else words["newest"],
        words["count"],
    ]
    return [*questions, *own][:SUGGESTIONS]


def _age(row: DocumentRow) -> float:
    return row.published.timestamp() if row.published else -math.inf


def _stop_after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


_WORDS: dict[ReaderLanguage, dict[str, str]] = {
    "en": {
        "greeting": (
            "Hello! I answer questions from your articles and show the sentences that each answer "
            "comes from."
        ),
        "welcome": "You are welcome.",
        "lead": "You can ask for a fact, a list, a comparison or a summary, for example:",
        "empty": "There are no articles here yet: add some, then ask.",
        "summary": "Summarise “{}”.",
        "newest": "Which article is the newest?",
        "count": "How many articles are there?",
        "author": "What did {} write?",
    },
    "de": {
        "greeting": (
            "Hallo! Ich beantworte Fragen aus Ihren Artikeln und zeige die Sätze, aus denen die "
            "Antwort kommt."
        ),
        "welcome": "Gern geschehen.",
        "lead": (
            "Fragen Sie nach einer Tatsache, einer Liste, einem Vergleich oder einer "
            "Zusammenfassung, zum Beispiel:"
        ),
        "empty": "Hier sind noch keine Artikel: Fügen Sie welche hinzu, dann fragen Sie.",
        "summary": "Fasse „{}“ zusammen.",
        "newest": "Welcher Artikel ist der neueste?",
        "count": "Wie viele Artikel gibt es?",
        "author": "Was hat {} geschrieben?",
    },
}
