"""Questions about the library itself: computed from its tables and its full text, by no model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from sourcebook.index.documents.words import count_words
from sourcebook.index.search.descriptions import Description
from sourcebook.index.search.filters import Filters
from sourcebook.rag.answer import Form
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.kinds.answer_kind import AnswerKind
from sourcebook.rag.kinds.inquiry import Inquiry
from sourcebook.rag.kinds.reader_language import reader_language
from sourcebook.rag.language.time import day_of
from sourcebook.rag.question import Kind, find_kind
from sourcebook.rag.verification.composing import Part, compose, remark

from .german import German
from .listing import items, line, names_of, one_line
from .naming import CERTAIN, Naming, find_named
from .parsing import read_requests
from .request import ALL, Request, Task
from .selecting import Choice, select, within_limits
from .slots import split_parts
from .wording import Wording

_OWN: tuple[Kind, ...] = ("library",)

LISTED, LISTED_WITH_COUNT = 30, 12
"""Documents that a list names, and that stand below their number."""


class LibraryFacts:
    """Answers how many articles there are, which mention a name, who wrote one, and the like."""

    def __init__(self, answer_kinds: Mapping[Kind, AnswerKind]) -> None:
        """Take the kinds that answer what turns out to be no question about the library."""
        self._others = answer_kinds

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the answer; nothing is searched and nothing is written by a model."""
        library = inquiry.resources.library
        if not len(library):
            yield AnswerReady(inquiry.refusal(None))
            return
        report = None if inquiry.has_passages else _Report.of(inquiry)
        if report is None:
            kind = find_kind(
                inquiry.question.standalone, without=_OWN, embedder=inquiry.resources.embedder
            )
            inquiry.take_for(kind)
            yield from self._others[kind].answer(inquiry)
            return
        yield AnswerReady(inquiry.answer(compose(report.parts), report.confidence))


class _NotAboutLibrary(Exception):
    """A request that names no document, or asks something else. ``documents``: whose text may tell
    what the library does not know of them."""

    def __init__(self, documents: Sequence[Description] = ()) -> None:
        super().__init__()
        self.documents = documents


class _Report:
    """The parts of an answer, request by request; each may speak of the documents of the last."""

    def __init__(self, inquiry: Inquiry, wording: Wording) -> None:
        self.parts: list[Part] = []
        self.confidence = CERTAIN
        self._library = inquiry.resources.library
        self._base = within_limits(self._library.descriptions(), inquiry.limits)
        self._wording = wording
        self._before: tuple[Description, ...] | None = None
        self._are_listed = False
        self._is_dated = False

    @classmethod
    def of(cls, inquiry: Inquiry) -> _Report | None:
        """Return the report on a question; None where it is none about the library."""
        question = inquiry.question
        is_german = reader_language(question.text) == "de"
        newest = inquiry.resources.library.contents().newest
        now = question.now or datetime.now().astimezone()
        requests = read_requests(question.standalone, now, newest, german=is_german)
        report = cls(inquiry, German() if is_german else Wording())
        try:
            earlier = len(split_parts(question.standalone)) - len(split_parts(question.text))
            for before, request in pairwise((None, *(requests or ()))):
                if before and request.part == earlier > before.part:
                    report.forget_parts()  # they answer an earlier turn
                report.add(request)
        except _NotAboutLibrary as other:
            if other.documents:
                ids = frozenset(document.id for document in other.documents)
                inquiry.limits = replace(inquiry.limits or Filters(), documents=ids)
            return None
        return report if report.parts else None

    def forget_parts(self) -> None:
        """Leave out what was said so far; the documents remain those that are spoken of."""
        self.parts.clear()
        self._are_listed = False

    def add(self, request: Request) -> None:
        """Add what a request asks for.

        Raises:
            _NotAboutLibrary: it asks for something else.
        """
        match request.task:
            case "count" | "list":
                self._add_choice(request)
            case "author" | "day" | "length":
                self._add_documents(request)
            case "authors" | "sources" | "languages" | "formats" | "years" | "months":
                choice = self._choose(request)
                if choice.documents:
                    self._add_shares(choice.documents, request.task)
                else:
                    self._add_count(choice)
            case "topics":
                self._add_choice(replace(request, task="list"))
            case "unknown":
                self.parts.append(remark(self._wording.unknown(request.unknown or "add")))
                if request.selection.days and self._choose(request).documents:
                    self._add_choice(request)

    # -- which and how many ----------------------------------------------------------------

    def _add_choice(self, request: Request) -> None:
        choice = self._choose(request)
        if choice.unnamed[1] and not request.is_plain:
            raise _NotAboutLibrary
        before, self._before = self._before, choice.documents
        self._is_dated = (
            choice.selection.order in ("newest", "oldest") and len(choice.documents) == 1
        )
        if choice.selection.order:
            self._add_best(choice)
        elif request.task == "list" and choice.selection.refers_back:
            if not (self._are_listed and before == choice.documents):
                self._add_items(choice, LISTED)
        elif request.task == "list" and choice.selection.is_open and choice.how == "any":
            self._add_titles(choice)
        else:
            self._add_count(choice)
            if not (choice.selection.is_open and choice.how == "any"):
                self._add_items(choice, LISTED if request.task == "list" else LISTED_WITH_COUNT)

    def _add_count(self, choice: Choice) -> None:
        self.parts.append(remark(self._wording.chosen(choice)))
        self._add_missed(choice)

    def _choose(self, request: Request) -> Choice:
        return select(request.selection, self._documents(request), self._library)

    def _documents(self, request: Request) -> Sequence[Description]:
        """Return the documents that a request chooses from."""
        selection = request.selection
        if self._before is not None and (selection.refers_back or not selection.noun):
            return self._before
        if selection.refers_back:
            raise _NotAboutLibrary
        return self._base

    def _add_best(self, choice: Choice) -> None:
        if not choice.documents and choice.undated:
            raise _NotAboutLibrary
        if not choice.documents:
            self._add_count(choice)
            return
        if len(choice.documents) == 1:
            (document,) = choice.documents
            said = self._wording.best(choice, one_line(document.title), self._value(choice))
            self.parts.append(line(said, [document], self._library, form="sentence"))
        else:
            self.parts.append(remark(self._wording.several(choice)))
            count = choice.selection.count
            self._add_items(choice, max(LISTED, count if count < ALL else 0))
        self._add_missed(choice)
        if choice.undated:
            self.parts.append(remark(self._wording.undated(choice)))

    def _add_missed(self, choice: Choice) -> None:
        """Say which words of the question did not limit the choice, as nothing here has them."""
        self.parts += [remark(said) for said in self._wording.missed(choice)]

    def _value(self, choice: Choice) -> str:
        """Return the day or the length for which a document was chosen."""
        document = choice.documents[0]
        if choice.selection.order == "added":
            return ""
        if choice.selection.order in ("newest", "oldest"):
            day = day_of(document.published)
            return self._wording.day(day) if day else ""
        return self._wording.words(count_words(self._library.document(document.id).text))

    def _add_titles(self, choice: Choice) -> None:
        self.parts.append(remark(self._wording.titles(len(choice.documents))))
        self._add_items(choice, LISTED)

    def _add_items(self, choice: Choice, limit: int) -> None:
        documents, library = choice.documents, self._library
        self.parts += items(documents[:limit], library, self._wording, choice.mentions)
        if len(documents) > limit:
            self.parts.append(remark(self._wording.more(len(documents) - limit)))
        self._are_listed = len(documents) <= limit

    # -- by whom and of when ---------------------------------------------------------------

    def _add_documents(self, request: Request) -> None:
        naming = self._name(request)
        if request.task == "day" and self._is_dated and naming.documents == self._before:
            return  # the day was said with the order
        self.confidence = min(self.confidence, naming.confidence)
        is_first, self._before = self._before is None, naming.documents
        say = {"author": self._say_author, "day": self._say_day}.get(request.task, self._say_length)
        if request.task == "day" and is_first and not any(d.published for d in naming.documents):
            raise _NotAboutLibrary(naming.documents)
        if request.task == "author" and len(naming.documents) > LISTED_WITH_COUNT:
            self._add_shares(naming.documents, "authors")
            return
        form: Form = "sentence" if len(naming.documents) == 1 else "item"
        for document in naming.documents[:LISTED]:
            self.parts.append(line(say(document), [document], self._library, form=form))
        if len(naming.documents) > LISTED:
            self.parts.append(remark(self._wording.more(len(naming.documents) - LISTED)))

    def _name(self, request: Request) -> Naming:
        documents = self._documents(request)
        if documents is not self._base:
            return Naming(self._choose(request).documents)
        naming = find_named(request, documents, self._library) or Naming(())
        if not naming.documents:
            raise _NotAboutLibrary
        return naming

    def _say_author(self, document: Description) -> str:
        authors = self._wording.join(document.authors)
        return self._wording.by(one_line(document.title), authors)

    def _say_day(self, document: Description) -> str:
        day = day_of(document.published)
        return self._wording.published(
            one_line(document.title), self._wording.day(day) if day else ""
        )

    def _say_length(self, document: Description) -> str:
        full_document = self._library.document(document.id)
        return self._wording.length(
            one_line(document.title), count_words(full_document.text), len(full_document.pages)
        )

    # -- all authors, all sources ----------------------------------------------------------

    def _add_shares(self, documents: Sequence[Description], task: Task) -> None:
        if task == "sources" and not any(names_of(document, task) for document in documents):
            task = "authors"
        shares: dict[str, list[Description]] = defaultdict(list)
        for document in documents:
            for name in names_of(document, task):
                shares[name].append(document)
        unnamed = sum(not names_of(document, task) for document in documents)
        lead = self._wording.shares(task, len(shares), len(documents), unnamed)
        self.parts.append(remark(lead))
        ranked = sorted(shares.items(), key=lambda share: (-len(share[1]), share[0]))
        for name, own in ranked[:LISTED]:
            said = self._wording.share(self._wording.language(name), len(own))
            self.parts.append(line(said, own[:1], self._library))
        if len(ranked) > LISTED:
            self.parts.append(remark(self._wording.more(len(ranked) - LISTED)))
