"""Two who need the same model in one process have one of it, in turns; who goes takes it from
nobody, and with the last of them it goes."""

from __future__ import annotations

import gc
import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tiny_model import write_tiny_model

from sourcebook.index import Library, SentenceTransformersEmbedder, make_document
from sourcebook.index.errors import ModelError
from sourcebook.index.weights.pool import ModelPool
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.base import Message
from sourcebook.rag.llm.engine import Engine
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.testing import HashEmbedder

CASES = [f"The bridge was built in {year}. When?" for year in (1873, 1901, 1950, 1977)]


def about(case: str) -> list[Message]:
    return [Message("system", "Use the excerpts."), Message("user", f"{case}\n\nAnswer.")]


def reply(model: LlamaCpp, case: str) -> str:
    return "".join(model.stream(about(case), max_tokens=24))


class Engines:
    """The engines made, all and those that are left."""

    def __init__(self) -> None:
        self.made: list[weakref.ref[Engine]] = []

    @property
    def left(self) -> int:
        gc.collect()
        return sum(engine() is not None for engine in self.made)


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engines:
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    engines, init = Engines(), Engine.__init__

    def counted(engine: Engine, *args: object) -> None:
        init(engine, *args)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        engines.made.append(weakref.ref(engine))

    monkeypatch.setattr(Engine, "__init__", counted)
    return engines


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny.gguf")


def model_of(path: Path, **settings: int | bool) -> LlamaCpp:
    return LlamaCpp(str(path), **{"context_size": 512, "threads": 1, **settings})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_same_weights_are_loaded_once_wherever_they_lie(
    engines: Engines, tiny: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(tiny.read_bytes())
    models = [model_of(path, state_memory=size) for path in (tiny, copy) for size in (0, 64)]
    with ThreadPoolExecutor(len(models)) as pool:
        list(pool.map(LlamaCpp.load, models))
    assert len(engines.made) == 1
    assert len({reply(model, CASES[0]) for model in models}) == 1


@pytest.mark.slow
def test_other_weights_other_settings_and_who_asks_for_it_have_their_own(
    engines: Engines, tiny: Path, tmp_path: Path
) -> None:
    other = write_tiny_model(tmp_path / "other.gguf", seed=2)
    models = [
        model_of(tiny),
        model_of(other),
        model_of(tiny, context_size=256),
        model_of(tiny, threads=2),
        model_of(tiny, shared=False),
        model_of(tiny, shared=False),
    ]
    for model in models:
        model.load()
    assert len(engines.made) == engines.left == len(models)
    assert reply(models[0], CASES[0]) == reply(models[-1], CASES[0]) != reply(models[1], CASES[0])


@pytest.mark.slow
def test_a_file_that_is_replaced_is_another_model(engines: Engines, tiny: Path) -> None:
    before = model_of(tiny)
    said = reply(before, CASES[0])
    aside = write_tiny_model(tiny.with_suffix(".new"), seed=2)
    aside.replace(tiny)
    after = model_of(tiny)
    assert reply(after, CASES[0]) != said
    assert reply(before, CASES[0]) == said
    assert engines.left == 2


@pytest.mark.slow
@pytest.mark.parametrize("state_memory", [0, 64])
def test_those_who_share_a_model_say_at_once_what_each_says_alone(
    engines: Engines, tiny: Path, state_memory: int
) -> None:
    alone = {case: reply(model_of(tiny, state_memory=0, shared=False), case) for case in CASES}
    assert len(set(alone.values())) > 1
    models = [model_of(tiny, state_memory=state_memory) for _ in CASES]
    begin = threading.Barrier(len(CASES))

    def work(number: int) -> list[tuple[str, str]]:
        begin.wait(20)
        order = CASES[number:] + CASES[:number]
        said: list[tuple[str, str]] = []
        for _ in range(5):
            for case in order:
                said.append((case, reply(models[number], case)))
                models[number].read_ahead(about(case)[:1])
        return said

    with ThreadPoolExecutor(len(CASES)) as pool:
        for said in pool.map(work, range(len(CASES))):
            assert [words for _, words in said] == [alone[case] for case, _ in said]
    assert engines.left == 1


def test_one_who_waits_for_the_other_can_stop(engines: Engines, tiny: Path) -> None:
    first, second = model_of(tiny), model_of(tiny)
    words = first.stream(about(CASES[0]), max_tokens=24)
    next(words)
    cancel, said = threading.Event(), list[str]()
    waiting = threading.Thread(
        target=lambda: said.extend(second.stream(about(CASES[1]), max_tokens=5, cancel=cancel))
    )
    waiting.start()
    cancel.set()  # its own reply's alone
    waiting.join(20)
    assert not waiting.is_alive()
    assert said == []
    assert list(words)
    assert reply(second, CASES[1])
    assert len(engines.made) == 1


@pytest.mark.slow
def test_who_goes_takes_the_model_from_nobody_and_the_last_frees_it(
    engines: Engines, tiny: Path
) -> None:
    first, second = model_of(tiny), model_of(tiny)
    said = reply(first, CASES[0])
    assert reply(second, CASES[0]) == said
    words = first.stream(about(CASES[0]), max_tokens=24)
    text = next(words)
    del first
    assert engines.left == 1
    assert text + "".join(words) == said
    assert reply(second, CASES[0]) == said
    del second, words
    assert engines.left == 0
    assert reply(model_of(tiny), CASES[0]) == said
    assert len(engines.made) == 2


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="where memory can be read")
def test_what_llama_cpp_held_is_given_back(tiny: Path) -> None:
    def resident() -> int:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def once() -> None:
        reply(model_of(tiny, context_size=32_768, state_memory=0, shared=False), CASES[0])

    once()
    before = resident()
    for _ in range(20):
        once()
    # The memory of one context is 32 MiB: 2 layers x (keys, values) x 32 numbers x 2 bytes a token.
    assert resident() - before < 5 * 2**23


@pytest.mark.slow
def test_two_chatbots_over_two_libraries_answer_at_once_from_one_model(
    engines: Engines, tiny: Path, tmp_path: Path
) -> None:
    settings = Settings(
        language_model=str(tiny),
        context_size=512,
        threads=1,
        answer_above=0.0,
        answer_tokens=8,
        state_disk=0,
    )
    question = "How long is the bridge?"
    libraries = [
        Library.open(tmp_path / f"{length}.library", embedder=HashEmbedder())
        for length in ("ninety", "eighty", "seventy")
    ]
    try:
        for library, length in zip(libraries, ("ninety", "eighty", "seventy"), strict=True):
            library.add_documents([make_document(f"The bridge is {length} metres long.")])

        def answer(chatbot: Chatbot) -> object:
            answer = chatbot.ask(question).to_dict()
            return answer["text"], answer["record"]["prompt"], answer["confidence"]

        alone = [answer(Chatbot(library, settings=settings)) for library in libraries]
        assert engines.left == 0
        chatbots = [Chatbot(library, settings=settings) for library in libraries]
        with ThreadPoolExecutor(len(chatbots)) as pool:
            for _ in range(3):
                assert list(pool.map(answer, chatbots)) == alone
        assert engines.left == 1
    finally:
        for library in libraries:
            library.close()


def test_what_cannot_be_made_is_not_shared_and_refused_to_each() -> None:
    shared: ModelPool[Engines] = ModelPool()

    def fail() -> Engines:
        raise ModelError("no")

    for _ in range(2):
        with pytest.raises(ModelError):
            shared.get("key", fail)
    held = shared.get("key", Engines)
    assert shared.get("key", fail) is held


@pytest.mark.real
def test_an_embedder_is_loaded_once_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from sourcebook.index.embedding.bert import BertEncoder

    loaded: list[Path] = []
    init = BertEncoder.__init__

    def counted(encoder: BertEncoder, folder: Path) -> None:
        loaded.append(folder)
        init(encoder, folder)

    monkeypatch.setattr(BertEncoder, "__init__", counted)
    texts = ["The bridge is long.", "They met in Geneva."]
    embedders = [SentenceTransformersEmbedder(batch_size=7) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(lambda embedder: embedder.embed(texts), embedders)
    assert len(loaded) == 1
    assert all((other == first).all() for other in others)
    own = SentenceTransformersEmbedder(batch_size=7, shared=False)
    assert (own.embed(texts) == first).all()
    assert len(loaded) == 2
