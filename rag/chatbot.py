"""ask() and stream(): the only orchestration.

question -> hits -> evidence -> probability -> draft -> verified answer -> conflicts
"""

from __future__ import annotations

import contextlib
import copy
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from ..index.documents import Hit
from ..index.embedding import CachingEmbedder
from ..index.library import Library
from ..index.search import Filters
from . import abstention, prompts, reasons
from .abstention import answers
from .answer import Answer, AnswerReady, Event, EvidenceFound, TextDelta, Timings, Turn
from .calibration import Signals, load_calibration
from .checks import addresses, check_odds, is_gone, verify_written
from .citations import Verified, cite, without_unsupported
from .conflicts import POOL, find_conflicts
from .drafts import Guard
from .evidence import Evidence, as_shown, embedded, rank_preferred, with_neighbours
from .llm import LanguageModel
from .models import make_language_model
from .question import Question, understand
from .record import Made, asked_with, make_record
from .retrieval import as_of, newest_first, preference, retrieve, wants_newest
from .settings import Settings
from .wording import in_the_articles_words

REFUSAL = "Your articles do not answer this."
EMPTY = "There are no articles to answer from yet."
NEAREST = 3
"""Sentences shown when nothing answers."""


class Chatbot:
    """Answers questions from a library, each sentence with its sources.

        chatbot = Chatbot(Library.open("news.library"))
        answer = chatbot.ask("How long did the talks last?")

    Cheap to make; models load on first use. One question at a time reaches the model.
    """

    def __init__(
        self,
        library: Library,
        *,
        model: LanguageModel | None = None,
        settings: Settings | None = None,
    ) -> None:
        self.library = library
        self.settings = settings or Settings.load()
        self.calibration = load_calibration(self.settings.calibration)
        self.embedder = CachingEmbedder(library.embedder)
        self.model = model or make_language_model(self.settings)
        self._getting_ready: threading.Thread | None = None

    def with_settings(self, settings: Settings) -> Self:
        """The same, answering by other ``settings``: with the same library and the same model,
        whatever they say of the model. Answers under way go on as they began."""
        other = copy.copy(self)
        other.settings = settings
        other.calibration = load_calibration(settings.calibration)
        return other

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
    ) -> Answer:
        """The answer to ``question``.

        ``ignore``: keys of `Answer.filters` that the question is asked again without. ``now``: the
        reader's clock, time-zone aware; by default this machine's.

        Raises:
            EmptyQuestion, QuestionTooLong: before anything is done.
            LibraryError, ModelError: the library cannot be read, a model cannot run.
        """
        return _last(
            self.stream(question, history=history, filters=filters, ignore=ignore, now=now)
        )

    def answer_from(
        self, question: str, hits: Sequence[Hit], *, history: Sequence[Turn] = ()
    ) -> Answer:
        """The answer from passages that are given instead of searched. Raises as ``ask``."""
        return _last(self.stream_from(question, hits, history=history))

    def stream_from(
        self,
        question: str,
        hits: Sequence[Hit],
        *,
        history: Sequence[Turn] = (),
        cancel: threading.Event | None = None,
    ) -> Iterator[Event]:
        """The events of an answer from passages that are given. Ends and raises as ``stream``."""
        made = Made(
            understand(question, history), asked_with(history, None, given=True), tuple(hits)
        )
        return self._answer(made, time.perf_counter(), cancel)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        cancel: threading.Event | None = None,
        ignore: Collection[str] = (),
        now: datetime | None = None,
    ) -> Iterator[Event]:
        """Evidence first, then the draft as it is written, at the end the verified answer.

        Always ends with `AnswerReady`, also when ``cancel`` was set (``answer.stopped``).
        ``ignore`` and ``now`` as in ``ask``. Raises as ``ask``.
        """
        began = time.perf_counter()
        understood = understand(question, history, self.library.contents(), now, ignore)
        self._get_model_ready()
        hits, understood = retrieve(
            self.library, understood, self.settings.hits, filters, self.embedder
        )
        made = Made(understood, asked_with(history, filters, given=False), tuple(hits))
        yield from self._answer(made, began, cancel)

    def warm_up(self) -> None:
        """Load both models now, side by side. Raises ModelError."""
        self._get_model_ready()
        self.library.embedder.embed(["ready"])
        self.model.load()

    def _get_model_ready(self) -> None:
        """Begin to load the language model while the question is looked up."""
        if self._getting_ready is None:
            self._getting_ready = threading.Thread(target=self._read_ahead, daemon=True)
            self._getting_ready.start()

    def _read_ahead(self) -> None:
        # Whatever fails here fails again where someone waits for it, and is told there.
        with contextlib.suppress(Exception):
            self.model.read_ahead(prompts.system_prompt())

    def _answer(self, made: Made, began: float, cancel: threading.Event | None) -> Iterator[Event]:
        def elapsed() -> float:
            return time.perf_counter() - began

        question, hits = made.question, made.hits
        retrieved = elapsed()
        generation = self.library.generation
        needed = abstention.threshold(self.settings)
        ranked = rank_preferred(
            question.standalone, hits, self.embedder, preference(question, hits)
        )
        chosen = with_neighbours(ranked)
        chosen = newest_first(chosen) if wants_newest(question) else chosen
        found = elapsed()
        yield EvidenceFound(
            tuple(cite(number, item) for number, item in enumerate(as_shown(chosen), 1)),
            tuple(hits),
        )
        if not chosen:
            timings = Timings(retrieved, found, None, elapsed())
            none = reasons.NOTHING_FOUND if len(self.library) else None
            yield AnswerReady(self._refusal(made, 0.0, timings, None, why=none))
            return
        made, evidence = self._for_the_model(made, chosen)
        log_odds = self.model.yes_log_odds(made.probe, cancel=cancel)
        check_odds(log_odds, self.model)
        signals = abstention.signals(question.asked, evidence, log_odds)
        confidence = self.calibration.before.probability(signals)
        guard = Guard(
            prompts.RULES,
            prompts.case(question.standalone, evidence),
            self.settings.answer_tokens,
            allowed=addresses(evidence),
        )
        first_token: float | None = None
        hopeless = confidence < needed * abstention.HOPELESS
        if not hopeless and not _is_set(cancel):
            stream = self.model.stream(
                made.prompt, max_tokens=self.settings.answer_tokens, cancel=cancel
            )
            for piece in guard.pieces(stream):
                first_token = first_token or elapsed()
                yield TextDelta(piece)
        stopped = _is_set(cancel)
        draft, verified = verify_written(
            guard.text, question.standalone, evidence, hits, self.embedder
        )
        if draft and not stopped:
            signals = abstention.with_draft(signals, verified.sentences)
            confidence = self.calibration.after.probability(signals)
            if not answers(question.asked, draft, signals):
                confidence *= abstention.BESIDE_THE_POINT
        timings = Timings(retrieved, found, first_token, elapsed())
        too_low = not stopped and confidence < needed
        declined = abstention.declines(draft)
        why: str | None = None
        if guard.fault == "leak":
            why = reasons.LEAKED
        elif self.library.generation != generation and is_gone(verified, self.library):
            why = reasons.REMOVED
        elif too_low or declined:
            refused = reasons.Refused(
                question.asked,
                evidence,
                confidence,
                needed,
                None if hopeless else draft,
                verified.sentences,
                declined and not hopeless,
            )
            why = reasons.reason(refused)
        given = verified if why else self._worded(question, verified, evidence, hits, stopped)
        if not why and not stopped and draft and not given.sentences:
            why = reasons.UNSUPPORTED
        if why:
            yield AnswerReady(
                self._refusal(made, confidence, timings, signals, stopped=stopped, why=why)
            )
            return
        yield AnswerReady(
            self._reply(
                made,
                verified,
                given,
                signals,
                ranked=ranked,
                confidence=confidence,
                timings=timings,
                stopped=stopped,
            )
        )

    def _worded(
        self,
        question: Question,
        draft: Verified,
        evidence: Sequence[Evidence],
        hits: Sequence[Hit],
        stopped: bool,
    ) -> Verified:
        """The draft as it is given; without sentences when nothing of it may be."""
        given = draft
        if self.settings.length == "full" and not stopped:
            given = in_the_articles_words(question.standalone, draft, evidence, hits, self.embedder)
        return without_unsupported(given) if self.settings.unsupported == "drop" else given

    def _reply(
        self,
        made: Made,
        draft: Verified,
        given: Verified,
        signals: Signals,
        *,
        ranked: Sequence[Evidence],
        confidence: float,
        timings: Timings,
        stopped: bool,
    ) -> Answer:
        question = made.question
        conflicts = find_conflicts(
            question,
            draft.sentences,
            draft.citations,
            [*embedded(ranked[:POOL], question.standalone, self.embedder), *made.evidence],
            shown=given.citations,
        )
        return Answer(
            question=question.asked,
            standalone_question=question.standalone,
            text=given.text,
            sentences=given.sentences,
            citations=given.citations,
            abstained=False,
            confidence=confidence,
            conflicts=conflicts,
            timings=timings,
            record=self._record(made, signals, given.text),
            stopped=stopped,
            filters=question.filters,
            as_of=as_of(question, given.citations, changed=bool(conflicts)),
            left_out=given.left_out,
        )

    def _for_the_model(self, made: Made, chosen: Sequence[Evidence]) -> tuple[Made, list[Evidence]]:
        """With what the model is given to read, and the evidence in it."""
        words, budget = made.question.standalone, self.settings.evidence_tokens
        chosen = embedded(chosen, words, self.embedder)
        evidence = prompts.within_budget(chosen, budget, self.model.count_tokens)
        probe = prompts.probe_prompt(words, evidence)
        prompt = prompts.answer_prompt(words, evidence)
        return replace(made, evidence=evidence, probe=probe, prompt=prompt), evidence

    def _refusal(
        self,
        made: Made,
        confidence: float,
        timings: Timings,
        signals: Signals | None,
        *,
        stopped: bool = False,
        why: str | None = None,
    ) -> Answer:
        question, nearest = made.question, made.evidence[:NEAREST]
        text = REFUSAL if len(self.library) else EMPTY
        return Answer(
            question=question.asked,
            standalone_question=question.standalone,
            text="Stopped." if stopped else text,
            sentences=(),
            citations=(),
            abstained=not stopped,
            confidence=confidence,
            nearest=tuple(cite(number, item) for number, item in enumerate(nearest, 1)),
            timings=timings,
            record=self._record(made, signals, None),
            stopped=stopped,
            filters=question.filters,
            reason=None if stopped else why,
        )

    def _record(self, made: Made, signals: Signals | None, text: str | None) -> dict[str, Any]:
        return make_record(
            self.library,
            self.model,
            self.settings,
            made,
            calibration=self.calibration,
            signals=signals,
            text=text,
        )


def _last(events: Iterator[Event]) -> Answer:
    for event in events:
        if isinstance(event, AnswerReady):
            return event.answer
    raise AssertionError("a stream ends with its answer")


def _is_set(cancel: threading.Event | None) -> bool:
    return cancel is not None and cancel.is_set()
