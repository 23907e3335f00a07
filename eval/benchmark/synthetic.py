"""A library of any size to measure with: the sample's sentences in random order, random vectors."""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.embedding.base import Embedder, Vectors


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


def varied_documents(passages: int) -> Iterator[Document]:
    """The same with other words in every article: each name, number and long word of a sentence is
    replaced by one of its kind, so that no two sentences are the same, as in a real library."""
    generator = random.Random(6)  # noqa: S311  repeatable, not secret
    sentences = _sentences()
    words = sorted({word for text in sentences for word in _LONG_WORD.findall(text)})
    endings = ["", "an", "er", "ow", "ia", "ek"]

    def replace(found: re.Match[str]) -> str:
        word = found[0]
        if word.isdecimal():
            return str(generator.randrange(2, 10 ** len(word)))
        if word[0].isupper():
            return str(generator.choice(words)).capitalize() + str(generator.choice(endings))
        return str(generator.choice(words))

    for number in range(passages):
        text = " ".join(_VARIED.sub(replace, line) for line in generator.sample(sentences, 6))
        yield make_document(text, title=f"Varied article {number}", url=f"varied:{number}")


_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")
_VARIED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+\b|\b\d+\b|\b[a-z]{6,}\b")


def passage_texts(count: int) -> list[str]:
    """Texts as long as passages are, from the sample's sentences."""
    return [document.text for document in synthetic_documents(count)]


def write_pages(folder: Path, count: int) -> None:
    """Web pages of some 600 words with a menu and a footer, from the sample's sentences."""
    folder.mkdir(parents=True)
    generator = random.Random(2)  # noqa: S311  repeatable, not secret
    sentences = _sentences()
    for number in range(count):
        paragraphs = "".join(
            f"<p>{html.escape(' '.join(generator.sample(sentences, 4)))}</p>" for _ in range(6)
        )
        name = f"Synthetic page {number}"
        (folder / f"page{number:05}.html").write_text(
            _PAGE.format(name=name, paragraphs=paragraphs), "utf-8"
        )


_PAGE = """<html><head><title>{name}</title></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a></nav>
<article><h1>{name}</h1>{paragraphs}</article>
<footer>All rights reserved</footer></body></html>"""


def _sentences() -> list[str]:
    from importlib.resources import as_file, files

    from sourcebook.index.reading.registry import read_file

    with as_file(files("sourcebook.index") / "sample") as sample:
        texts = [read_file(path).text for path in sorted(sample.glob("*.md"))]
    return [text[a:b] for text in texts for a, b in sentence_spans(text)]
