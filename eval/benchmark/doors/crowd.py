"""64 clients at once, each with a question that only one article answers."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx

from sourcebook.eval.benchmark.engine import Sample
from sourcebook.index.documents.making import make_document
from sourcebook.index.library import Library
from sourcebook.rag.testing import HashEmbedder

from .server import SCRIPTED, run_server

__all__ = ["measure_crowd"]

_CLIENTS = 64
_ROUNDS, _QUICK_ROUNDS = 4, 1
_NAME = re.compile(r"Harbour\w\w")


def measure_crowd(*, quick: bool) -> Iterator[Sample]:
    """Answers that have another's text, or not their own, of all that were given."""
    names = [f"Harbour{chr(97 + n // 8)}{chr(97 + n % 8)}" for n in range(_CLIENTS)]
    rounds = _QUICK_ROUNDS if quick else _ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "ports.library"
        with Library.open(place, embedder=HashEmbedder()) as library:
            library.add_documents(
                make_document(f"The port of {name} took {1000 + n} ships in May.", title=name)
                for n, name in enumerate(names)
            )
        with run_server(place, SCRIPTED, "--queue", str(2 * _CLIENTS)) as server:
            texts = [
                text for _ in range(rounds) for text in asyncio.run(_ask_all(server.url, names))
            ]
    wrong = sum(
        not _is_own(text, name, 1000 + number)
        for text, (number, name) in zip(texts, list(enumerate(names)) * rounds, strict=True)
    )
    yield Sample(
        f"{_CLIENTS} clients at once, {len(texts)} answers, not their own", "", (wrong,), 0
    )


async def _ask_all(url: str, names: list[str]) -> list[str]:
    limits = httpx.Limits(max_connections=_CLIENTS)
    async with httpx.AsyncClient(base_url=url, timeout=300, limits=limits) as client:
        return await asyncio.gather(
            *(_ask(client, name, has_events=bool(n % 2)) for n, name in enumerate(names))
        )


async def _ask(client: httpx.AsyncClient, name: str, *, has_events: bool) -> str:
    """The text of an answer, by one of the two ways."""
    question = {"question": f"How many ships did the port of {name} take in May?"}
    headers = {"accept": "text/event-stream"} if has_events else {}
    reply = await client.post("/api/ask", json=question, headers=headers)
    reply.raise_for_status()
    data = reply.text.rpartition("event: answer\ndata: ")[2]
    return str(json.loads(data)["text"])


def _is_own(text: str, name: str, ships: int) -> bool:
    return set(_NAME.findall(text)) == {name} and str(ships) in text
