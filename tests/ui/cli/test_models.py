"""`sourcebook models` with a model of the hub: listed, pulled, verified, refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Run, one_line_error
from model_hub import Hub, model_hub

NAME = "hf:owner/repo/small.gguf"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))
    with model_hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.address)
        running.files["owner/repo/small.gguf"] = b"GGUF of a small model"
        running.licences["owner/repo"] = "mit"
        yield running


def test_a_model_of_the_hub_is_pulled_listed_and_verified(
    run: Run, hub: Hub, tmp_path: Path
) -> None:
    result = run("models", "pull", NAME)
    assert result.status == 0
    assert f'language_model = "{NAME}" (licence: mit)' in result.out
    assert f"{NAME}  language model, 0 MB, mit, here" in run("models", "list").out
    assert (
        f"{NAME}: as the hub had it when it was first pulled" in run("models", "verify", NAME).out
    )
    (file,) = (tmp_path / "models" / "hf").rglob("*.gguf/*.gguf")
    file.write_bytes(b"GGUF of another model")
    line = one_line_error(run("models", "verify", NAME))
    assert hub.sha256("owner/repo/small.gguf") in line
    assert f"run `sourcebook models pull {NAME}`" in line
    file.unlink()
    assert f"not here: `sourcebook models pull {NAME}`" in run("models", "list").out


def test_the_list_names_models_by_the_memory_they_need_with_their_licences(run: Run) -> None:
    rows = [row for row in json.loads(run("models", "list", "--json").out) if row["memory_gb"]]
    assert [row["memory_gb"] for row in rows] == [4, 8, 8, 16, 32]
    text = run("models", "list").out
    for row in rows:
        assert f"{row['memory_gb']:>2} GB of memory: {row['name']}" in text
        assert row["licence"] in {"Apache-2.0", "MIT"}


def test_what_the_hub_has_not_is_one_line(run: Run, hub: Hub) -> None:
    assert "has no file other.gguf" in one_line_error(
        run("models", "pull", "hf:owner/repo/other.gguf")
    )
    assert "hf:OWNER/REPO/FILE.gguf" in one_line_error(run("models", "pull", "hf:owner/repo"))
    assert hub.bytes_sent == 0
