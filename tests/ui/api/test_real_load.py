"""The real model is free again soon after a client hangs up, whatever it was doing."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from api_load import STREAM, queue_length, wait_for
from api_server import QUESTION

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.ui.api.security.keys import Keys
from sourcebook.ui.api.server import ApiServer
from sourcebook.ui.serving import Listener

pytestmark = pytest.mark.real

MOST_SECONDS = 2.0


@pytest.mark.parametrize("event", ["evidence", "token"])
def test_who_hangs_up_while_the_model_reads_or_writes_frees_it(
    event: str, sample: Library, tmp_path: Path, real_model: LlamaCpp
) -> None:
    chatbot = Chatbot(sample, model=real_model, settings=Settings(state_memory=0, state_disk=0))
    with (
        ApiServer(sample, chatbot, Listener(port=0), keys=Keys(tmp_path / "keys")) as server,
        httpx.Client(base_url=server.url, timeout=120) as client,
    ):
        body = {"question": f"{QUESTION} I ask about the {event}."}
        with client.stream("POST", "/api/ask", json=body, headers=STREAM) as reply:
            lines = reply.iter_lines()  # an iterator that is thrown away closes the connection
            assert f"event: {event}" in lines
            assert queue_length(client) == 1
        assert wait_for(lambda: queue_length(client) == 0) < MOST_SECONDS
        answer = client.post("/api/ask", json={"question": QUESTION}).json()
        assert "eight hours" in answer["text"].casefold().casefold()
