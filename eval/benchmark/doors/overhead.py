"""What HTTP takes beyond the same question asked in Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

from sourcebook.eval.benchmark.engine import Sample
from sourcebook.index.library import Library
from sourcebook.rag.chatbot import Chatbot
from sourcebook.rag.settings import Settings
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

from .server import SCRIPTED, run_server, sample_library, sample_questions

__all__ = ["measure_overhead"]

_TARGET = 15.0
"""Milliseconds."""

_ROUNDS, _QUICK_ROUNDS = 4, 1


def measure_overhead(*, quick: bool) -> Iterator[Sample]:
    """The bundled questions in turns: by a chatbot in this process, and by two routes."""
    texts = sample_questions()
    with (
        sample_library(HashEmbedder()) as place,
        Library.open(place, embedder=HashEmbedder()) as library,
        run_server(place, SCRIPTED) as server,
    ):
        chatbot = Chatbot(library, model=ScriptedModel(), settings=Settings())

        def native(text: str) -> object:
            return server.client.post("/api/ask", json={"question": text}).raise_for_status()

        def chat(text: str) -> object:
            messages = [{"role": "user", "content": text}]
            body = {"model": "sourcebook", "messages": messages}
            return server.client.post("/v1/chat/completions", json=body).raise_for_status()

        ways = (chatbot.ask, native, chat)
        for text in texts:  # what is made on first use is made
            for way in ways:
                way(text)
        rows = [
            [_milliseconds(way, text) for way in ways]
            for _ in range(_QUICK_ROUNDS if quick else _ROUNDS)
            for text in texts
        ]
    python, *others = np.asarray(rows).T
    yield Sample("an answer in Python, its model scripted", "ms", (float(np.median(python)),))
    for name, seconds in zip(("HTTP", "OpenAI's chat"), others, strict=True):
        added = float(np.median(seconds - python))
        yield Sample(f"{name} adds to an answer, median", "ms", (added,), _TARGET)


def _milliseconds(way: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    way(text)
    return 1000 * (time.perf_counter() - began)
