"""The light encoder: which folders it may read, and the same vectors as sentence-transformers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index.embedding.bert import TOKENS_AT_ONCE, BertEncoder, can_read, in_portions
from sourcebook.index.machine import processors
from sourcebook.index.weights import files as weights

CONFIG: dict[str, Any] = {"model_type": "bert", "hidden_act": "gelu"}
MODULES = ["Transformer", "Pooling", "Normalize"]
POOLING: dict[str, Any] = {"word_embedding_dimension": 8, "pooling_mode_mean_tokens": True}

TEXTS = [
    "",
    "x",
    "?!",
    "Their discussions took about eight hours.",
    "Élan naïve — 你好 ß \x00 \u200b don't e-mail U.S.",
    "word " * 600,
    *(f"The bridge number {n} over the Ouse was built in {1800 + n}." for n in range(40)),
]


def folder(place: Path, config: Any = None, modules: Any = None, pooling: Any = None) -> Path:
    (place / "1_Pooling").mkdir(parents=True)
    names = [{"type": f"sentence_transformers.models.{name}"} for name in modules or MODULES]
    (place / "config.json").write_text(json.dumps(config or CONFIG))
    (place / "modules.json").write_text(json.dumps(names))
    (place / "1_Pooling" / "config.json").write_text(json.dumps(pooling or POOLING))
    for name in ("model.safetensors", "tokenizer.json"):
        (place / name).touch()
    return place


def test_a_model_of_the_defaults_form_can_be_read(tmp_path: Path) -> None:
    assert can_read(folder(tmp_path / "m"))


@pytest.mark.parametrize(
    "other",
    [
        {"config": CONFIG | {"model_type": "mpnet"}},
        {"config": {"hidden_act": "gelu"}},
        {"config": CONFIG | {"hidden_act": "gelu_new"}},
        {"config": CONFIG | {"position_embedding_type": "relative_key"}},
        {"modules": ["Transformer", "Pooling"]},
        {"modules": [*MODULES, "Dense"]},
        {"pooling": {"pooling_mode_cls_token": True}},
        {"pooling": POOLING | {"pooling_mode_max_tokens": True}},
    ],
)
def test_another_form_is_left_to_sentence_transformers(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    assert not can_read(folder(tmp_path / "m", **other))


@given(st.lists(st.integers(1, 300), max_size=60))
def test_processors_get_about_the_same_and_every_text_its_vector(lengths: list[int]) -> None:
    portions: list[int] = []

    def encode(texts: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
        portions.append(sum(map(len, texts)))
        return [(text[0], len(text)) for text in texts]

    texts = [[number] * length for number, length in enumerate(lengths)]
    assert in_portions(texts, encode) == list(enumerate(lengths))
    assert sum(portions) == sum(lengths)
    longest = max(lengths, default=0)
    assert max(portions, default=0) <= TOKENS_AT_ONCE + longest
    if sum(lengths) >= 64 * processors() and len(portions) > 1:
        assert max(portions) <= sum(lengths) / processors() + longest


@pytest.mark.parametrize("missing", ["config.json", "modules.json", "model.safetensors"])
def test_a_folder_that_lacks_a_file_is_left_too(tmp_path: Path, missing: str) -> None:
    place = folder(tmp_path / "m")
    (place / missing).unlink()
    assert not can_read(place)
    assert not can_read(tmp_path / "none")


@pytest.mark.real
def test_the_vectors_are_those_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    place = weights.checked_path(weights.DEFAULT_EMBEDDER)
    assert can_read(place)
    ours = BertEncoder(place).encode(TEXTS)
    model = SentenceTransformer(str(place), device="cpu", local_files_only=True)
    theirs = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert ours.shape == (len(TEXTS), 384)
    assert float(np.abs(ours - np.asarray(theirs)).max()) < 1e-5
    assert np.allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-6)


@pytest.mark.real
def test_a_vector_does_not_depend_on_its_company() -> None:
    encoder = BertEncoder(weights.checked_path(weights.DEFAULT_EMBEDDER))
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS[:8]])
    assert float(np.abs(together[:8] - alone).max()) < 1e-6
