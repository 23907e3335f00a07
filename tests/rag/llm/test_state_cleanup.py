"""An article that goes while a question is answered from it leaves nothing on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_model import write_tiny_model

from sourcebook.index import Library, make_document
from sourcebook.index.paths import states_folder
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.events import Event, EvidenceFound, TextDelta
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.prompting.prompts import system_prompt

QUESTION = "How long is the bridge?"
BRIDGE = make_document("The bridge is 90 metres long.", path="/articles/bridge.txt")

Change = Callable[[Library], object]


def removed(library: Library) -> None:
    library.remove(BRIDGE.id)


def changed(library: Library) -> None:
    new = make_document("The bridge is 95 metres long.", path=BRIDGE.path)
    assert library.add_documents([new]).updated == (BRIDGE.id,)


def another_added(library: Library) -> None:
    library.add_documents([make_document("The talks lasted eight hours.")])


def nothing(library: Library) -> None:
    assert len(library) == 1


class Wordy(LlamaCpp):
    """Real llama.cpp whose first token is words: they are shown while the rest is written."""

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        words = "The bridge is "
        for piece in super().stream(prompt, max_tokens=max_tokens, cancel=cancel):
            yield words or piece
            words = ""


@pytest.fixture
def chatbot(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chatbot:
    """It keeps states on disk, and has one article."""
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    library.add_documents([BRIDGE])
    model = Wordy(
        str(write_tiny_model(tmp_path / "tiny.gguf")), context_size=512, threads=1, state_disk=64
    )
    model.read_ahead(system_prompt())  # holds no article: out of the way
    for file in states_folder().iterdir():
        file.unlink()
    return Chatbot(library, model=model, settings=Settings(answer_above=0.0, answer_tokens=8))


def answered(events: Iterator[Event], first: type[Event], change: Change, library: Library) -> bool:
    """Whether a state is left on disk after an answer, with a change at the first such event."""
    assert any(isinstance(event, first) for event in events)  # and no further
    change(library)
    for _ in events:
        pass
    return any(states_folder().iterdir())


@pytest.mark.parametrize("first", [EvidenceFound, TextDelta])
@pytest.mark.parametrize("change", [removed, changed])
def test_an_article_that_goes_while_it_is_read_leaves_no_state(
    chatbot: Chatbot, first: type[Event], change: Change
) -> None:
    events = chatbot.stream(QUESTION)
    assert not answered(events, first, change, chatbot.library)


@pytest.mark.parametrize("change", [nothing, another_added])
def test_the_state_of_an_article_that_stays_is_kept(chatbot: Chatbot, change: Change) -> None:
    assert answered(chatbot.stream(QUESTION), TextDelta, change, chatbot.library)


def test_an_answer_that_is_given_up_leaves_no_state_of_what_went(chatbot: Chatbot) -> None:
    events = chatbot.stream(QUESTION)
    assert any(isinstance(event, TextDelta) for event in events)  # and no further
    chatbot.library.remove(BRIDGE.id)
    events.close()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert not any(states_folder().iterdir())


def test_given_passages_that_go_leave_no_state(chatbot: Chatbot) -> None:
    hits = chatbot.library.search("bridge")
    events = chatbot.stream_from(QUESTION, hits)
    assert not answered(events, TextDelta, removed, chatbot.library)


def test_where_the_library_cannot_be_asked_no_state_is_left(chatbot: Chatbot) -> None:
    events = chatbot.stream(QUESTION)
    assert any(isinstance(event, TextDelta) for event in events)  # and no further
    chatbot.library.remove(BRIDGE.id)
    chatbot.library.close()
    events.close()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert not any(states_folder().iterdir())
