"""The race of encoders: who wins, who may not take part, what is remembered; and the real ones."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sourcebook.index import Library, SentenceTransformersEmbedder, make_document
from sourcebook.index.embedding.base import Vectors, embed_many
from sourcebook.index.embedding.bert import BertEncoder
from sourcebook.index.embedding.bert_torch import TorchEncoder
from sourcebook.index.embedding.encoder_race import Encoder, RaceCache, race
from sourcebook.index.embedding.sentence_encoder import FullEncoder
from sourcebook.index.machine import machine
from sourcebook.index.paths import cache_folder
from sourcebook.index.weights import files as weights
from sourcebook.rag.testing import HashEmbedder

TEXTS = [f"The bridge number {n} over the Ouse was built in {1800 + n}." for n in range(8)]


class Runner:
    """An encoder that takes its time, and may turn its vectors by an angle."""

    def __init__(self, seconds: float, cosine: float = 1.0) -> None:
        self.dimension = 2
        self._seconds, self._cosine = seconds, cosine

    def encode(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self._seconds)
        turned = [self._cosine, (1 - self._cosine**2) ** 0.5]
        return np.asarray([turned] * len(texts), np.float32)


def lame() -> Encoder:
    raise RuntimeError("this processor cannot")


def test_the_fastest_wins_and_all_that_ended_have_a_rate() -> None:
    fastest, rates = race({"a": lambda: Runner(0.02), "b": lambda: Runner(0.01)}, TEXTS)
    assert fastest == "b"
    assert rates["b"] > 1.5 * rates["a"]
    assert rates["b"] <= len(TEXTS) / 0.01


def test_one_whose_vectors_are_others_does_not_win() -> None:
    assert race({"a": lambda: Runner(0.01), "b": lambda: Runner(0, 0.998)}, TEXTS)[0] == "a"
    assert race({"a": lambda: Runner(0.01), "b": lambda: Runner(0, 0.9995)}, TEXTS)[0] == "b"


def test_one_that_is_hardly_faster_is_not_worth_its_start() -> None:
    assert race({"a": lambda: Runner(0.100), "b": lambda: Runner(0.097)}, TEXTS)[0] == "a"


def test_one_that_cannot_be_loaded_does_not_take_part() -> None:
    assert race({"a": lambda: Runner(0), "b": lame}, TEXTS)[0] == "a"


def test_what_won_is_remembered_for_this_machine_and_model(tmp_path: Path) -> None:
    book = tmp_path / "cache" / "book.json"
    assert RaceCache(book, "m").get() is None
    RaceCache(book, "m").put("b", {"a": 1.25, "b": 2.0})
    RaceCache(book, "n").put("a", {"a": 1.0})
    assert (RaceCache(book, "m").get(), RaceCache(book, "n").get()) == ("b", "a")
    assert RaceCache(book, "other").get() is None
    for damaged in ("", "[]", json.dumps({f"{machine()}; m": 3})):
        book.write_text(damaged)
        assert RaceCache(book, "m").get() is None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    remembered = RaceCache(tmp_path / "file" / "book.json", "m")
    remembered.put("a", {"a": 1.0})
    assert remembered.get() is None


def test_a_processor_is_known_by_its_name_and_what_it_multiplies_with(tmp_path: Path) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text("model name : Xeon\nflags : fpu amx_tile amx_bf16 sse\n\nmodel name : Other\n")
    assert "Xeon amx_tile amx_bf16 x" in machine(file)
    assert "numpy 2" in machine(tmp_path / "none")


def test_passages_are_embedded_as_many_and_questions_alone(tmp_path: Path) -> None:
    class Bulk(HashEmbedder):
        many = 0

        def embed_many(self, texts: Sequence[str]) -> Vectors:
            Bulk.many += len(texts)
            return self.embed(texts)

    with Library.open(tmp_path, embedder=Bulk()) as library:
        library.add_documents([make_document(text) for text in TEXTS])
        assert library.search("bridge")
    assert Bulk.many == len(TEXTS)
    assert (embed_many(HashEmbedder(), TEXTS) == HashEmbedder().embed(TEXTS)).all()


@pytest.mark.real
@pytest.mark.parametrize(("bfloat16", "least"), [(False, 0.999999), (True, 0.9995)])
def test_pytorch_gives_the_vectors_of_numpy(bfloat16: bool, least: float) -> None:
    encoder = BertEncoder(weights.checked_path(weights.DEFAULT_EMBEDDER))
    texts = ["", "x", "word " * 600, "Élan naïve — 你好 ß \x00", *TEXTS * 20]
    theirs = TorchEncoder(encoder, bfloat16=bfloat16).encode(texts)
    assert theirs.shape == (len(texts), 384)
    assert np.allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-5)
    assert np.einsum("ij,ij->i", theirs, encoder.encode(texts)).min() >= least


@pytest.mark.real
def test_pytorch_without_the_layout_for_the_processor_gives_them_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import torch

    def missing(*_: object) -> None:
        raise RuntimeError("not on this processor")

    monkeypatch.setattr(torch.ops.mkldnn, "_reorder_linear_weight", missing)
    encoder = BertEncoder(weights.checked_path(weights.DEFAULT_EMBEDDER))
    theirs = TorchEncoder(encoder, bfloat16=False).encode(TEXTS)
    assert np.einsum("ij,ij->i", theirs, encoder.encode(TEXTS)).min() >= 0.999999


@pytest.mark.real
def test_filling_a_library_races_once_and_stays_within_the_cosine() -> None:
    texts = [f"{text} It was repaired {n} times." for n in range(16) for text in TEXTS]
    embedder = SentenceTransformersEmbedder()
    for _ in range(4):
        embedder.embed_many(texts)
    many = embedder.embed_many(texts)
    assert np.einsum("ij,ij->i", many, embedder.embed(texts)).min() >= 0.998
    (page,) = json.loads((cache_folder() / "embedding.json").read_text()).values()
    assert page["texts per second"]["numpy"] > 0
    assert embedder.embed_many([]).shape == (0, 384)


@pytest.mark.real
def test_another_model_too_may_run_in_bfloat16() -> None:
    exact = FullEncoder(weights.checked_path(weights.DEFAULT_EMBEDDER), batch_size=32)
    vectors = exact.in_bfloat16().encode(TEXTS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.einsum("ij,ij->i", vectors, exact.encode(TEXTS)).min() >= 0.998
