"""Many at once: nobody sees another's answer, who goes frees the place, overload is refused."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_client import Serve
from api_load import STREAM, queue_length, wait_for

from sourcebook.index import Library, make_document
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.api.limits import ServerLimits
from sourcebook.ui.state.queue import FairQueue, QueueFull

QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"
MANY = ServerLimits(rate="100000/minute", queue=128)


class Gated(ScriptedModel):
    """A model that begins, and writes each word, when the test lets it."""

    def __init__(self) -> None:
        super().__init__("Their discussions took about eight hours.")
        self.gate, self.began, self.ended = (threading.Event() for _ in range(3))

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        self.began.set()
        for piece in super().stream(prompt, max_tokens=max_tokens):
            while not self.gate.wait(0.005):
                if cancel is not None and cancel.is_set():
                    self.ended.set()
                    return
            yield piece


def test_of_64_at_once_none_gets_another_s_answer(serve_api: Serve, sample: Library) -> None:
    names = [f"Harbour{chr(97 + n // 8)}{chr(97 + n % 8)}" for n in range(64)]
    sample.add_documents(
        make_document(f"The port of {name} took {1000 + n} ships in May.", title=f"Port of {name}")
        for n, name in enumerate(names)
    )
    url = serve_api(limits=MANY).base_url

    async def ask(client: httpx.AsyncClient, name: str, *, stream: bool) -> str:
        question = {"question": f"How many ships did the port of {name} take in May?"}
        reply = await client.post("/api/ask", json=question, headers=STREAM if stream else {})
        assert reply.status_code == 200
        return reply.text

    async def ask_all() -> list[str]:
        async with httpx.AsyncClient(base_url=url, timeout=120) as client:
            return await asyncio.gather(
                *(ask(client, name, stream=bool(n % 2)) for n, name in enumerate(names))
            )

    for number, (name, text) in enumerate(zip(names, asyncio.run(ask_all()), strict=True)):
        answer = text.rpartition("event: answer")[2]
        drafted = re.search(r'"text": ?"([^"]*ships[^"]*)"', answer)
        assert drafted is not None
        assert set(re.findall(r"Harbour\w\w", drafted[1])) == {name}
        assert str(1000 + number) in drafted[1]


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["json", "stream"])
def test_who_goes_away_frees_the_place(serve_api: Serve, headers: dict[str, str]) -> None:
    model = Gated()
    client = serve_api(model, limits=MANY)

    body = json.dumps({"question": QUESTION})
    lines = [
        "POST /api/ask HTTP/1.1",
        f"Host: {client.base_url.netloc.decode()}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    request = "\r\n".join([*lines, "", body]).encode()
    place = (client.base_url.host, client.base_url.port or 0)
    connections = [socket.create_connection(place) for _ in range(6)]
    for connection in connections:
        connection.sendall(request)
    wait_for(lambda: queue_length(client) == 6)
    assert model.began.wait(20)
    for connection in connections:
        connection.close()
    assert wait_for(lambda: queue_length(client) == 0) < 2
    assert model.ended.is_set()
    model.gate.set()
    assert client.post("/api/ask", json={"question": QUESTION}).status_code == 200


def test_who_waits_sees_the_place(serve_api: Serve) -> None:
    model = Gated()
    client = serve_api(model, limits=MANY)
    first = threading.Thread(
        target=lambda: httpx.post(client.base_url.join("/api/ask"), json={"question": QUESTION})
    )
    first.start()
    assert model.began.wait(20)
    with client.stream("POST", "/api/ask", json={"question": QUESTION}, headers=STREAM) as reply:
        lines = reply.iter_lines()
        assert [next(lines), next(lines)] == ["event: queue", 'data: {"ahead":1}']
        model.gate.set()
        assert "event: answer" in list(lines)
    first.join()


def test_overload_is_refused_at_once_and_what_was_accepted_ends(serve_api: Serve) -> None:
    model = Gated()
    client = serve_api(model, limits=ServerLimits(rate="100000/minute", queue=4))
    body, replies = {"question": QUESTION}, list[int]()

    def ask() -> None:
        url = client.base_url.join("/api/ask")
        replies.append(httpx.post(url, json=body, timeout=60).status_code)

    accepted = [threading.Thread(target=ask) for _ in range(4)]
    for thread in accepted:
        thread.start()
    wait_for(lambda: queue_length(client) == 4)
    seconds, health = list[float](), list[float]()
    for number in range(40):
        start = time.perf_counter()
        headers = STREAM if number % 2 else {}
        refused = client.post("/api/ask", json=body, headers=headers)
        seconds.append(time.perf_counter() - start)
        assert refused.status_code == 503
        assert refused.json()["type"].endswith(":queue-full")
        assert int(refused.headers["retry-after"]) >= 1
        start = time.perf_counter()
        assert client.get("/health").json() == {"status": "ok"}
        health.append(time.perf_counter() - start)
    # Medians: other tests share the cores.
    assert sorted(seconds)[20] < 0.1
    assert sorted(health)[20] < 0.2
    model.gate.set()
    for thread in accepted:
        thread.join()
    assert replies == [200] * 4


def test_a_library_that_is_deleted_while_it_is_asked_stops_nothing(
    serve_api: Serve, sample: Library
) -> None:
    model = Gated()
    client = serve_api(model)
    body, replies = {"question": QUESTION}, list[httpx.Response]()
    url = client.base_url.join("/api/ask")
    asker = threading.Thread(
        target=lambda: replies.append(httpx.post(url, json=body, headers=STREAM, timeout=60))
    )
    asker.start()
    assert model.began.wait(20)
    shutil.rmtree(sample.folder)
    model.gate.set()
    asker.join()
    assert re.findall(r"^event: (?:answer|error)$", replies[0].text, re.M)
    assert client.get("/health").status_code == 200
    later = client.post("/api/ask", json=body)
    assert later.status_code == 200 or later.json()["detail"]


def test_callers_take_turns() -> None:
    queue = FairQueue()
    tickets = {name: queue.join(name[0]) for name in ("a1", "a2", "a3", "b1", "a4", "c1", "b2")}
    order = []
    while tickets:
        name = next(name for name, ticket in tickets.items() if not ticket.position())
        order.append(name)
        tickets.pop(name).leave()
    # a1 is served when the others come; then each has one before any has its second.
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


def test_a_queue_that_is_full_says_when_to_come_again() -> None:
    queue = FairQueue()
    first = queue.join(limit=1)
    with pytest.raises(QueueFull, match="ask again in 7 s") as problem:
        queue.join(limit=1, retry_after=7)
    assert problem.value.retry_after == 7
    first.leave()
    first.leave()
    assert not len(queue)
    assert queue.join(limit=1).position() == 0


SERVER = """
import sys, threading, time
from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.api.server import ApiServer, serve
from sourcebook.ui.serving import Listener

def reply(prompt):
    print("asked", flush=True)
    time.sleep(1)
    return "Their discussions took about eight hours."

with Library.open(sys.argv[1], embedder=HashEmbedder()) as library, Listener(port=0) as listener:
    chatbot = Chatbot(library, model=ScriptedModel(reply))
    serve(ApiServer(library, chatbot, listener), say=lambda line: print(line, flush=True))
"""


@pytest.mark.slow
def test_a_server_that_is_to_end_lets_what_it_accepted_end(
    sample_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(sample_folder, tmp_path / "sample.library")
    command = [sys.executable, "-c", SERVER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as server:
        assert server.stdout is not None
        url = re.findall(r"http://\S+/", server.stdout.readline())[0]
        replies: list[httpx.Response] = []
        asking = threading.Thread(
            target=lambda: replies.append(
                httpx.post(f"{url}api/ask", json={"question": QUESTION}, timeout=60)
            )
        )
        asking.start()
        assert server.stdout.readline() == "asked\n"
        server.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        late = httpx.post(f"{url}api/ask", json={"question": QUESTION}, timeout=60)
        assert late.status_code == 503
        assert httpx.get(f"{url}ready").json() == {"status": "ending"}
        assert httpx.get(f"{url}health").status_code == 200
        asking.join()
        assert replies[0].json()["text"].startswith("Their discussions took about eight hours.")
        assert server.wait(20) == 0
        assert server.stdout.read().splitlines()[-1] == "Sourcebook has stopped."
