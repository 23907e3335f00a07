"""States of prompts: found by what they begin with, within their budgets, never a damaged one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Library
from sourcebook.index.paths import forget_states, states_folder
from sourcebook.rag.llm.state_cache import DiskStates, Mark, State, States, make_marks
from sourcebook.rag.testing import HashEmbedder

RULES, CASE, ASK, PROBE = [1, 2], [3, 4, 5], [6], [7, 8]


def state(*parts: list[int], size: int = 100, model: str = "m") -> State:
    return State(tuple(make_marks(model, parts)), bytes(size), b"logits!!")


def test_a_mark_stands_at_the_end_of_each_part() -> None:
    assert [mark.tokens for mark in make_marks("m", [RULES, CASE, ASK])] == [2, 2 + 3, 2 + 3 + 1]


@given(st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=5), min_size=1, max_size=5))
def test_the_same_tokens_cut_elsewhere_are_another_state(parts: list[list[int]]) -> None:
    joined = [[token for part in parts for token in part]]
    same = make_marks("m", parts)[-1].key == make_marks("m", joined)[-1].key
    assert same == (len(parts) == 1)


def test_another_model_never_finds_it() -> None:
    states = States(10_000)
    states.put(state(RULES, CASE))
    assert states.find(make_marks("another", [RULES, CASE])) is None


def test_the_longest_beginning_is_found() -> None:
    states = States(10_000)
    prompt_state = state(RULES, CASE, ASK)
    states.put(prompt_state)
    assert states.find(make_marks("m", [RULES, CASE, ASK])) == (prompt_state, 3)
    assert states.find(make_marks("m", [RULES, CASE, PROBE])) == (prompt_state, 2)
    assert states.find(make_marks("m", [RULES, PROBE])) == (prompt_state, 1)
    assert states.find(make_marks("m", [PROBE])) is None


def test_one_that_goes_on_takes_the_place_of_its_beginning() -> None:
    states = States(10_000)
    states.put(state(RULES))
    states.put(state(RULES, CASE))
    assert len(states) == 1


def test_the_budget_holds_and_the_longest_unused_goes() -> None:
    states = States(3 * 108)
    for number in range(3):
        states.put(state([number]))
    assert states.size == 3 * 108
    states.find(make_marks("m", [[0]]))
    states.put(state([3]))
    assert [bool(states.find(make_marks("m", [[n]]))) for n in range(4)] == [
        True,
        False,
        True,
        True,
    ]
    states.put(state([9], size=1000))
    assert states.size <= 3 * 108


def test_after_a_restart_it_is_found_on_disk(tmp_path: Path) -> None:
    prompt_state = state(RULES, CASE, ASK)
    States(10_000, DiskStates(tmp_path / "d", 10_000)).write(prompt_state)
    again = States(10_000, DiskStates(tmp_path / "d", 10_000))
    assert again.find(make_marks("m", [RULES, CASE, PROBE])) == (prompt_state, 2)


def test_what_is_on_disk_is_for_its_owner_alone(tmp_path: Path) -> None:
    disk = DiskStates(tmp_path / "d", 10_000)
    disk.put(state(RULES))
    (file,) = disk.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(disk.folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("where", range(0, 400, 7))
def test_a_damaged_byte_anywhere_means_computing_anew(tmp_path: Path, where: int) -> None:
    prompt_state = state(RULES, CASE)
    disk = DiskStates(tmp_path / "d", 10_000)
    disk.put(prompt_state)
    (file,) = disk.folder.iterdir()
    data = bytearray(file.read_bytes())
    data[where % len(data)] ^= 0xFF
    file.write_bytes(data)
    assert DiskStates(disk.folder, 10_000).get(prompt_state.key) is None


@pytest.mark.parametrize("length", [0, 1, 50, 200, -1])
def test_a_file_cut_short_is_removed(tmp_path: Path, length: int) -> None:
    prompt_state = state(RULES, CASE)
    disk = DiskStates(tmp_path / "d", 10_000)
    disk.put(prompt_state)
    (file,) = disk.folder.iterdir()
    file.write_bytes(file.read_bytes()[:length])
    assert disk.get(prompt_state.key) is None
    disk.put(prompt_state)
    assert DiskStates(disk.folder, 10_000).get(prompt_state.key) == prompt_state


def test_the_disk_budget_holds_and_the_oldest_use_goes(tmp_path: Path) -> None:
    size = 500
    disk = DiskStates(tmp_path / "d", 3 * (size + 500))
    for number in range(3):
        disk.put(state([number], size=size))
        os.utime(disk.folder / f"{state([number]).key}.state", (number, number))
    assert disk.get(state([0]).key)  # used: now the youngest
    disk.put(state([3], size=2 * size))
    left = {n for n in range(4) if (disk.folder / f"{state([n]).key}.state").exists()}
    assert left >= {0, 3}
    assert 1 not in left
    assert sum(file.stat().st_size for file in disk.folder.iterdir()) <= 3 * (size + 500)


def test_a_disk_that_cannot_be_written_keeps_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    disk = DiskStates(tmp_path / "file" / "d", 10_000)
    disk.put(state(RULES))
    assert disk.get(state(RULES).key) is None


def test_something_else_in_the_folder_is_no_state(tmp_path: Path) -> None:
    for number, text in enumerate(["", "{}", "[]", '{"marks": [1]}', '{"marks": [["k", 1]]}\n']):
        (tmp_path / f"{number}.state").write_text(text)
    disk = DiskStates(tmp_path, 10_000)
    assert disk.get("k") is None
    assert disk.get("1") is None


def test_articles_that_go_or_change_leave_no_state_whoever_tells_the_library(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    talks, bridge = folder / "talks.txt", folder / "bridge.txt"
    talks.write_text("The talks lasted about eight hours.")
    bridge.write_text("The bridge over the Ouse is long.")

    def has_states() -> bool:
        return any(states_folder().iterdir())

    def keep() -> None:
        DiskStates(states_folder(), 10_000).put(state(RULES))
        assert has_states()

    with Library.open(tmp_path / "l", embedder=HashEmbedder()) as library:
        keep()
        library.add(folder)
        assert has_states()  # what is new says nothing of what was there
        library.add(folder)
        assert has_states()
        bridge.write_text("The bridge over the Ouse is 90 metres long.")
        library.add(folder)
        assert not has_states()
        keep()
        bridge.unlink()
        library.sync(folder, confirm=lambda missing: True)
        assert not has_states()
        keep()
        library.remove(next(library.documents()).id)
        assert not has_states()


def test_only_states_are_taken_from_the_folder_of_states(tmp_path: Path) -> None:
    DiskStates(states_folder(), 10_000).put(state(RULES))
    (states_folder() / "notes.txt").write_text("mine")
    forget_states()
    assert [file.name for file in states_folder().iterdir()] == ["notes.txt"]


def test_a_state_is_filed_under_its_last_mark() -> None:
    assert State((Mark("a", 1), Mark("b", 2)), b"", b"").key == "b"
