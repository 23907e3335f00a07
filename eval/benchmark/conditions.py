"""Speed where it is harder: among many titles, in a large library, beside a busy process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from statistics import median

import numpy as np

from sourcebook.eval.questions import load
from sourcebook.eval.runs import provenance
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.library import Library
from sourcebook.index.search.names import Contents
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.events import EvidenceFound
from sourcebook.rag.models import make_language_model
from sourcebook.rag.question.turns import Turn
from sourcebook.rag.question.understanding import understand
from sourcebook.rag.settings import Settings
from sourcebook.rag.testing import ScriptedModel

from .engine import Part, Sample
from .synthetic import RandomVectors, synthetic_documents

LARGE, LARGE_QUICK = 100_000, 10_000
"""Passages."""

_BATCH = 2000
_BESIDE, _BESIDE_QUICK = 6, 2


def measure_large(*, quick: bool) -> Iterator[Sample]:
    """First cited evidence in a large library: searched, chosen, cited; the model has no part.

    Each question is the first of its chat, so that no sentence was embedded for the one before:
    the library has only the sample's sentences, a chat would know them all after a few questions.
    """
    count = LARGE_QUICK if quick else LARGE
    real = SentenceTransformersEmbedder()
    questions = [q.text for q in load("bundled").questions if q.answerable]
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(folder, embedder=RandomVectors(real)) as library:
            documents = synthetic_documents(count)
            while batch := list(islice(documents, _BATCH)):
                library.add_documents(batch)
        with Library.open(folder, embedder=real) as library:

            def seconds_to(question: str) -> float:
                chatbot = Chatbot(library, model=ScriptedModel(), settings=Settings())
                return _first_evidence(chatbot, question)

            seconds_to("Who is ready?")
            seconds = [seconds_to(question) for question in questions]
            passages = library.stats().passages
    for q, name in ((50, "median"), (95, "p95")):
        value = float(np.percentile(seconds, q))
        yield Sample(f"first cited evidence, {passages:,} passages, {name}", "s", (value,))
    yield Sample(
        f"peak memory, {passages:,} passages", "MiB", (round(provenance.peak_memory(), 1),)
    )


def measure_beside(*, quick: bool) -> Iterator[Sample]:
    """The same questions alone, then beside a process that keeps one core busy."""
    questions = load("bundled").first(_BESIDE_QUICK if quick else _BESIDE).questions
    # Without stored states, and never the same question twice in a row: a reply must be computed.
    settings = Settings.load().model_copy(update={"state_memory": 0, "state_disk": 0})
    model = make_language_model(settings)
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        library.add_sample()

        def seconds() -> list[float]:
            chatbot = Chatbot(
                library, model=model, settings=settings
            )  # its vectors are new as well
            return [chatbot.ask(q.text, history=q.history).timings.total for q in questions]

        Chatbot(library, model=model, settings=settings).warm_up()
        alone = seconds()
        with _busy_process():
            beside = seconds()
    yield Sample("complete answer beside a busy process, median", "s", (median(beside),))
    ratios = [b / a for a, b in zip(alone, beside, strict=True)]
    yield Sample("the same, times slower than alone", "x", (median(ratios),))


def measure_rules(*, quick: bool) -> Iterator[Sample]:
    """What the rules take that make a question stand alone and find the filters it names."""
    titles = 2_000 if quick else 20_000
    contents = Contents.of(
        (f"d{n}", f"The title of article number {n}", f"Paper {n % 50}", None, "2021-01-01")
        for n in range(titles)
    )
    question = "What did Paper 7 report between 10 and 14 January 2021 about the latest talks?"
    history = [Turn("Who met?", "Ann and Bob.")] * 10
    seconds: list[float] = []
    for number in range(20):
        began = time.perf_counter()
        understand(f"{question} {number}", history, contents)
        seconds.append(time.perf_counter() - began)
    yield Sample(f"question understood among {titles:,} titles", "ms", (1000 * median(seconds),))


def _first_evidence(chatbot: Chatbot, question: str) -> float:
    began = time.perf_counter()
    for event in chatbot.stream(question):
        if isinstance(event, EvidenceFound):
            break
    return time.perf_counter() - began


@contextmanager
def _busy_process() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


CONDITIONS: Mapping[str, Part] = {
    "rules": measure_rules,
    "large": measure_large,
    "beside": measure_beside,
}
