"""Find the paragraphs of SQuAD 2.0 that answer its questions, and say what each ranking is worth.

    .venv/bin/python tests/tools/measure_finding.py FILE.json [--cache FOLDER]

Half of the articles (each second) is what weights are fitted to; the figures of the other half
come first. The last lines are what one would put together instead, FAISS and bm25s in memory over
the same passages and vectors: `pip install bm25s`. A paragraph's rank is that of its first passage.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from sourcebook.eval.metrics.statistics import bootstrap, paired_difference
from sourcebook.eval.questions import EvalQuestion
from sourcebook.eval.questions.loading import load_squad2
from sourcebook.index import Library
from sourcebook.index.documents.passages import embedding_texts
from sourcebook.index.finding.fusion import FINAL, FusionWeights, RankSignals, fuse
from sourcebook.index.search.finder import LocalFinder
from sourcebook.index.search.ranking import gather
from sourcebook.index.store.store import Store

Floats = NDArray[np.float64]
Scores = Mapping[int, float]
MEASURES = ("hit@1", "hit@5", "MRR@10")
RANK_CONSTANT = 60  # of reciprocal-rank fusion: Cormack, Clarke and Buettcher 2009
OURS, DENSE, BM25 = "ours", "dense alone", "BM25 alone"


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("file", type=Path)
    parser.add_argument("--cache", type=Path, help="keeps the library and the vectors of questions")
    options = parser.parse_args()
    name = hashlib.sha256(options.file.read_bytes()).hexdigest()[:12]
    default = Path(tempfile.gettempdir()) / "sourcebook-finding"
    folder = (options.cache or default) / f"{name}.library"
    squad = load_squad2([options.file])
    questions = [q for q in squad.questions if q.answerable]
    folder.mkdir(parents=True, exist_ok=True)
    with Library.open(folder) as library:
        if len(library) < len(squad.documents):
            library.add_documents(squad.documents)
        queries = _queries(library, questions, folder / "questions.npy")
        titles = {document.id: document.title for document in library.documents()}
    store = Store(folder / "library.sqlite")
    places = dict(
        store.database.rows(
            "SELECT p.key, d.id FROM passages p JOIN documents d ON d.key = p.document_key"
        )
    )
    finder = LocalFinder(folder, store)
    candidates = [
        gather(finder, question.text, query)
        for question, query in zip(questions, queries, strict=True)
    ]
    articles = list(dict.fromkeys(titles.values()))
    golds = [question.evidence[0].document for question in questions]
    is_fitted = np.asarray([articles.index(titles[gold]) % 2 == 0 for gold in golds])
    right = [
        np.asarray([places[s.key] == gold for s in row])
        for row, gold in zip(candidates, golds, strict=True)
    ]
    rows = list(np.flatnonzero(is_fitted))
    fitted = fit([candidates[row] for row in rows], [right[row] for row in rows])
    rankings: dict[str, list[Scores]] = {
        OURS: [_fused(row, FINAL) for row in candidates],
        DENSE: [{s.key: s.dense for s in row} for row in candidates],
        BM25: [{s.key: s.bm25 for s in row} for row in candidates],
        "dense 0.6 + BM25 0.4": [_fused(row, FusionWeights(0.6, 0.4)) for row in candidates],
        "reciprocal ranks": [_reciprocal(row) for row in candidates],
        "fitted dense + BM25": [_fused(row, fitted["two"]) for row in candidates],
        "with parts": [_fused(row, fitted["parts"]) for row in candidates],
        "with nearness": [_fused(row, fitted["near"]) for row in candidates],
        "all four fitted": [_fused(row, fitted["all"]) for row in candidates],
        **_put_together(store, questions, queries),
    }
    for title, weights in fitted.items():
        print(f"fitted, {title}: dense, BM25, part, near, exact {np.round(astuple(weights), 3)}")
    outcomes = {
        name: np.asarray([_outcome(s, g, places) for s, g in zip(ranking, golds, strict=True)])
        for name, ranking in rankings.items()
    }
    for title, chosen in (
        ("the half that nothing was fitted to", ~is_fitted),
        ("the half that weights were fitted to", is_fitted),
        ("all", is_fitted | ~is_fitted),
    ):
        print(f"\n{title}: {chosen.sum()} questions, {len(titles)} paragraphs")
        print(table({name: rows[chosen] for name, rows in outcomes.items()}))
    store.close()
    return 0


def table(outcomes: Mapping[str, Floats]) -> str:
    """Return the figures of each ranking and how far ours is above it, with 95 % intervals."""
    lines: list[str] = []
    for name, rows in outcomes.items():
        cells = [f"{name:28}"]
        for number, measure in enumerate(MEASURES):
            column = rows[:, number : number + 1]
            one = bootstrap(column, yes_no=number < 2)
            cells.append(f"{measure} {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")
            if name != OURS:
                by = paired_difference(column, outcomes[OURS][:, number : number + 1])
                cells.append(f"ours {by.value:+.3f} [{by.low:+.3f}, {by.high:+.3f}]")
        lines.append("  ".join(cells))
    return "\n".join(lines)


def fit(
    candidates: Sequence[Sequence[RankSignals]], right: Sequence[NDArray[np.bool_]]
) -> dict[str, FusionWeights]:
    """Return the weights with which the right passages are likeliest to be first, for some choices
    of signals: softmax over the candidates of a question (Cao et al. 2007, ListNet)."""
    names = ("dense", "bm25", "part", "near")
    columns = [
        np.asarray([fuse(row, FusionWeights(**{name: 1.0})) for name in names]).T
        for row, is_right in zip(candidates, right, strict=True)
        if is_right.any()
    ]
    targets = [is_right for is_right in right if is_right.any()]

    def loss(weights: Floats, chosen: list[int]) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros(len(chosen))
        for column, is_right in zip(columns, targets, strict=True):
            matrix = column[:, chosen]
            odds = np.exp(matrix @ weights - (matrix @ weights).max())
            odds /= odds.sum()
            mass = odds[is_right].sum()
            total -= np.log(mass)
            slope += matrix.T @ (odds - np.where(is_right, odds, 0) / mass)
        return total / len(columns), slope / len(columns)

    fitted: dict[str, FusionWeights] = {}
    for title, chosen in {
        "two": [0, 1],
        "parts": [1, 2],
        "near": [0, 1, 3],
        "all": [0, 1, 2, 3],
    }.items():
        found = minimize(loss, np.zeros(len(chosen)), (chosen,), jac=True, method="L-BFGS-B").x
        found /= np.abs(found).sum()
        fitted[title] = FusionWeights(
            **{names[n]: float(w) for n, w in zip(chosen, found, strict=True)}
        )
    return fitted


def _fused(candidates: Sequence[RankSignals], weights: FusionWeights) -> Scores:
    keys = [s.key for s in candidates]
    return dict(zip(keys, fuse(candidates, weights), strict=True))


def _reciprocal(candidates: Sequence[RankSignals]) -> Scores:
    scores = {s.key: 0.0 for s in candidates}
    for ranking in (lambda s: -s.dense, lambda s: -s.bm25):
        for rank, signals in enumerate(sorted(candidates, key=ranking), start=1):
            scores[signals.key] += 1 / (RANK_CONSTANT + rank)
    return scores


def _outcome(scores: Scores, gold: str, places: Mapping[int, str]) -> tuple[float, float, float]:
    keys = sorted(scores, key=lambda key: (-scores[key], key))
    found = list(dict.fromkeys(places[key] for key in keys))
    rank = found.index(gold) + 1 if gold in found else 0
    return float(rank == 1), float(1 <= rank <= 5), 1 / rank if 1 <= rank <= 10 else 0.0


def _put_together(
    store: Store, questions: Sequence[EvalQuestion], queries: Floats
) -> dict[str, list[Scores]]:
    """FAISS and bm25s, each alone, and by reciprocal ranks; nothing without bm25s."""
    try:
        import faiss

        bm25s: Any = importlib.import_module("bm25s")
        stemmer: Any = importlib.import_module("Stemmer")
    except ImportError as error:
        print(f"Without what one would put together instead: {error}")
        return {}
    dimension = queries.shape[1]
    keys, vectors = store.vectors(dimension)
    index = faiss.IndexFlatIP(dimension)
    index.add(vectors)
    texts = {
        p.id: text
        for document in store.documents()
        for passages in [store.passages(document.id)]
        for p, text in zip(passages, embedding_texts(document, passages), strict=True)
    }
    ids = dict(store.database.rows("SELECT key, id FROM passages"))
    options = {"stopwords": "en", "stemmer": stemmer.Stemmer("english"), "show_progress": False}
    words = bm25s.BM25()
    indexed = [texts[ids[key]] for key in keys.tolist()]
    words.index(bm25s.tokenize(indexed, **options), show_progress=False)
    rankings: dict[str, list[Scores]] = {"FAISS flat": [], "bm25s": [], "FAISS + bm25s, RRF": []}
    for question, query in zip(questions, queries, strict=True):
        near, rows = index.search(query.reshape(1, -1).astype(np.float32), 100)
        found, best = words.retrieve(
            bm25s.tokenize([question.text], **options), k=100, show_progress=False
        )
        dense = dict(zip(keys[rows[0]].tolist(), near[0].tolist(), strict=True))
        bm25 = dict(zip(keys[found[0]].tolist(), best[0].tolist(), strict=True))
        both: dict[int, float] = {}
        for scores in (dense, bm25):
            for rank, key in enumerate(scores, start=1):
                both[key] = both.get(key, 0.0) + 1 / (RANK_CONSTANT + rank)
        for ranking, scores in zip(rankings.values(), (dense, bm25, both), strict=True):
            ranking.append(scores)
    return rankings


def _queries(library: Library, questions: Sequence[EvalQuestion], file: Path) -> Floats:
    if not file.exists():
        np.save(file, library.embedder.embed([question.text for question in questions]))
    vectors = np.load(file)
    if len(vectors) != len(questions):
        raise SystemExit(f"{file} is of other questions: delete it")
    return np.asarray(vectors)


if __name__ == "__main__":
    raise SystemExit(main())
