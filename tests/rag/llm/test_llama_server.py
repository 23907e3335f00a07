"""llama-cpp-python's own server in another process, with the tiny model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from model_servers import llama_server
from tiny_model import write_tiny_model

from sourcebook.index import Library
from sourcebook.index.embedding.server import ServerEmbedder
from sourcebook.index.errors import ModelServerFailed
from sourcebook.index.weights import files as weights
from sourcebook.rag.llm.base import Message
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.llm.server import ServerModel

pytestmark = pytest.mark.slow

PROMPT = [Message("system", "Use it."), Message("user", "When was the bridge built?\n\nAnswer.")]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf", embeds=True, begins=True)


@pytest.fixture(scope="module")
def address(tiny: Path) -> Iterator[str]:
    options = ("--chat_format", "chatml", "--logits_all", "true", "--n_threads", "1")
    with llama_server(tiny, *options, "--embedding", "true") as running:
        yield running


def test_tokens_are_counted_and_the_model_is_listed(address: str) -> None:
    model = ServerModel(address)
    model.load()
    # A token a byte, and the mark of the beginning.
    assert model.count_tokens("bridge") == 7
    assert model.abilities["tokens"] == "the server"


def test_odds_repeat(address: str) -> None:
    model = ServerModel(address)
    odds = [model.yes_log_odds(PROMPT) for _ in range(2)]
    # Its tokens are letters: no word of Yes or No is one of them, and the reply decides.
    assert odds in ([0.0, 0.0], [2.0, 2.0], [-2.0, -2.0])


def test_a_reply_repeats_and_ends_where_it_is_long_enough(address: str) -> None:
    model = ServerModel(address)
    replies = {"".join(model.stream(PROMPT, max_tokens=24)) for _ in range(3)}
    assert len(replies) == 1
    assert 0 < len(replies.pop()) <= 24


def test_the_server_answers_on_after_a_stream_was_stopped(address: str) -> None:
    model, cancel = ServerModel(address), threading.Event()
    stream = model.stream(PROMPT, max_tokens=400, cancel=cancel)
    next(stream)
    cancel.set()
    assert list(stream) == []
    assert "".join(model.stream(PROMPT, max_tokens=8))


def test_several_ask_at_once(address: str) -> None:
    model = ServerModel(address, parallel=4)
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda _: "".join(model.stream(PROMPT, max_tokens=12)), range(8)))
    assert len(set(replies)) == 1


def test_a_prompt_longer_than_its_context_is_a_failure_of_one_line(address: str) -> None:
    prompt = [Message("user", "word " * 400)]
    with pytest.raises(ModelServerFailed, match=r"gave no reply: .*context_size") as caught:
        "".join(ServerModel(address).stream(prompt, max_tokens=8))
    assert "\n" not in str(caught.value)
    with pytest.raises(ModelServerFailed, match=r"refuses the request \(400: .*context length"):
        ServerModel(address).yes_log_odds(prompt)


def test_its_embeddings_fill_and_search_a_library(address: str, tmp_path: Path) -> None:
    (tmp_path / "bridge.md").write_text("# A bridge\n\nIt was built in 1873.\n", "utf-8")
    with Library.open(tmp_path / "a.library", embedder=ServerEmbedder(address)) as library:
        library.add(tmp_path / "bridge.md")
        assert library.search("built", mode="dense")[0].document.title == "A bridge"


@pytest.mark.real
def test_the_default_model_behind_a_server_says_what_it_says_in_this_process(
    real_model: LlamaCpp,
) -> None:
    file = weights.checked_path(weights.DEFAULT_LANGUAGE_MODEL)
    excerpt = "Excerpt: The bridge over the Ouse was built in 1873."

    def about(question: str) -> list[Message]:
        return [Message("system", "Use the excerpt."), Message("user", f"{excerpt}\n\n{question}")]

    stated, absent = (
        about(f"Does the excerpt state {what}? Answer Yes or No.")
        for what in ("when the bridge was built", "who paid for the bridge")
    )
    with llama_server(file, "--logits_all", "true", context_size=256) as running:
        server = ServerModel(running, silence=300)
        replies = [
            "".join(model.stream(about("When was the bridge built?"), max_tokens=16))
            for model in (real_model, server)
        ]
        assert replies[0] == replies[1]
        assert "1873" in replies[1]
        odds = [server.yes_log_odds(prompt) for prompt in (stated, absent)]
        assert odds == pytest.approx(
            [real_model.yes_log_odds(p) for p in (stated, absent)], abs=0.3
        )
        assert odds[0] > odds[1]
        assert server.abilities["odds"] == "logprobs"
