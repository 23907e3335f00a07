"""Models of the hub: checked against what was first seen, resumed, refused where too large."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_hub import COMMIT, Hub, model_hub
from tiny_model import write_tiny_model

from sourcebook.index.errors import ModelDownloadFailed, ModelFileAltered, ModelFileMissing
from sourcebook.index.machine import memory
from sourcebook.index.weights import files as weights
from sourcebook.index.weights.hub import HubFile
from sourcebook.rag import Settings
from sourcebook.rag.llm.base import Message
from sourcebook.rag.models import make_language_model

FILE = "owner/repo/tiny-Q4_K_M.gguf"
NAME = f"hf:{FILE}"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    with model_hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        running.files[FILE] = write_tiny_model(tmp_path / "tiny.gguf").read_bytes()
        running.licences["owner/repo"] = "apache-2.0"
        yield running


def test_a_pulled_model_is_written_down_and_runs(hub: Hub, tmp_path: Path) -> None:
    steps: list[weights.DownloadProgress] = []
    weights.pull([NAME], steps.append)
    place = weights.checked_path(NAME)
    assert place.read_bytes() == hub.files[FILE]
    assert weights.is_installed(NAME)
    assert weights.content_id(NAME) == hub.sha256(FILE)
    entry = json.loads((tmp_path / "models" / "hub.json").read_text())[NAME]
    assert entry == {
        "commit": COMMIT,
        "licence": "apache-2.0",
        "files": [
            {
                "path": "tiny-Q4_K_M.gguf",
                "size": len(hub.files[FILE]),
                "sha256": hub.sha256(FILE),
            }
        ],
    }
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert steps[-1].done == steps[-1].total == len(hub.files[FILE])
    model = make_language_model(Settings(language_model=NAME, context_size=512, state_disk=0))
    assert "".join(model.stream([Message("user", "Hello")], max_tokens=8))


def test_what_is_here_is_neither_asked_for_nor_fetched_again(hub: Hub) -> None:
    weights.pull([NAME])
    count = len(hub.requests)
    weights.pull([NAME])
    weights.verify(NAME)
    assert len(hub.requests) == count


def test_a_state_of_the_repository_is_fetched_and_stays(hub: Hub) -> None:
    weights.pull([NAME])
    weights.checked_path(NAME).unlink()
    weights.pull([NAME])
    state = ("GET", f"owner/repo/resolve/{COMMIT}/tiny-Q4_K_M.gguf")
    assert hub.requests.count(state) == 2


def test_another_file_under_the_name_is_refused_and_not_kept(hub: Hub) -> None:
    weights.pull([NAME])
    place, first = weights.checked_path(NAME), hub.sha256(FILE)
    place.unlink()
    hub.files[FILE] = hub.files[FILE][:-1] + b"\x01"
    with pytest.raises(ModelFileAltered, match=f"it should be {first}"):
        weights.pull([NAME])
    assert not place.exists()
    assert not list(place.parents[3].rglob("*.partial"))


def test_an_altered_file_is_refused_with_the_command_that_mends_it(hub: Hub) -> None:
    weights.pull([NAME])
    place = weights.checked_path(NAME)
    place.write_bytes(hub.files[FILE][:-1] + b"\x01")
    for check in (weights.checked_path, weights.verify):
        with pytest.raises(ModelFileAltered, match=f"run `sourcebook models pull {NAME}`"):
            check(NAME)
    weights.pull([NAME])
    assert weights.checked_path(NAME).read_bytes() == hub.files[FILE]


def test_a_first_download_that_is_not_what_the_hub_named_is_refused(hub: Hub) -> None:
    hub.announced[FILE] = "0" * 64
    with pytest.raises(ModelFileAltered, match=f"it should be {'0' * 64}"):
        weights.pull([NAME])
    assert not weights.is_installed(NAME)


@pytest.mark.parametrize("content", ["", "no JSON", "[]", json.dumps({NAME: {"files": 1}})])
def test_damaged_first_sights_are_not_begun_anew(hub: Hub, tmp_path: Path, content: str) -> None:
    weights.pull([NAME])
    (tmp_path / "models" / "hub.json").write_text(content)
    for use in (weights.checked_path, weights.verify, weights.content_id):
        with pytest.raises(ModelFileAltered, match=r"hub\.json cannot be read"):
            use(NAME)
    with pytest.raises(ModelFileAltered, match=r"hub\.json cannot be read"):
        weights.pull([NAME])


def test_a_download_that_broke_off_goes_on_where_it_was(hub: Hub) -> None:
    hub.files[FILE] += bytes(30_000_000)
    hub.breaks_after = 15_000_000
    weights.pull([NAME])
    (wanted,) = hub.ranges  # the client writes ten megabytes at once
    assert 10_000_000 <= int(wanted.removeprefix("bytes=").rstrip("-")) <= 15_000_000
    assert weights.checked_path(NAME).read_bytes() == hub.files[FILE]


def test_an_interrupted_pull_goes_on_where_it_was(hub: Hub) -> None:
    hub.files[FILE] += bytes(30_000_000)  # several pieces of the client's

    def interrupt(step: weights.DownloadProgress) -> None:
        if step.done > 15_000_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weights.pull([NAME], interrupt)
    hub.ranges.clear()
    weights.pull([NAME])
    (wanted,) = hub.ranges
    assert int(wanted.removeprefix("bytes=").rstrip("-")) >= 10_000_000
    assert weights.checked_path(NAME).read_bytes() == hub.files[FILE]


def test_a_model_in_parts_is_fetched_whole(hub: Hub) -> None:
    for number in (1, 2):
        hub.files[f"owner/repo/q/big-0000{number}-of-00002.gguf"] = b"GGUF" + bytes([number] * 9)
    name = "hf:owner/repo/q/big-00001-of-00002.gguf"
    weights.pull([name])
    first = weights.checked_path(name)
    assert first.name == "big-00001-of-00002.gguf"
    assert first.with_name("big-00002-of-00002.gguf").read_bytes()[4:] == b"\x02" * 9


# --- refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "line"),
    [
        (10**18, r"needs 1000000000\.2 GB of disk and .* has \d+\.\d: make room"),
        (None, r"needs \d+\.\d GB of memory and this machine has \d+\.\d: choose a smaller one"),
    ],
)
def test_a_model_that_has_no_room_is_refused_before_it_is_fetched_with_both_figures(
    hub: Hub, size: int | None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if size is None:
        monkeypatch.setattr("sourcebook.index.weights.download.memory", lambda: 10**9)
    else:
        hub.sizes[FILE] = size
    with pytest.raises(ModelDownloadFailed, match=line):
        weights.pull([NAME])
    assert hub.bytes_sent == 0


@pytest.mark.parametrize(
    ("what", "refusal", "line"),
    [
        (FILE, (404, "EntryNotFound"), r"owner/repo has no file tiny-Q4_K_M\.gguf"),
        (
            "owner/repo",
            (404, "RepoNotFound"),
            r"there is no owner/repo on the hub, or it is not public",
        ),
        ("owner/repo", (403, "GatedRepo"), r"accept its terms: .*HF_TOKEN"),
        ("owner/repo", (500, ""), r"500"),
    ],
)
def test_what_the_hub_refuses_is_one_line(
    hub: Hub, what: str, refusal: tuple[int, str], line: str
) -> None:
    hub.errors[what] = refusal
    with pytest.raises(ModelDownloadFailed, match=line) as caught:
        weights.pull([NAME])
    assert "\n" not in str(caught.value)


def test_a_hub_that_is_not_there_is_one_line(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelDownloadFailed, match="it cannot be reached") as caught:
        weights.pull([NAME])
    assert NAME in str(caught.value)


def test_a_file_without_a_sha256_is_refused(hub: Hub) -> None:
    hub.announced[FILE] = "a-small-file"
    with pytest.raises(ModelDownloadFailed, match="names no SHA-256"):
        weights.pull([NAME])


def test_a_model_that_was_not_pulled_is_named_with_the_command(hub: Hub) -> None:
    assert not weights.is_installed(NAME)
    with pytest.raises(ModelFileMissing, match=f"run `sourcebook models pull {NAME}`"):
        weights.checked_path(NAME)
    assert hub.requests == []


@pytest.mark.parametrize(
    "name",
    [
        "hf:owner/repo",
        "hf:owner/repo/model.bin",
        "hf:owner/file.gguf",
        "hf:owner/../x/file.gguf",
        "hf:owner/repo/../../file.gguf",
        "hf:../repo/file.gguf",
        "hf:owner/repo//file.gguf",
        "hf:owner/repo/a\\b.gguf",
    ],
)
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ModelFileMissing, match="hf:OWNER/REPO/FILE"):
        HubFile.parse(name)


def test_the_recommended_ones_have_free_licences_and_grow_with_the_memory() -> None:
    sizes = [(model.memory, model.size) for model in weights.RECOMMENDED]
    assert sizes == sorted(sizes)
    for model in weights.RECOMMENDED:
        HubFile.parse(model.name)
        assert model.licence in {"Apache-2.0", "MIT"}
        assert model.size + 1.5e9 <= model.memory * 1e9


@pytest.mark.parametrize(("text", "limit"), [("1000000\n", 1_000_000), ("max\n", None)])
def test_the_memory_of_a_container_is_what_it_may_use(
    tmp_path: Path, text: str, limit: int | None
) -> None:
    (tmp_path / "memory.max").write_text(text)
    total = memory(tmp_path / "nothing")
    assert memory(tmp_path / "memory.max") == (limit or total)
