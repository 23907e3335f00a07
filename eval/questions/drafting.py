"""A question set drafted from the user's own articles, for the user to correct.

The model writes a question for one sentence, which becomes its evidence. Drafts are not trusted:
a draft must pass simple checks, and a search for the question must find its sentence. Some drafts
are questions that the articles should not answer; their ids begin with ``check``, because a person
has to check that no article answers them.
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
from sourcebook.rag.language.claims import find_claims
from sourcebook.rag.llm.base import LanguageModel, Message

from .answer_match import normalise
from .dataset import EvalQuestion, GoldEvidence
from .gold import GoldSpan

UNANSWERABLE = 0.2
"""Share of the questions that the articles should not answer."""

SEED = 1
SEARCH_DEPTH = 5
"""The first passages of a search for the question, one of which must hold its sentence."""

_SYSTEM = "You write short factual questions for a quiz about news articles."
_ANSWERABLE_TASK = (
    "Write one question that this sentence answers. Name the people, places and dates the question "
    "is about, so that it can be understood without the sentence. Then give the answer in a few "
    "words copied from the sentence.\n"
    "Reply in two lines:\nQuestion: ...\nAnswer: ..."
)
_UNANSWERABLE_TASK = (
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
_SENTENCE_REFERENCE = re.compile(
    r"\b(sentence|article|text|passage|excerpt|mentioned|according to the)\b", re.IGNORECASE
)
_BACK_REFERENCE = re.compile(
    r"(he|she|it|they|this|that|these|those|his|her|its|their|but|and|so|there|both)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftProgress:
    """How many questions are drafted, of how many, and how many sentences that took."""

    done: int
    total: int
    sentences: int


def draft(
    chatbot: Chatbot,
    count: int,
    *,
    seed: int = SEED,
    on_progress: Callable[[DraftProgress], None] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[EvalQuestion]:
    """Draft questions over the articles of a library.

    Args:
        chatbot: its library and its language model are used.
        count: how many; there are fewer when the articles run out of sentences.
        seed: decides which sentences are asked about.
        on_progress: is called as the drafting goes on.
        stop: ends the drafting when it is set.

    Raises:
        EvaluationError: the library has no sentence to ask about.
        ModelError: the language model cannot run.
    """
    library, model = chatbot.library, chatbot.model
    unanswerable_count = round(count * UNANSWERABLE)
    texts: set[str] = set()
    counts = {"q": 0, "check": 0}
    targets = {"q": count - unanswerable_count, "check": unanswerable_count}
    tries = {"q": 0, "check": 0}
    for document, start, end in _sentences(library, seed):
        kinds = [k for k in counts if counts[k] < targets[k]]
        if not kinds or (stop and stop.is_set()):
            break
        # The kind with the fewest tries for its target comes next: neither holds up the other.
        kind = min(kinds, key=lambda k: tries[k] / targets[k])
        tries[kind] += 1
        draft_question = _draft_unanswerable if kind == "check" else _draft_answerable
        question = draft_question(chatbot.library, model, document, (start, end), stop)
        if question and normalise(question.text) not in texts:
            texts.add(normalise(question.text))
            counts[kind] += 1
            yield EvalQuestion(
                f"{kind}{counts[kind]:03}",
                question.text,
                question.answers,
                question.answerable,
                question.evidence,
            )
        if on_progress:
            on_progress(DraftProgress(sum(counts.values()), count, sum(tries.values())))
    if not any(tries.values()) and not (stop and stop.is_set()):
        raise EvaluationError(
            f"{library.folder.name} holds no sentence to ask about: add articles first"
        )


def _sentences(library: Library, seed: int) -> Iterator[tuple[Document, int, int]]:
    """Yield sentences that can be understood alone, one of each article in turn."""
    generator = random.Random(seed)  # noqa: S311  a repeatable choice, not a secret
    queues: list[tuple[Document, list[tuple[int, int]]]] = []
    for document in library.documents():
        spans = [
            s for s in sentence_spans(document.text) if _is_self_contained(document.text[slice(*s)])
        ]
        generator.shuffle(spans)
        queues.append((document, spans))
    generator.shuffle(queues)
    while any(spans for _, spans in queues):
        for document, spans in queues:
            if spans:
                yield document, *spans.pop()


def _is_self_contained(sentence: str) -> bool:
    words = sentence.split()
    return (
        8 <= len(words) <= 40
        and sentence.rstrip("”\"' ").endswith(".")
        and not _BACK_REFERENCE.match(sentence)
        and len(find_claims(sentence)) >= 2
    )


def _draft_answerable(
    library: Library,
    model: LanguageModel,
    document: Document,
    span: tuple[int, int],
    stop: threading.Event | None,
) -> EvalQuestion | None:
    """Draft an answerable question for the sentence at ``span``; None when it fails a check."""
    sentence = document.text[slice(*span)]
    reply = _REPLY.search(_ask(model, document, sentence, _ANSWERABLE_TASK, stop))
    if not reply or not reply["answer"]:
        return None
    text, answer = " ".join(reply["question"].split()), reply["answer"].strip().rstrip(".")
    if not _is_clear(text) or not _is_answer(answer, text, sentence):
        return None
    if not _is_findable(library, text, GoldSpan(document.id, *span)):
        return None
    return EvalQuestion("", text, (answer,), True, (GoldEvidence(_name(document), sentence),))


def _draft_unanswerable(
    library: Library,
    model: LanguageModel,
    document: Document,
    span: tuple[int, int],
    stop: threading.Event | None,
) -> EvalQuestion | None:
    """Draft a question that the articles should not answer; None when it fails a check."""
    del library
    sentence = document.text[slice(*span)]
    detail = _DETAILS[(span[0] + len(sentence)) % len(_DETAILS)]
    task = _UNANSWERABLE_TASK.format(detail=detail)
    reply = _REPLY.search(_ask(model, document, sentence, task, stop))
    text = " ".join(reply["question"].split()) if reply else ""
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
    return EvalQuestion("", text, (), False, (GoldEvidence(_name(document), ""),))


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
    """Return the file name of an article, or its id when it has no file."""
    return PurePath(document.path).name if document.path else document.id


def _is_clear(question: str) -> bool:
    """Whether the form of a question lets it be understood alone."""
    return (
        5 <= len(question.split()) <= 30
        and not _SENTENCE_REFERENCE.search(question)
        and not re.search(r"\b(he|she|they|his|her|their)\b", question, re.IGNORECASE)
        and bool(find_claims(question))
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


def _is_findable(library: Library, question: str, gold: GoldSpan) -> bool:
    return any(
        gold.is_covered_by(hit.document.id, hit.passage.start, hit.passage.end)
        for hit in library.search(question, SEARCH_DEPTH)
    )
