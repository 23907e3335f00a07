"""The parts of a benchmark that measure the language model alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sourcebook.eval.questions import load
from sourcebook.index.library import Library
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.llm.base import Message
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.settings import Settings
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

_TOKENS = 40


@dataclass(frozen=True, slots=True)
class Sample:
    """Measurements of one thing. ``target``: what they should be at most."""

    name: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None


Part = Callable[..., Iterator[Sample]]
Prompt = Sequence[Message]


def measure_prompt_states(*, quick: bool) -> Iterator[Sample]:
    """First token of a prompt that is new, kept in memory, and kept on disk by another process."""
    with tempfile.TemporaryDirectory() as folder, _cache(Path(folder)):
        batch = prompts(2 if quick else 6)
        model = LlamaCpp(state_disk=1024)
        model.read_ahead(batch[0][:1])
        for name in ("new", "kept in memory"):
            seconds = tuple(_first_token(model, prompt) for prompt in batch)
            yield Sample(f"model alone, first token, prompt {name}", "s", seconds)
        files = [file.stat().st_size for file in (Path(folder) / "states").iterdir()]
        yield Sample("a prompt on disk", "MiB", (median(files) / 2**20,))
        fresh_model = LlamaCpp(state_disk=1024, shared=False)
        fresh_model.load()
        seconds = tuple(_first_token(fresh_model, prompt) for prompt in batch)
        yield Sample("model alone, first token, prompt kept on disk", "s", seconds)


def measure_stop(*, quick: bool) -> Iterator[Sample]:
    """Seconds from Stop until the model is free, while it reads and while it writes."""
    model = LlamaCpp(state_memory=0)
    batch = prompts(2 if quick else 5)
    list(model.stream(batch[-1], max_tokens=1))
    for name, wait in (("reading", 0.6), ("writing", None)):
        seconds = tuple(_stop(model, prompt, wait) for prompt in batch)
        yield Sample(f"stopped while {name}, free after", "s", seconds)


def measure_busy(*, quick: bool) -> Iterator[Sample]:
    """Replies on a quiet machine and beside one process that never rests."""
    model = LlamaCpp(state_memory=0)
    batch = prompts(2 if quick else 4)
    list(model.stream(batch[-1], max_tokens=1))
    for name, busy in (("alone", 0), ("beside one busy process", 1)):
        with _busy(busy):
            seconds = tuple(_timed_reply(model, prompt) for prompt in batch)
        yield Sample(f"model's reply {name}", "s", seconds)


ENGINE_PARTS: dict[str, Part] = {
    "kept": measure_prompt_states,
    "stop": measure_stop,
    "busy": measure_busy,
}


def prompts(count: int) -> list[Prompt]:
    """Return prompts of bundled questions; evidence is chosen by words, without an embedder."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(folder, embedder=HashEmbedder()) as library,
    ):
        library.add_sample()
        bot = Chatbot(library, model=ScriptedModel(), settings=Settings())
        questions = [q for q in load("bundled").questions if q.answerable and not q.history]
        sample = questions[:: max(1, len(questions) // count)][:count]
        records = [bot.ask(question.text).record for question in sample]
    return [[Message(m["role"], m["content"]) for m in record["prompt"]] for record in records]


def _first_token(model: LlamaCpp, prompt: Prompt) -> float:
    began = time.perf_counter()
    words = model.stream(prompt, max_tokens=_TOKENS)
    next(words, None)
    seconds = time.perf_counter() - began
    for _ in words:  # to its end, where it is written to disk
        pass
    return seconds


def _timed_reply(model: LlamaCpp, prompt: Prompt) -> float:
    began = time.perf_counter()
    for _ in model.stream(prompt, max_tokens=_TOKENS):
        pass
    return time.perf_counter() - began


def _stop(model: LlamaCpp, prompt: Prompt, wait: float | None) -> float:
    """``wait``: seconds into the reading; None: after the first word."""
    cancel = threading.Event()
    stop_times: list[float] = []

    def stop() -> None:
        stop_times.append(time.perf_counter())
        cancel.set()

    timer = threading.Timer(wait, stop) if wait is not None else None
    if timer:
        timer.start()
    words = model.stream(prompt, max_tokens=_TOKENS, cancel=cancel)
    if timer is None:
        next(words, None)
        stop()
    for _ in words:
        pass
    ended = time.perf_counter()
    if timer:
        timer.join()
    return max(0.0, ended - stop_times[0])


@contextmanager
def _busy(count: int) -> Iterator[None]:
    """Run ``count`` processes that compute without pause, inside the block."""
    code = "while True: pass"
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@contextmanager
def _cache(folder: Path) -> Iterator[None]:
    """Keep states on disk in ``folder`` inside the block."""
    before = os.environ.get("SOURCEBOOK_CACHE")
    os.environ["SOURCEBOOK_CACHE"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCEBOOK_CACHE"]
        else:
            os.environ["SOURCEBOOK_CACHE"] = before
