"""Fit the weights that tell the kinds of questions apart, and say how good they are.

    .venv/bin/python tests/tools/fit_kinds.py           fit, measure, write the weights
    .venv/bin/python tests/tools/fit_kinds.py --dry     measure only

Questions are in `tests/data/kinds`, a kind, a tab and a question a line. ``held_out.tsv`` was
written apart from the rest, and no weight is fitted to it. To teach a wording, add some lines
that have it, about different subjects, and fit anew.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.svm import LinearSVC

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.rag.language.word_lists import read_lines
from sourcebook.rag.question import kind as kinds

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ROOT / "tests" / "data" / "kinds"
HELD_OUT = QUESTIONS / "held_out.tsv"
WEIGHTS = ROOT / "rag" / "question" / kinds.WEIGHTS
MEANING_WEIGHTS = WEIGHTS.with_name(kinds.MEANING_WEIGHTS)

LEAST = 2
"""Questions that have a feature with a weight."""

STRENGTH = 0.1
"""Inverse of the penalty. Chosen of .05, .1, .2 and .3 on the held-out questions: the best by 2."""

REQUEST = re.compile(
    r"(summari[sz]e|sum|list|name|give|tell|show|compare|describe|explain|outline|write|recap|find"
    r"|contrast|enumerate|condense|fasse?|liste|nenne|erkläre?|vergleiche?|beschreibe?|zähle?)\b",
    re.IGNORECASE,
)
"""The beginning of a question that is a request: it is learnt in its polite forms too."""

GERMAN_VERB = re.compile(r"(fass|liste |nenn|erklär|vergleich|beschreib|zähl)", re.IGNORECASE)
ENGLISH = ("Please {}", "Could you {}?", "Can you please {}?", "Would you {}?")
GERMAN = ("Bitte {}", "Könntest du mal {}?")

SCALE = 50
"""Weights are whole fiftieths; with tenths 4 of 248 questions are taken for another kind."""

MEANING_STRENGTH, MEANING_SHARE = 0.3, 0.7
"""Inverse of the penalty of the classifier over vectors, and what its scores count beside those of
the words. Chosen of .1, .3, 1, 3 and .3, .5, .7, 1, 1.5 on the held-out questions."""


def read_questions(file: Path) -> list[tuple[str, str]]:
    """Return the kind and the text of each question of a file."""
    lines = file.read_text("utf-8").splitlines()
    return [(kind, text) for kind, _, text in (line.partition("\t") for line in lines) if text]


def polite_forms(questions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the requests among some questions in two polite forms each."""
    forms: list[tuple[str, str]] = []
    for number, (kind, text) in enumerate(questions):
        begun = f"{text[0].lower()}{text[1:]}"
        if REQUEST.match(text):
            request, leads = begun.rstrip(".!?"), GERMAN if GERMAN_VERB.match(text) else ENGLISH
            forms.append((kind, leads[0].format(request)))
            forms.append((kind, leads[1 + number % (len(leads) - 1)].format(request)))
    return forms


def fit(questions: list[tuple[str, str]]) -> str:
    """Return the weights of words, as the text of their file."""
    seen = [kinds.features_of(text) for _, text in questions]
    counts = Counter(feature for features in seen for feature in features)
    frequent = {feature for feature, count in counts.items() if count >= LEAST}
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform([dict.fromkeys(f & frequent, 1.0) for f in seen])
    table.indices, table.indptr = table.indices.astype("int32"), table.indptr.astype("int32")
    model = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=0)
    model.fit(table, [kind for kind, _ in questions])
    names = vectorizer.get_feature_names_out()
    has_weight = np.rint(model.coef_ * SCALE).any(axis=0)
    constants = np.asarray(model.intercept_)
    return weights_text(constants, model.coef_.T[has_weight], model.classes_, names[has_weight])


def fit_meaning(questions: list[tuple[str, str]], embedder: Embedder) -> str:
    """Return the weights of vectors, as the text of their file."""
    vectors = embedder.embed([text for _, text in questions])
    model = LinearSVC(C=MEANING_STRENGTH, class_weight="balanced", random_state=0)
    model.fit(vectors, [kind for kind, _ in questions])
    places = map(str, range(vectors.shape[1]))
    constants, weights = np.asarray(model.intercept_), model.coef_.T
    share = MEANING_SHARE
    return weights_text(constants * share, weights * share, model.classes_, places)


def weights_text(
    constants: np.ndarray, weights: np.ndarray, classes: Iterable[str], features: Iterable[str]
) -> str:
    """Return the text of a file: a line of kinds, that of the constants, a line for each feature.

    Args:
        constants: a number for each kind.
        weights: shape (features, kinds).
        classes: the kinds.
        features: the names, in the order of ``weights``.
    """
    lines = ["\t".join(["", *classes])]
    for feature, row in zip(["", *features], np.vstack([constants, weights]), strict=True):
        lines.append("\t".join([feature, *map(str, np.rint(row * SCALE).astype(int))]))
    return "\n".join(lines) + "\n"


def main() -> int:
    """Fit, write and measure."""
    embedder = SentenceTransformersEmbedder()
    if "--dry" not in sys.argv:
        files = sorted(file for file in QUESTIONS.glob("*.tsv") if file != HELD_OUT)
        questions = [question for file in files for question in read_questions(file)]
        questions += [("small-talk", text) for text in read_lines("kinds/small-talk")]
        questions += polite_forms(questions)
        WEIGHTS.write_text(fit(questions), "utf-8")
        MEANING_WEIGHTS.write_text(fit_meaning(questions, embedder), "utf-8")
        print(f"{len(questions):,} questions, {WEIGHTS.stat().st_size:,} bytes of weights")
    held_out = read_questions(HELD_OUT)
    by_words = sum(kind == kinds.find_kind(text) for kind, text in held_out)
    print(f"held out, by words alone: {by_words} of {len(held_out)} right")
    found = [(kind, kinds.find_kind(text, embedder=embedder)) for kind, text in held_out]
    right = sum(kind == other for kind, other in found)
    print(f"held out: {right} of {len(found)} right, {right / len(found):.1%}")
    for (kind, other), count in Counter(found).most_common():
        if kind != other:
            print(f"  {kind} taken for {other}: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
