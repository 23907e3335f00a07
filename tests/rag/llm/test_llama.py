"""The engine over a real llama.cpp and a tiny model: states, stopping, failing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tiny_model import write_tiny_model

from sourcebook.index.errors import GenerationFailed, ModelError
from sourcebook.rag.llm.base import Message
from sourcebook.rag.llm.engine import Engine
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.llm.state_cache import DiskStates, States

RULES = Message("system", "Use the excerpts.")
CASE = "Excerpts:\n- The bridge was built in 1873.\n\nQuestion: When?"


def about(case: str, request: str = "Answer.") -> list[Message]:
    return [RULES, Message("user", f"{case}\n\n{request}")]


CASES = [f"{CASE} {word}" for word in ("", "a", "year", "Who? Who?", "1873 1873", "Ünï 你好")]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(autouse=True)
def _own_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))


Make = Callable[..., LlamaCpp]


@pytest.fixture
def make(tiny: Path) -> Make:
    def make_model(**settings: int) -> LlamaCpp:
        return LlamaCpp(str(tiny), shared=False, **{"context_size": 512, "threads": 1, **settings})

    return make_model


def reply(model: LlamaCpp, case: str, most: int = 40) -> str:
    return "".join(model.stream(about(case), max_tokens=most))


@pytest.fixture
def plain(make: Make) -> dict[str, str]:
    """What a model says that keeps nothing."""
    return {case: reply(make(state_memory=0), case) for case in CASES}


def test_replies_differ_and_repeat(make: Make, plain: dict[str, str]) -> None:
    assert len(set(plain.values())) > len(CASES) / 2
    model = make(state_memory=0)
    assert {case: reply(model, case) for case in CASES} == plain


def test_what_is_kept_in_memory_changes_no_word(make: Make, plain: dict[str, str]) -> None:
    model = make(state_memory=64)
    model.read_ahead([RULES])
    odds = {case: model.yes_log_odds(about(case, "Yes or No?")) for case in CASES}
    for case in [*CASES, *reversed(CASES)]:
        assert reply(model, case) == plain[case]
        assert model.yes_log_odds(about(case, "Yes or No?")) == odds[case]
    bare = make(state_memory=0)
    assert {case: bare.yes_log_odds(about(case, "Yes or No?")) for case in CASES} == odds


def test_what_is_kept_on_disk_changes_no_word(
    make: Make, plain: dict[str, str], tmp_path: Path
) -> None:
    for _ in range(2):
        model = make(state_memory=0, state_disk=64)
        assert {case: reply(model, case) for case in CASES} == plain
    files = list((tmp_path / "cache" / "states").iterdir())
    assert len(files) == len(CASES)
    for file in files:
        file.write_bytes(file.read_bytes()[:-1] + b"\xff")
    model = make(state_memory=0, state_disk=64)
    assert {case: reply(model, case) for case in CASES} == plain


class Counting:
    """Counts the passes of an engine."""

    def __init__(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tokens = 0
        decode = engine._decode  # pyright: ignore[reportPrivateUsage]

        def counting(tokens: list[int]) -> bool:
            self.tokens += len(tokens)
            return decode(tokens)

        monkeypatch.setattr(engine, "_decode", counting)


def engine(tiny: Path, states: States) -> Engine:
    return Engine(tiny, "tiny", 512, 1, states)


@pytest.mark.parametrize("where", ["memory", "disk"])
def test_a_prompt_is_read_once_and_its_numbers_are_the_same_to_the_last_bit(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    disk = DiskStates(tmp_path, 10**8) if where == "disk" else None

    def states() -> States:
        return States(0, disk) if disk else States(10**8)

    first = engine(tiny, states())
    answer, probe = (
        first.vocabulary.chat_parts(about(CASE, request)) for request in ("Answer.", "Yes or No?")
    )
    assert len(answer) == 3
    assert answer[:2] == probe[:2]
    before = {}
    for name, parts in (("probe", probe), ("answer", answer)):
        logits = first.read(parts)
        assert logits is not None
        before[name] = logits.copy()
        state = first.keep(logits)
        assert state is not None
        if disk:
            disk.put(state)
    second = first if where == "memory" else engine(tiny, states())
    other = second.read(second.vocabulary.chat_parts([Message("user", "Something else.")]))
    assert other is not None
    count = Counting(second, monkeypatch)
    again = second.read(answer)
    assert again is not None
    assert count.tokens == 0
    assert np.array_equal(again, before["answer"])
    assert second.append(5) is not None
    assert second.append(6) is not None
    again = second.read([*answer[:2], second.vocabulary.tokens("A new request.")])
    assert again is not None
    assert count.tokens == 2 + len(second.vocabulary.tokens("A new request."))
    again = second.read(probe)
    assert again is not None
    assert np.array_equal(again, before["probe"])


def test_a_stop_before_the_prompt_is_read_and_in_the_middle_of_a_reply(
    make: Make, plain: dict[str, str]
) -> None:
    model = make()
    cancel = threading.Event()
    words = model.stream(about(CASES[1]), max_tokens=40, cancel=cancel)
    next(words)
    cancel.set()
    assert list(words) == []
    assert list(model.stream(about(CASE), max_tokens=40, cancel=cancel)) == []
    assert model.yes_log_odds(about(CASE), cancel=cancel) == 0.0
    assert {case: reply(model, case) for case in CASES} == plain


def test_who_waits_for_the_model_can_stop_waiting(make: Make) -> None:
    model, cancel = make(), threading.Event()
    first = model.stream(about(CASES[1]), max_tokens=40)
    next(first)
    pieces: list[str] = []
    waiting = threading.Thread(
        target=lambda: pieces.extend(model.stream(about(CASE), max_tokens=5, cancel=cancel))
    )
    waiting.start()
    cancel.set()
    waiting.join(5)
    assert not waiting.is_alive()
    assert pieces == []
    assert list(first)


def test_a_reply_given_up_in_the_middle_frees_the_model(make: Make, plain: dict[str, str]) -> None:
    model = make()
    words = model.stream(about(CASES[1]), max_tokens=40)
    assert isinstance(words, Iterator)
    next(words)
    words.close()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert {case: reply(model, case) for case in CASES} == plain


def test_a_full_context_ends_the_reply_and_a_longer_prompt_is_refused(make: Make) -> None:
    model = make()
    room = 512
    shortest = len("".join(reply(model, "word " * 60, 400)))
    assert shortest >= 0
    with pytest.raises(GenerationFailed, match=f"the model reads {room}"):
        reply(model, "word " * 300)
    assert reply(model, CASES[1], 5) == reply(make(state_memory=0), CASES[1], 5)


def test_a_computation_that_fails_leaves_the_model_in_order(
    make: Make, tiny: Path, plain: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make()
    model.load()
    import llama_cpp.llama_cpp as c

    decode = c.llama_decode
    monkeypatch.setattr(c, "llama_decode", lambda *_: -3)
    with pytest.raises(GenerationFailed, match="-3"):
        reply(model, CASE)
    monkeypatch.setattr(c, "llama_decode", decode)
    assert {case: reply(model, case) for case in CASES} == plain


def test_a_model_of_no_numbers_is_said_to_be_damaged(tmp_path: Path, make: Make) -> None:
    path = write_tiny_model(tmp_path / "nan.gguf")
    data = path.read_bytes()
    path.write_bytes(data[: -64 * 4] + b"\xff" * 64 * 4)
    with pytest.raises(GenerationFailed, match="damaged"):
        reply(LlamaCpp(str(path), context_size=512, threads=1), CASE)
    del make


def test_what_is_no_model_is_refused_each_time(tmp_path: Path) -> None:
    path = tmp_path / "no.gguf"
    path.write_bytes(b"GGUF and nothing else")
    model = LlamaCpp(str(path))
    for _ in range(2):
        with pytest.raises(ModelError, match="not a GGUF model"):
            model.load()
