"""A library of any size to measure with: the sample's sentences in random order, random vectors."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import numpy as np

from ..index.documents import Document, make_document
from ..index.embedding import Embedder, Vectors
from ..index.sentences import sentence_spans


class RandomVectors:
    """Unit vectors at random, under another embedder's name."""

    def __init__(self, like: Embedder) -> None:
        self.name = like.name
        self.dimension = like.dimension
        self._generator = np.random.default_rng(1)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._generator.normal(size=(len(texts), self.dimension)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def synthetic_documents(passages: int) -> Iterator[Document]:
    """Articles of six sentences drawn from the sample, one passage each."""
    generator = random.Random(1)  # noqa: S311  repeatable, not secret
    sentences = _sentences()
    for number in range(passages):
        text = " ".join(generator.sample(sentences, 6))
        yield make_document(text, title=f"Synthetic article {number}", url=f"synthetic:{number}")


def passage_texts(count: int) -> list[str]:
    """Texts as long as passages are, from the sample's sentences."""
    return [document.text for document in synthetic_documents(count)]


def _sentences() -> list[str]:
    from ..index.readers import read_file
    from .dataset import BUNDLED

    sample = BUNDLED.parent.parent / "index" / "sample"
    texts = [read_file(path).text for path in sorted(sample.glob("*.md"))]
    return [text[a:b] for text in texts for a, b in sentence_spans(text)]
