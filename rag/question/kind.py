"""The kind of a question: what sort of answer it asks for, decided by its words and its meaning.

Kinds are told apart by two linear classifiers whose scores are added: one over the words, pairs of
neighbours and the beginnings of clauses of a question, one over its vector from the default
embedder, where that is the library's. Small talk is only what has no other words than small talk.
The weights are fitted by `tests/tools/fit_kinds.py` to 8,400 questions about all subjects, requests
among them in polite forms too. Of 550 questions written apart from those, the words alone tell
86 %, both 90 %.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.weights.files import DEFAULT_EMBEDDER
from sourcebook.rag.language.word_lists import read_lines

__all__ = ["KINDS", "Kind", "features_of", "find_kind"]

Kind = Literal[
    "fact",
    "how-to",
    "list",
    "comparison",
    "summary",
    "why",
    "yes-no",
    "library",
    "small-talk",
    "source",
]

KINDS: tuple[Kind, ...] = get_args(Kind)

ABOUT_NO_ARTICLE: tuple[Kind, ...] = ("small-talk", "library")
"""Kinds whose answers are the product's own words, without the model."""

Weights = NDArray[np.int64]

WEIGHTS = "kind_weights.tsv"
"""A line of kinds, then a feature and its weight for each of them a line; "" is the constant."""

MEANING_WEIGHTS = "kind_meaning_weights.tsv"
"""The same of a vector: the features are its places, from 0."""

_WORD = re.compile(r"[^\W\d_]+(?:’[^\W\d_]+)*|\d+|[?!:,;“]|[.](?=\s)")
_QUOTES = str.maketrans("'\"„«”", "’““““")
_CLAUSE_ENDS = re.compile(r"[.!?:;,–—-]+\s+")
_LONGEST_BEGINNING = 4
"""Words."""

_LEAST_KNOWN = 0.4
"""Share of its words that have weights, from which a question is in a language that they know."""


def find_kind(
    question: str, without: Collection[Kind] = (), *, embedder: Embedder | None = None
) -> Kind:
    """Return the kind of a question. It takes well under 5 ms beyond the question's vector, which
    the search needs anyhow.

    Args:
        question: in one line.
        without: kinds that it turned out not to be of.
        embedder: the library's; without it, or where it is not the default one, the words decide.

    Raises:
        ModelError: the embedder cannot be loaded.
    """
    text = question.strip()
    if "small-talk" not in without and is_small_talk(text):
        return "small-talk"
    kinds = (k for k in _rank_kinds(text, embedder) if k not in without and k != "small-talk")
    return next(kinds, "fact")


def _rank_kinds(text: str, embedder: Embedder | None = None) -> list[Kind]:
    """Return the kinds, the likeliest first; none of a text in a language without weights."""
    kinds, weights = _load_weights()
    words = set(_words(_in_small_letters(text)))
    if len(words & weights.keys()) < _LEAST_KNOWN * len(words):
        return []
    scores = weights[""] + sum(weights[f] for f in features_of(text) if f in weights)
    if embedder is not None and embedder.name == DEFAULT_EMBEDDER:
        constant, table = _load_meaning_weights()
        scores = scores + constant + embedder.embed([text])[0] @ table
    return [kinds[index] for index in np.argsort(-scores, kind="stable")]


def features_of(question: str) -> set[str]:
    """Return what the classifier sees of a question: its words and pairs of words, numbers as "0",
    and, behind ">", the first words of each clause."""
    text = _in_small_letters(question)
    words = _words(text)
    bounded = ["^", *words, "$"]
    features = {*bounded, *map(" ".join, pairwise(bounded))}
    for clause in _CLAUSE_ENDS.split(text):
        features.update(_beginnings(_words(clause)))
    return features


def is_small_talk(text: str) -> bool:
    """Return whether a turn is thanks or small talk: "Hi there! Who are you?" """
    words = " ".join(_words(_in_small_letters(text)))
    phrases, own_words = _small_talk()
    if _thanks().search(text) or words.rstrip(" ?!.") in phrases:
        return True
    return set(words.split()) <= own_words and _rank_kinds(text)[:1] == ["small-talk"]


def _in_small_letters(text: str) -> str:
    return text.lower().translate(_QUOTES)


def _words(text: str) -> list[str]:
    return ["0" if word.isdigit() else word for word in _WORD.findall(text)]


def _beginnings(words: list[str]) -> Iterator[str]:
    for count in range(1, min(_LONGEST_BEGINNING, len(words)) + 1):
        yield ">" + " ".join(words[:count])


@cache
def _load_weights(file: str = WEIGHTS) -> tuple[tuple[Kind, ...], Mapping[str, Weights]]:
    lines = files(__package__).joinpath(file).read_text("utf-8").splitlines()
    kinds = tuple(cast(Kind, kind) for kind in lines[0].split("\t")[1:])
    rows = (line.split("\t") for line in lines[1:])
    return kinds, {feature: np.array(weights, np.int64) for feature, *weights in rows}


@cache
def _load_meaning_weights() -> tuple[Weights, Weights]:
    """Return the constant of each kind, and the weights, shape (places of a vector, kinds)."""
    _, weights = _load_weights(MEANING_WEIGHTS)
    return weights[""], np.stack([weights[str(place)] for place in range(len(weights) - 1)])


@cache
def _small_talk() -> tuple[frozenset[str], frozenset[str]]:
    """Return the turns that are small talk, without the marks at their end, and their words; small
    talk has no others."""
    turns = [" ".join(_words(_in_small_letters(line))) for line in read_lines("kinds/small-talk")]
    words = frozenset(word for turn in turns for word in turn.split())
    return frozenset(turn.rstrip(" ?!.") for turn in turns), words | set("?!:,;.")


@cache
def _thanks() -> re.Pattern[str]:
    """Return the pattern of thanks, whatever for."""
    return re.compile("|".join(read_lines("kinds/thanks")), re.IGNORECASE)
