"""What a benchmark measures, each part for a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from sourcebook.eval.questions import load
from sourcebook.eval.runs import provenance
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.library import Library
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.events import AnswerReady, EvidenceFound
from sourcebook.rag.settings import Settings

from .adding import ADDING_PARTS
from .commands import run_sourcebook, sourcebook_command
from .conditions import CONDITIONS
from .engine import ENGINE_PARTS, Part, Sample
from .synthetic import RandomVectors, synthetic_documents

SYNTHETIC_PASSAGES = 2000
_QUESTION = "How long did Wendy Sherman and Sergei Ryabkov talk in Geneva?"
_WAIT = 300.0


def measure_start(*, quick: bool) -> Iterator[Sample]:
    """From the shell: help, a cold question, the chat page over a library that is there."""
    began = time.perf_counter()
    run_sourcebook("--help")
    yield Sample("help is shown", "s", (time.perf_counter() - began,))
    with tempfile.TemporaryDirectory() as folder:
        library_folder = Path(folder) / "sample.library"
        with Library.open(library_folder) as library:
            library.add_sample()
        for name in ("cold question", "the same after a restart"):
            began = time.perf_counter()
            output = run_sourcebook(
                *("ask", _QUESTION, "--library", str(library_folder), "--json"),
                variables={"SOURCEBOOK_CACHE": folder},
            )
            total = time.perf_counter() - began
            timings = json.loads(output)["timings"]
            start = total - timings["total"]
            for step, title in (("evidence", "evidence"), ("first_token", "first token")):
                if timings[step] is not None:
                    yield Sample(f"{name}, {title}", "s", (start + timings[step],))
            yield Sample(f"{name}, complete", "s", (total,))
        yield Sample("chat page is ready", "s", (_chat_ready(library_folder),))
    del quick


def measure_search(*, quick: bool) -> Iterator[Sample]:
    """Searches in the synthetic library, questions embedded as they come."""
    count = SYNTHETIC_PASSAGES // 4 if quick else SYNTHETIC_PASSAGES
    real = SentenceTransformersEmbedder()
    words = [q.text for q in load("bundled").questions if q.answerable][: 20 if quick else 52]
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(folder, embedder=RandomVectors(real)) as library:
            library.add_documents(synthetic_documents(count))
        with Library.open(folder, embedder=real) as library:
            library.search("warm up")
            seconds = [_timed(lambda w=word: library.search(w)) for word in words]  # type: ignore[misc]
            passages = library.stats().passages
    yield Sample(
        f"search of {passages:,} passages, median", "ms", (1000 * _percentile(seconds, 50),)
    )
    yield Sample(f"search of {passages:,} passages, p95", "ms", (1000 * _percentile(seconds, 95),))


def measure_answers(*, quick: bool) -> Iterator[Sample]:
    """Warm answers to bundled questions, over the sample."""
    questions = load("bundled").first(4 if quick else 10).questions
    evidence: list[float] = []
    first: list[float] = []
    total: list[float] = []
    rates: list[float] = []
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        library.add_sample()
        # Without the disk, where an earlier round left these prompts.
        settings = Settings.load().model_copy(update={"state_disk": 0})
        chatbot = Chatbot(library, settings=settings)
        chatbot.warm_up()
        for question in questions:
            began = time.perf_counter()
            for event in chatbot.stream(question.text, history=question.history):
                if isinstance(event, EvidenceFound):
                    evidence.append(time.perf_counter() - began)
                elif isinstance(event, AnswerReady):
                    timings = event.answer.timings
                    total.append(timings.total)
                    if timings.first_token is not None and not event.answer.abstained:
                        first.append(timings.first_token)
                        tokens = chatbot.model.count_tokens(event.answer.text)
                        rates.append(tokens / max(1e-9, timings.total - timings.first_token))
        cached_times = [
            chatbot.ask(q.text, history=q.history).timings.first_token for q in questions
        ]
    for name, values in (
        ("first cited evidence", evidence),
        ("first token", first),
        ("first token, prompt kept", [seconds for seconds in cached_times if seconds is not None]),
        ("complete answer", total),
    ):
        if values:
            yield Sample(f"{name}, median", "s", (_percentile(values, 50),))
            yield Sample(f"{name}, p95", "s", (_percentile(values, 95),))
    if rates:
        yield Sample("tokens written", "/s", (_percentile(rates, 50),))
    yield Sample("peak memory", "MiB", (provenance.peak_memory(),))


PARTS: dict[str, Part] = {
    "start": measure_start,
    **ADDING_PARTS,
    "search": measure_search,
    "answers": measure_answers,
    **CONDITIONS,
    **ENGINE_PARTS,
}


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _percentile(values: Sequence[float], q: float) -> float:
    return float(np.percentile(np.asarray(values), q))


def _chat_ready(library: Path) -> float:
    """Seconds until the chat page of a library answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        sourcebook_command("chat", "--library", str(library), "--port", str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        while time.perf_counter() - began < _WAIT:
            if process.poll() is not None:
                raise RuntimeError("`sourcebook chat` ended by itself")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as reply:
                    if reply.status == 200:
                        return time.perf_counter() - began
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError(f"the chat page did not answer within {_WAIT:.0f} s")
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
