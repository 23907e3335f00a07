"""A question set drafted from the user's own articles, for the user to correct.

The model writes a question for one sentence; the sentence is kept as the evidence. What the model
writes is not trusted: only drafts that pass simple checks, and whose sentence a search for the
question finds, are kept. Some questions that the articles should not answer are drafted as well,
under ids that begin with ``check``: whether nothing answers them, a person has to see.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from sourcebook.eval.errors import EvaluationError
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.library import Library
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.language.claims import claims
from sourcebook.rag.llm.base import LanguageModel, Message

from .answer_match import normalise
from .dataset import Evidence, Question
from .gold import Gold

UNANSWERABLE = 0.2
"""Share of the questions that the articles should not answer."""

SEED = 1
FOUND_AMONG = 5
"""Passages among which a search for the question must find its sentence."""

_SYSTEM = "You write short factual questions for a quiz about news articles."
_ASK = (
    "Write one question that this sentence answers. Name the people, places and dates the question "
    "is about, so that it can be understood without the sentence. Then give the answer in a few "
    "words copied from the sentence.\n"
    "Reply in two lines:\nQuestion: ...\nAnswer: ..."
)
_ASK_BEYOND = (
    "Write one question that names a person, place or organisation of this sentence and asks for "
    "{detail}. Do not ask for anything that the sentence tells.\n"
    "Reply in one line:\nQuestion: ..."
)
_DETAILS = (
    "an age",
    "the place where someone was born",
    "what something cost",
    "the name of someone's assistant or spouse",
    "the weather on that day",
    "how many people work there",
    "the year something was founded or built",
    "the hour at which something began",
)
"""What news articles seldom tell."""

_REPLY = re.compile(
    r"(?:Question:\s*)?(?P<question>.+?\?)(?:\s+Answer:\s*(?P<answer>[^\n]+))?", re.S
)
_POINTS = re.compile(
    r"\b(sentence|article|text|passage|excerpt|mentioned|according to the)\b", re.IGNORECASE
)
_LEANS = re.compile(
    r"(he|she|it|they|this|that|these|those|his|her|its|their|but|and|so|there|both)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftProgress:
    """Questions kept of those wanted, and sentences tried."""

    kept: int
    wanted: int
    tried: int


def draft(
    chatbot: Chatbot,
    count: int,
    *,
    seed: int = SEED,
    on_progress: Callable[[DraftProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Question]:
    """Up to ``count`` questions over the articles of ``chatbot``'s library, as they are found.

    Fewer come when the articles run out of sentences, or when ``stop`` is set.

    Raises:
        EvaluationError: the library has no sentence to ask about.
        ModelError: the language model cannot run.
    """
    library, model = chatbot.library, chatbot.model
    beyond = round(count * UNANSWERABLE)
    asked: set[str] = set()
    kept = {"q": 0, "check": 0}
    wanted = {"q": count - beyond, "check": beyond}
    tries = {"q": 0, "check": 0}
    tried = 0
    for document, start, end in _sentences(library, seed):
        open_kinds = [k for k in kept if kept[k] < wanted[k]]
        if not open_kinds or (stop and stop.is_set()):
            break
        # The kind that was tried least for what is wanted of it: neither can hold up the other.
        kind = min(open_kinds, key=lambda k: tries[k] / wanted[k])
        tries[kind] += 1
        tried += 1
        make = _draft_beyond if kind == "check" else _draft_one
        question = make(chatbot.library, model, document, (start, end), stop)
        if question and normalise(question.text) not in asked:
            asked.add(normalise(question.text))
            kept[kind] += 1
            yield Question(
                f"{kind}{kept[kind]:03}",
                question.text,
                question.answers,
                question.answerable,
                question.evidence,
            )
        if on_progress:
            on_progress(DraftProgress(sum(kept.values()), count, tried))
    if not tried and not (stop and stop.is_set()):
        raise EvaluationError(
            f"{library.folder.name} holds no sentence to ask about: add articles first"
        )


def _sentences(library: Library, seed: int) -> Iterator[tuple[Document, int, int]]:
    """Sentences that state something and stand for themselves, one of each article in turn."""
    generator = random.Random(seed)  # noqa: S311  a repeatable choice, not a secret
    queues: list[tuple[Document, list[tuple[int, int]]]] = []
    for document in library.documents():
        spans = [s for s in sentence_spans(document.text) if _is_telling(document.text[slice(*s)])]
        generator.shuffle(spans)
        queues.append((document, spans))
    generator.shuffle(queues)
    while any(spans for _, spans in queues):
        for document, spans in queues:
            if spans:
                yield document, *spans.pop()


def _is_telling(sentence: str) -> bool:
    words = sentence.split()
    return (
        8 <= len(words) <= 40
        and sentence.rstrip("”\"' ").endswith(".")
        and not _LEANS.match(sentence)
        and len(claims(sentence)) >= 2
    )


def _draft_one(
    library: Library,
    model: LanguageModel,
    document: Document,
    span: tuple[int, int],
    stop: threading.Event | None,
) -> Question | None:
    """An answerable question for the sentence at ``span``; None when the draft fails a check."""
    sentence = document.text[slice(*span)]
    found = _REPLY.search(_ask(model, document, sentence, _ASK, stop))
    if not found or not found["answer"]:
        return None
    text, answer = " ".join(found["question"].split()), found["answer"].strip().rstrip(".")
    if not _is_clear(text) or not _is_answer(answer, text, sentence):
        return None
    if not _is_found(library, text, Gold(document.id, *span)):
        return None
    return Question("", text, (answer,), True, (Evidence(_name(document), sentence),))


def _draft_beyond(
    library: Library,
    model: LanguageModel,
    document: Document,
    span: tuple[int, int],
    stop: threading.Event | None,
) -> Question | None:
    """A question that the articles should not answer; None when the draft fails a check."""
    del library
    sentence = document.text[slice(*span)]
    detail = _DETAILS[(span[0] + len(sentence)) % len(_DETAILS)]
    task = _ASK_BEYOND.format(detail=detail)
    found = _REPLY.search(_ask(model, document, sentence, task, stop))
    text = " ".join(found["question"].split()) if found else ""
    if not _is_clear(text):
        return None
    check = (
        Message("system", _SYSTEM),
        Message(
            "user",
            f"{document.text[:4000]}\n\nDoes this article state the answer to the question "
            f"“{text}”? Reply Yes or No.",
        ),
    )
    if model.yes_log_odds(check, cancel=stop) > 0:
        return None
    return Question("", text, (), False, (Evidence(_name(document), ""),))


def _ask(
    model: LanguageModel,
    document: Document,
    sentence: str,
    task: str,
    stop: threading.Event | None,
) -> str:
    prompt = (
        Message("system", _SYSTEM),
        Message("user", f"Article: {document.title}\nSentence: {sentence}\n\n{task}"),
    )
    return "".join(model.stream(prompt, max_tokens=90, cancel=stop))


def _name(document: Document) -> str:
    """What a person calls the article: its file's name where it has one."""
    return PurePath(document.path).name if document.path else document.id


def _is_clear(question: str) -> bool:
    """Whether a question can be understood alone, as far as its form tells."""
    return (
        5 <= len(question.split()) <= 30
        and not _POINTS.search(question)
        and not re.search(r"\b(he|she|they|his|her|their)\b", question, re.IGNORECASE)
        and bool(claims(question))
    )


def _is_answer(answer: str, question: str, sentence: str) -> bool:
    """Whether the answer is short, stands in the sentence, and is mostly new to the question."""
    short = normalise(answer)
    words = short.split()
    new = set(words) - set(normalise(question).split())
    return (
        0 < len(words) <= 12
        and f" {short} " in f" {normalise(sentence)} "
        and 2 * len(new) >= len(set(words))
    )


def _is_found(library: Library, question: str, gold: Gold) -> bool:
    return any(
        gold.covered_by(hit.document.id, hit.passage.start, hit.passage.end)
        for hit in library.search(question, FOUND_AMONG)
    )
