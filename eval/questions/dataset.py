"""Question sets: the records, and the JSON Lines form they are written in.

Each line is one question:

    {"id": "q1", "question": "How long did the talks last?", "answers": ["about eight hours"],
     "answerable": true,
     "evidence": [{"document": "geneva-talks.md", "quote": "The talks lasted about eight hours."}],
     "history": [{"question": "Who met in Geneva?", "answer": "Sherman and Ryabkov."}],
     "filters": {"sources": ["Harbour Courier"], "since": "2022-01-01"}}

``document`` is an id, a path, a file name or a title. Several ``answers`` are different wordings of
the right one. ``evidence``, ``history`` and ``filters`` may be left out, and ``answers`` where
``answerable`` is false. Evidence with an empty quote names the article that comes closest to an
unanswerable question. When the answers rest on different sentences, ``"answer": 0`` in a piece of
evidence ties it to the first answer, and so on.

Where an answer may be worded in many ways, the points that it must make stand for ``answers``:

    {"id": "q2", "kind": "list", "question": "Who met in Geneva?", "answerable": true,
     "points": [["Sherman"], ["Ryabkov", "the Russian deputy minister"]], "needed": 2,
     "forbidden": ["Putin"], "evidence": []}

A point is a group of alternatives, see ``points.py``. At least ``needed`` of them (by default all)
must be made, and nothing ``forbidden`` said. ``kind`` is any word; the figures of each kind are
shown. Small talk has no points: any answer is right that is no refusal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from sourcebook.eval.errors import QuestionSetError
from sourcebook.index.documents.records import Document
from sourcebook.rag.question.turns import Turn

from .points import PointsFound, find_points
from .validation import SMALL_TALK, check_line

BUNDLED = Path(__file__).with_name("sample_questions.jsonl")
"""The question set over the sample articles."""

LONG_ANSWER = 20
"""Words; a longer gold answer is a text to come near to, not a fact to state."""

MAX_PROBLEMS = 20
"""Problems listed in one error; the rest are counted."""


@dataclass(frozen=True, slots=True)
class GoldEvidence:
    """One or more sentences of ``document``, word for word in ``quote``, that hold the answer.

    ``answer`` is the index of the gold answer that the quote supports; None: it supports all.
    """

    document: str
    quote: str
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One question of a set, with its gold answers and evidence."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool
    evidence: tuple[GoldEvidence, ...] = ()
    history: tuple[Turn, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    points: tuple[tuple[str, ...], ...] = ()
    needed: int = 0
    forbidden: tuple[str, ...] = ()

    @property
    def has_points(self) -> bool:
        """Whether points decide if an answer is right; small talk has none and needs none."""
        return bool(self.points) or (self.answerable and self.kind == SMALL_TALK)

    @property
    def type(self) -> str:
        """The kind of question: ``kind`` where it is set; else unanswerable, follow-up, or what its
        question word asks for."""
        if self.kind:
            return self.kind
        if not self.answerable:
            return "unanswerable"
        return "follow-up" if self.history else question_type(self.text)

    def find_points(self, text: str) -> PointsFound:
        """Return which points a text makes, and what it says that is forbidden."""
        return find_points(text, self.points, self.forbidden)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as in the file."""
        evidence = [
            {"document": e.document, "quote": e.quote}
            | ({} if e.answer is None else {"answer": e.answer})
            for e in self.evidence
        ]
        points: dict[str, Any] = {}
        if self.has_points:
            points = {"points": [list(group) for group in self.points], "needed": self.needed}
            points["forbidden"] = list(self.forbidden)
        return {
            "id": self.id,
            **({"kind": self.kind} if self.kind else {}),
            "question": self.text,
            "answers": list(self.answers),
            "answerable": self.answerable,
            "evidence": evidence,
            "history": [{"question": t.question, "answer": t.answer} for t in self.history],
            "filters": dict(self.filters),
            **points,
        }


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions under one name, and their documents where the set brings its own.

    ``fingerprint`` is a SHA-256 over all questions; ``form`` names the kind of file; ``incomplete``
    counts the lines that still need their answer, which are not asked.
    """

    name: str
    form: str
    questions: tuple[EvalQuestion, ...]
    documents: tuple[Document, ...] = ()
    incomplete: int = 0

    @property
    def long_answers(self) -> bool:
        """Whether most gold answers are paragraphs, which no rule can call right or wrong."""
        lengths = [min(len(a.split()) for a in q.answers) for q in self.questions if q.answers]
        return 2 * sum(length > LONG_ANSWER for length in lengths) > len(lengths)

    @property
    def fingerprint(self) -> str:
        lines = (json.dumps(q.to_dict(), sort_keys=True) for q in self.questions)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def first(self, limit: int | None) -> QuestionSet:
        """Return the set with at most ``limit`` questions, spread evenly, in the same order.

        Spread, because public sets are sorted by article.
        """
        count = len(self.questions)
        if limit is None or limit >= count:
            return self
        sample = tuple(self.questions[i * count // limit] for i in range(limit))
        return replace(self, questions=sample)


def question_type(text: str) -> str:
    """Return what an answerable question asks for: who, when, how many, ..."""
    words = [w.strip("?,.!:;\"'“”") for w in text.lower().split()]
    pairs = set(pairwise(words))
    for adjective in ("many", "much", "long", "old", "far", "often", "big", "large"):
        if ("how", adjective) in pairs:
            return "how many"
    for word in words:
        if word in ("who", "whom", "whose"):
            return "who"
        if word in ("when", "where", "why", "which", "what", "how"):
            return "which" if word == "what" else word
    return "yes or no" if words and _AUXILIARIES.fullmatch(words[0]) else "other"


_AUXILIARIES = re.compile(
    r"is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"
)


def read_text(path: Path) -> str:
    """Return the text of a question file.

    Raises:
        QuestionSetError: it cannot be read; the message is one line.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise QuestionSetError(
            f"{path}: no such question set. Give a .jsonl file, squad2:FILE, clapnq:FILE or bundled"
        ) from None
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read ({error.strerror})") from None


def read_jsonl(path: Path, name: str | None = None) -> QuestionSet:
    """Read and check a JSON Lines question set.

    Raises:
        QuestionSetError: ``problems`` holds a line ``FILE:LINE: what is wrong`` for each problem.
    """
    text = read_text(path)
    questions = tuple(parse_jsonl(text, path.name))
    return QuestionSet(name or path.stem, "jsonl", questions, incomplete=_count_incomplete(text))


def parse_jsonl(text: str, name: str = "questions") -> list[EvalQuestion]:
    """Return the questions of a JSON Lines text.

    Empty lines are skipped, and so are lines without their answer, whose "answerable" is null.

    Raises:
        QuestionSetError: as ``read_jsonl``.
    """
    questions: list[EvalQuestion] = []
    problems: list[str] = []
    line_by_id: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        line_problems = list(check_line(line))
        if not line_problems:
            data = json.loads(line)
            if data["answerable"] is None:
                continue
            question = _question(data)
            if question.id in line_by_id:
                first = line_by_id[question.id]
                line_problems = [f"id {question.id!r} was used in line {first}"]
            else:
                line_by_id[question.id] = number
                questions.append(question)
        problems += [f"{name}:{number}: {problem}" for problem in line_problems]
    if problems:
        raise problem_error(name, problems)
    if not questions:
        count = _count_incomplete(text)
        advice = (
            f": say of each of its {count} what is right, and set 'answerable'" if count else ""
        )
        raise QuestionSetError(f"{name}: holds no questions{advice}")
    return questions


def _count_incomplete(text: str) -> int:
    """Count the lines of a checked text whose "answerable" is null."""
    lines = (json.loads(line) for line in text.split("\n") if line.strip())
    return sum(data["answerable"] is None for data in lines)


def problem_error(name: str, problems: Sequence[str]) -> QuestionSetError:
    """Return one error for many problems: one line each, at most MAX_PROBLEMS of them."""
    lines = list(problems[:MAX_PROBLEMS])
    if len(problems) > MAX_PROBLEMS:
        lines.append(f"… and {len(problems) - MAX_PROBLEMS} more")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return QuestionSetError(f"{name}: {count}\n" + "\n".join(lines), tuple(problems))


def write_jsonl(questions: Iterable[EvalQuestion]) -> str:
    """Return the questions as JSON Lines."""
    return "".join(json.dumps(q.to_dict(), ensure_ascii=False) + "\n" for q in questions)


def _question(data: Mapping[str, Any]) -> EvalQuestion:
    """Return the question of a checked line."""
    points = tuple(tuple(group) for group in data.get("points", ()))
    return EvalQuestion(
        id=str(data["id"]),
        text=data["question"].strip(),
        answers=tuple(data.get("answers", ())),
        answerable=data["answerable"],
        evidence=tuple(
            GoldEvidence(e["document"], e["quote"], e.get("answer"))
            for e in data.get("evidence", ())
        ),
        history=tuple(Turn(t["question"], t["answer"]) for t in data.get("history", ())),
        filters=dict(data.get("filters", {})),
        kind=data.get("kind", ""),
        points=points,
        needed=data.get("needed", len(points)),
        forbidden=tuple(data.get("forbidden", ())),
    )
