"""Which articles say so, by whom and of when: what the last answer rests on, in its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sourcebook.index.documents.bylines import find_author
from sourcebook.rag.answer import Answer, Citation, Sentence
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.language.time import day_of
from sourcebook.rag.question import Kind, find_kind
from sourcebook.rag.verification import Part, VerifiedDraft, compose

from .answer_kind import AnswerKind
from .inquiry import Inquiry


class CitedArticles:
    """Asks the last question again and names the articles that its answer cites.

    Args:
        kinds: answers the last question.
    """

    def __init__(self, kinds: Mapping[Kind, AnswerKind]) -> None:
        self._kinds = kinds

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the evidence, then the articles; a refusal of the last question stays one."""
        kind = find_kind(inquiry.question.standalone, embedder=inquiry.resources.embedder)
        for event in self._kinds[kind].answer(inquiry):
            if not isinstance(event, AnswerReady) or not event.answer.citations:
                yield event
            else:
                answer = event.answer
                yield AnswerReady(inquiry.answer(_articles(answer), answer.confidence))


def _articles(answer: Answer) -> VerifiedDraft:
    return compose([Part(_named(citation), (citation,)) for citation in answer.citations])


def _named(citation: Citation) -> Sentence:
    """The title, author and day of an article with the words that are cited from it."""
    document = citation.document
    day = day_of(document.published)
    published = f" ({day.day} {day:%B %Y})" if day else ""
    name = document.author or find_author(document.text)  # some texts name theirs themselves
    author = f", {name}" if name else ""
    text = f"{document.title}{author}{published}: “{' '.join(citation.quote.split())}”"
    return Sentence(text, 0, 0, (), 1.0, True, quoted=True, form="item")
