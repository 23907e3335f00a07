"""`aask` and `astream`: the same answers, awaited; a cancelled task frees the model."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tiny_model import write_tiny_model

from sourcebook.index import Library
from sourcebook.index.errors import ChatbotClosed, EmptyQuestion, GenerationFailed
from sourcebook.rag import Chatbot
from sourcebook.rag.events import AnswerReady, EvidenceFound, TextDelta
from sourcebook.rag.llm.base import Message, Prompt
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

T = TypeVar("T")
QUESTION = "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?"
SENTENCE = "The discussions took about eight hours."


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 60))


class Waiting(ScriptedModel):
    """A model that is held by the answer it writes, like llama.cpp, until that is stopped."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)
        self.held = threading.Lock()
        self.started, self.stopped = threading.Event(), threading.Event()

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        with self.held:
            self.started.set()
            yield "The discussions"
            assert cancel is not None
            if cancel.wait(30):
                self.stopped.set()


async def wait_for(event: threading.Event) -> None:
    assert await asyncio.to_thread(event.wait, 20)


def plain(answer: Any) -> dict[str, Any]:
    return {key: value for key, value in answer.to_dict().items() if key != "timings"}


def test_an_awaited_answer_is_the_answer(sample: Library) -> None:
    chatbot = Chatbot(sample, model=ScriptedModel(SENTENCE))
    assert plain(run(chatbot.aask(QUESTION))) == plain(chatbot.ask(QUESTION))


def test_an_awaited_stream_has_the_events_of_the_stream(sample: Library) -> None:
    chatbot = Chatbot(sample, model=ScriptedModel(SENTENCE))

    async def collect() -> list[object]:
        return [event async for event in chatbot.astream(QUESTION)]

    events = run(collect())
    assert [type(event) for event in events] == [type(e) for e in chatbot.stream(QUESTION)]
    assert isinstance(events[0], EvidenceFound)
    assert isinstance(events[-1], AnswerReady)
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert text == SENTENCE


def test_the_loop_goes_on_while_an_answer_is_made(sample: Library) -> None:
    model = Waiting()

    async def count() -> int:
        task = asyncio.create_task(Chatbot(sample, model=model).aask(QUESTION))
        await wait_for(model.started)
        rounds = 0
        for _ in range(20):
            await asyncio.sleep(0)
            rounds += 1
        task.cancel()
        return rounds

    assert run(count()) == 20  # fails by the time limit where the loop waits for the answer


def test_a_cancelled_task_frees_the_model(sample: Library) -> None:
    model = Waiting()

    async def cancel() -> None:
        task = asyncio.create_task(Chatbot(sample, model=model).aask(QUESTION))
        await wait_for(model.started)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancel())
    assert model.stopped.wait(2)
    assert model.held.acquire(timeout=2)


def test_a_stream_that_is_closed_frees_the_model(sample: Library) -> None:
    model = Waiting()

    async def leave() -> None:
        async with aclosing(Chatbot(sample, model=model).astream(QUESTION)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break

    run(leave())
    assert model.held.acquire(timeout=2)


def test_a_stream_that_is_left_frees_the_model_when_its_task_ends(sample: Library) -> None:
    model = Waiting()

    async def leave() -> None:
        async for event in Chatbot(sample, model=model).astream(QUESTION):
            if isinstance(event, TextDelta):
                return

    run(leave())
    assert model.held.acquire(timeout=2)


def test_errors_come_out_of_the_await(sample: Library) -> None:
    def fail(_: Prompt) -> str:
        raise GenerationFailed("the model stopped with an error")

    with pytest.raises(EmptyQuestion):
        run(Chatbot(sample, model=ScriptedModel()).aask(" "))
    with pytest.raises(GenerationFailed, match="stopped with an error"):
        run(Chatbot(sample, model=ScriptedModel(fail)).aask(QUESTION))


def test_questions_asked_at_once_get_their_own_answers(sample: Library) -> None:
    chatbot = Chatbot(sample, model=ScriptedModel())
    questions = [f"{QUESTION[:-1]}, asked as number {number}?" for number in range(16)]

    async def ask_all() -> list[str]:
        answers = await asyncio.gather(*map(chatbot.aask, questions))
        return [answer.question for answer in answers]

    assert run(ask_all()) == questions


def test_closing_ends_the_answer_under_way_and_refuses_the_next(sample: Library) -> None:
    model = Waiting()
    with Chatbot(sample, model=model) as chatbot:
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(chatbot.ask(QUESTION)))
        asking.start()
        assert model.started.wait(20)
    asking.join(20)
    assert answers[0].stopped
    chatbot.close()
    for ask in (chatbot.ask, lambda question: run(chatbot.aask(question))):
        with pytest.raises(ChatbotClosed, match="make another"):
            ask(QUESTION)
    assert len(sample) > 0  # the library stays open


def test_closing_a_copy_leaves_the_chatbot_open(sample: Library) -> None:
    chatbot = Chatbot(sample, model=ScriptedModel(SENTENCE))
    with chatbot.with_settings(chatbot.settings) as copy, copy.with_steps(copy.steps) as second:
        assert not second.ask(QUESTION).abstained
    for closed in (copy, second):
        with pytest.raises(ChatbotClosed):
            closed.ask(QUESTION)
    assert not chatbot.ask(QUESTION).abstained


def test_closing_a_chatbot_ends_the_answers_of_its_copies(sample: Library) -> None:
    model, answers = Waiting(), list[Any]()
    chatbot = Chatbot(sample, model=model)
    copy = chatbot.with_settings(chatbot.settings)
    asking = threading.Thread(target=lambda: answers.append(copy.ask(QUESTION)))
    asking.start()
    assert model.started.wait(20)
    chatbot.close()
    asking.join(20)
    assert answers[0].stopped
    for closed in (copy, chatbot.with_settings(chatbot.settings)):
        with pytest.raises(ChatbotClosed):
            closed.ask(QUESTION)


def test_several_chatbots_share_one_model_and_take_turns(
    sample: Library, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real llama.cpp: both chatbots make models of their own from the settings."""
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", str(write_tiny_model(tmp_path / "tiny.gguf")))
    monkeypatch.setenv("SOURCEBOOK_CONTEXT_SIZE", "512")
    chatbots = [Chatbot(sample), Chatbot(library)]
    models = [chatbot.model for chatbot in chatbots]
    assert isinstance(models[0], LlamaCpp)
    assert isinstance(models[1], LlamaCpp)
    for model in models:
        model.load()
    assert models[0]._engine is models[1]._engine  # pyright: ignore[reportPrivateUsage]

    prompt = [Message("user", "When was the bridge built?")]
    alone = "".join(models[0].stream(prompt, max_tokens=20))

    async def write(model: LlamaCpp) -> str:
        return await asyncio.to_thread(lambda: "".join(model.stream(prompt, max_tokens=20)))

    async def write_at_once() -> list[str]:
        return await asyncio.gather(*(write(m) for m in models if isinstance(m, LlamaCpp)))

    assert run(write_at_once()) == [alone, alone]


def test_a_cancelled_task_frees_llama_cpp_for_the_next_question(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    model = LlamaCpp(str(write_tiny_model(tmp_path / "tiny.gguf")), context_size=512, shared=False)
    model.load()
    prompt = [Message("user", "When was the bridge built?")]

    class Endless(ScriptedModel):
        """Writes with the tiny model for as long as it may."""

        def stream(
            self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
        ) -> Iterator[str]:
            while not (cancel and cancel.is_set()):
                yield from model.stream(MESSAGES, max_tokens=400, cancel=cancel)

    async def cancel() -> float:
        first = asyncio.Event()

        async def ask() -> None:
            async for event in Chatbot(sample, model=Endless()).astream(QUESTION):
                if isinstance(event, TextDelta):
                    first.set()

        task = asyncio.create_task(ask())
        await first.wait()
        task.cancel()
        start = time.perf_counter()
        await asyncio.to_thread(lambda: list(model.stream(prompt, max_tokens=1)))
        return time.perf_counter() - start

    assert run(cancel()) < 2


MESSAGES = [Message("user", "Go on.")]


def test_a_library_is_filled_searched_and_closed_with_await(tmp_path: Path) -> None:
    article = tmp_path / "bridge.txt"
    article.write_text("The bridge over the Elm was opened in 1873.\n")

    async def work() -> list[bool]:
        folder = tmp_path / "made.library"
        async with Library.open(folder, embedder=HashEmbedder()) as library:
            report = await library.aadd(article)
            hits = await library.asearch("bridge over the Elm", k=1)
            document = await library.adocument(report.added[0])
            await library.aremove(document.id)
            return [*(hit.document.id == document.id for hit in hits), len(library) == 0]

    assert run(work()) == [True, True]
