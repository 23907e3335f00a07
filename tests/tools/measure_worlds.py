"""Ask the questions of the worlds, and say for each kind how many were right.

    PYTHONPATH=tests/support .venv/bin/python tests/tools/measure_worlds.py --half building
    ... --world manual --kind list --kind how-to --limit 5
    ... --other tests/worlds/other_language.jsonl     questions in other languages over the worlds;
                                  or superlatives.jsonl, for the most or the least of a table;
                                  or follow_ups.jsonl, which change what is wanted of an answer
    ... --answers FILE.jsonl      answers of another system: {"id", "text", "abstained"} a line
    ... --beside FILE.jsonl       both: ours, that system's, and the paired difference
    ... --world manual --questions-out FILE.jsonl     {"id", "question"} for such a system

A run in --out goes on where it was stopped: take a new folder after a change of the code. Without
--out it is kept in a new folder of its own. --replies keeps the model's replies.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, get_args

import numpy as np
from worlds import Half, choose, load_half, load_other, open_world, world_names

from sourcebook.eval import QuestionSet, ReplyCache, load_run, run
from sourcebook.eval.metrics import compute_figures, rows_by_kind, scoring, statistics
from sourcebook.eval.questions import EvalQuestion
from sourcebook.eval.runs import RunProgress
from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.models import make_language_model
from sourcebook.ui.cli.evaluation.tables import kinds_text

CACHE = Path(tempfile.gettempdir()) / "sourcebook-worlds"
SHOWN = 200
"""Characters of a wrong answer that are printed."""

EXTRA = ("points_made", "needed", "unsupported_printed", "kind_found", "citation_recall")
"""Figures that are printed below the tables."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question of a world."""

    world: str
    id: str
    question: str
    kind: str
    text: str
    abstained: bool
    scores: Mapping[str, float]
    missing: list[list[str]] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    error: str = ""


OpenLibrary = Callable[[str], Library]
"""Opens the library of a world."""


def main() -> int:
    """Measure the worlds, and print the tables and the misses."""
    options = _options()
    return measure(_sets(options), options, partial(_library, options=options))


def measure(
    sets: Mapping[str, QuestionSet], options: argparse.Namespace, open_library: OpenLibrary
) -> int:
    """Ask or score the questions of each world; ``options`` are those of ``add_options``."""
    if options.questions_out:
        return _write_questions(sets, options.questions_out, open_library)
    if options.answers:
        outcomes = list(score_answers(sets, options.answers))
    else:
        CACHE.mkdir(parents=True, exist_ok=True)
        out = options.out or Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was asked is printed
        outcomes, complete = [], True
        for world, questions in sets.items():
            with open_library(world) as library:
                complete = _ask(questions, library, out / world, options.replies)
            outcomes += _outcomes(world, out / world)
            if not complete:
                break
        print(f"The run is in {out}{'.' if complete else ', stopped: --out goes on from there.'}")
    print(report(outcomes))
    if options.beside:
        others = list(score_answers(sets, options.beside))
        print(f"\n{'=' * 20} {options.beside.name} {'=' * 20}\n{report(others)}")
        print(f"\n{difference(outcomes, others)}")
    return 0 if outcomes else 1


def score_answers(sets: Mapping[str, QuestionSet], file: Path) -> Iterator[Outcome]:
    """Yield the outcome of each question that a file of answers has a line for.

    Args:
        sets: the questions of each world.
        file: a JSON object a line: id, text, abstained, and total and first_token in seconds where
            they were taken.
    """
    with file.open(encoding="utf-8") as lines:
        answers = {str(a["id"]): a for a in map(json.loads, filter(str.strip, lines))}
    left_out = 0
    for world, questions in sets.items():
        for question in questions.questions:
            answer = answers.get(question.id)
            if answer is None:
                left_out += 1
            else:
                yield score_answer(world, question, answer)
    if left_out:
        print(f"{file} has no line for {left_out} of the questions: they are left out.")


def score_answer(world: str, question: EvalQuestion, answer: Mapping[str, Any]) -> Outcome:
    """Return the outcome of an answer that another system gave."""
    abstained = bool(answer["abstained"])
    text = "" if abstained else scoring.drop_marks(answer["text"])
    scores = scoring.score_text(question, text, abstained)
    for column, name in (("total", "total"), ("first_words", "first_token")):
        if answer.get(name) is not None:
            scores[column] = float(answer[name])
    found = question.find_points(text)
    return Outcome(
        world,
        question.id,
        question.text,
        question.type,
        answer["text"],
        abstained,
        scores,
        [list(g) for g, made in zip(question.points, found.made, strict=True) if not made],
        list(found.forbidden),
    )


def report(outcomes: list[Outcome]) -> str:
    """Return the table over all worlds, those of each world, further figures and the misses."""
    worlds = list(dict.fromkeys(o.world for o in outcomes))
    parts: list[str] = []
    if len(worlds) > 1:
        for world in worlds:
            parts += [f"\n{world}", _table([o for o in outcomes if o.world == world])]
    parts += ["\nAll worlds" if len(worlds) > 1 else "", _table(outcomes)]
    figures = compute_figures([o.scores for o in outcomes])
    for name in EXTRA:
        if name in figures:
            figure = figures[name]
            unit = "" if name == "unsupported_printed" else " (share)"
            parts.append(
                f"{name}{unit}: {figure.value:.3g}, {figure.low:.3g} to {figure.high:.3g}, "
                f"n = {figure.n}"
            )
    misses = [o for o in outcomes if not o.scores.get("correct")]
    parts.append(f"\nMisses: {len(misses)} of {len(outcomes)}")
    parts += [_miss(o) for o in misses]
    return "\n".join(parts)


def difference(ours: list[Outcome], others: list[Outcome]) -> str:
    """Return by how many points ours are more often right, over the questions that both have."""
    theirs = {o.id: o.scores["correct"] for o in others}
    pairs = [(theirs[o.id], o.scores["correct"]) for o in ours if o.id in theirs]
    if not pairs:
        return "No question was answered by both."
    left, right = (np.asarray(side).reshape(-1, 1) for side in zip(*pairs, strict=True))
    gap = statistics.paired_difference(left, right)
    p = statistics.mcnemar(left[:, 0], right[:, 0])
    return (
        f"Ours right {100 * right.mean():.0f} %, theirs {100 * left.mean():.0f} %: "
        f"{100 * gap.value:+.0f} points, {100 * gap.low:+.0f} to {100 * gap.high:+.0f}, "
        f"p = {p:.3f}, n = {gap.n}"
    )


def _table(outcomes: list[Outcome]) -> str:
    return kinds_text(rows_by_kind((o.kind, o.scores) for o in outcomes))


def _miss(outcome: Outcome) -> str:
    state = "refused: " if outcome.abstained else "failed: " if outcome.error else ""
    text = " ".join((outcome.error or outcome.text).split())
    lines = [
        f"\n{outcome.id} ({outcome.kind}): {outcome.question}",
        f"    {state}{text[:SHOWN]}{'…' if len(text) > SHOWN else ''}",
    ]
    if outcome.missing and not outcome.abstained:
        lines.append("    missing: " + "; ".join(" / ".join(group) for group in outcome.missing))
    if outcome.forbidden:
        lines.append("    forbidden: " + "; ".join(outcome.forbidden))
    return "\n".join(lines)


def _ask(questions: QuestionSet, library: Library, folder: Path, replies: Path | None) -> bool:
    """Ask the questions of one world; return whether all were asked."""
    settings = Settings.load().model_copy(update={"state_disk": 0})
    chatbot = Chatbot(library, settings=settings)
    if replies:
        model = ReplyCache(make_language_model(settings), replies)
        chatbot = Chatbot(library, model=model, settings=settings)
    summary = run(questions, library, folder, chatbot=chatbot, on_progress=_show)
    return bool(summary["complete"])


def _outcomes(world: str, folder: Path) -> Iterator[Outcome]:
    """Yield what became of the questions of a run."""
    for record in load_run(folder).records:
        answer = record["answer"] or {"text": "", "abstained": False}
        points = record.get("points") or {"missing": [], "forbidden": []}
        yield Outcome(
            world,
            record["id"],
            record["question"]["question"],
            record["type"],
            answer["text"],
            answer["abstained"],
            record["scores"],
            points["missing"],
            points["forbidden"],
            record["error"] or "",
        )


def _library(world: str, options: argparse.Namespace) -> Library:
    if options.libraries:
        return Library.open(options.libraries / world, create=False)
    return open_world(world, CACHE)


def _show(progress: RunProgress) -> None:
    if progress.question:
        print(f"{progress.done + 1}/{progress.total} {progress.question[:90]}", file=sys.stderr)


def _write_questions(sets: Mapping[str, QuestionSet], file: Path, open_library: OpenLibrary) -> int:
    """Write the questions with what was said before them in front, for another system."""
    lines: list[str] = []
    for world, questions in sets.items():
        for question in questions.questions:
            line = {"id": question.id, "question": plain_question(question)}
            lines.append(json.dumps(line, ensure_ascii=False))
        with open_library(world) as library:
            print(f"The library of {world} is {library.folder}")
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"Wrote {len(lines)} questions to {file}.")
    return 0


def plain_question(question: EvalQuestion) -> str:
    """Return a question with the turns before it in front, as plain text."""
    before = [f"Q: {turn.question} A: {turn.answer} " for turn in question.history]
    return "".join(before) + question.text


def _sets(options: argparse.Namespace) -> dict[str, QuestionSet]:
    worlds = options.world or world_names()
    if options.other:
        sets = {w: s for w, s in load_other(options.other).items() if w in worlds}
    else:
        sets = {world: load_half(world, options.half) for world in worlds}
    chosen = {w: choose(s, options.kind, options.limit) for w, s in sets.items()}
    return {world: questions for world, questions in chosen.items() if questions.questions}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that ``measure`` takes, and those that choose among the questions."""
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--limit", type=int, help="of each world")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--replies", type=Path)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--questions-out", type=Path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=get_args(Half), default="building")
    parser.add_argument("--world", action="append", choices=world_names())
    parser.add_argument("--libraries", type=Path, help="a folder with a library for each world")
    parser.add_argument("--other", type=Path)
    add_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
