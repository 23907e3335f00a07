"""Statements by others checked against a large library."""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Iterator
from itertools import islice

import numpy as np

from sourcebook.eval.benchmark.engine import Sample
from sourcebook.eval.benchmark.synthetic import RandomVectors, varied_documents
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.library import Library
from sourcebook.rag.review import verify

__all__ = ["measure_verifying"]

_TARGET = 200.0
"""Milliseconds."""

_PASSAGES, _QUICK_PASSAGES = 100_000, 5_000
_STATEMENTS, _QUICK_STATEMENTS = 400, 40
_BATCH = 2000
_NUMBER = re.compile(r"\d+")


def measure_verifying(*, quick: bool) -> Iterator[Sample]:
    """Sentences of the library, every second with another number, checked one by one; no two have
    the same words, so that nothing is saved by what was embedded before."""
    count = _QUICK_PASSAGES if quick else _PASSAGES
    real = SentenceTransformersEmbedder()
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(folder, embedder=RandomVectors(real)) as library:
            documents = varied_documents(count)
            while batch := list(islice(documents, _BATCH)):
                library.add_documents(batch)
        with Library.open(folder, embedder=real) as library:
            statements = _statements(count, _QUICK_STATEMENTS if quick else _STATEMENTS)
            for text in statements[:5]:
                verify(library, text)
            seconds, processor = [], []
            for text in statements[5:]:
                began, processor_start = time.perf_counter(), time.process_time()
                verify(library, text)
                seconds.append(time.perf_counter() - began)
                processor.append(time.process_time() - processor_start)
            passages = library.stats().passages
    name = f"a sentence verified among {passages:,} passages"
    for title, q, target in (("median", 50, None), ("p95", 95, _TARGET)):
        value = 1000 * float(np.percentile(seconds, q))
        yield Sample(f"{name}, {title}", "ms", (value,), target)
        value = 1000 * float(np.percentile(processor, q))
        yield Sample(f"{name}, processor time, {title}", "ms", (value,))


def _statements(passages: int, count: int) -> list[str]:
    """Sentences of as many documents, spread over the library."""
    generator = random.Random(5)  # noqa: S311  repeatable, not secret
    statements: list[str] = []
    for document in islice(varied_documents(passages), 0, None, max(1, passages // (count + 5))):
        text = document.text
        start, end = generator.choice(sentence_spans(text))
        sentence = text[start:end]
        if len(statements) % 2:
            sentence = _NUMBER.sub(lambda match: str(int(match[0]) + 3), sentence, count=1)
        statements.append(sentence)
    return statements
