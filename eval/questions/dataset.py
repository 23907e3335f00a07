"""Question sets: the records, and the JSON Lines form they are written in.

One question a line:

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

from .validation import check_line

BUNDLED = Path(__file__).with_name("sample_questions.jsonl")
"""The question set over the sample articles."""

LONG_ANSWER = 20
"""Words; a longer gold answer is a text to come near to, not a fact to state."""

MAX_PROBLEMS = 20
"""Problems listed in one error; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence, or a few, that carry the answer. ``quote`` stands in ``document``.

    ``answer`` is the index of the one answer it belongs to, or None when it serves them all.
    """

    document: str
    quote: str
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is known about its answer."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool
    evidence: tuple[Evidence, ...] = ()
    history: tuple[Turn, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The kind it is counted under: unanswerable, follow-up, or what its first words ask."""
        if not self.answerable:
            return "unanswerable"
        return "follow-up" if self.history else asks(self.text)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, as in the file."""
        evidence = [
            {"document": e.document, "quote": e.quote}
            | ({} if e.answer is None else {"answer": e.answer})
            for e in self.evidence
        ]
        return {
            "id": self.id,
            "question": self.text,
            "answers": list(self.answers),
            "answerable": self.answerable,
            "evidence": evidence,
            "history": [{"question": t.question, "answer": t.answer} for t in self.history],
            "filters": dict(self.filters),
        }


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions under one name, and the documents they are about when the set brings its own.

    ``fingerprint`` is a SHA-256 over all questions; ``form`` names the kind of file; ``unfinished``
    counts the lines of it that are still to be completed, and are not asked.
    """

    name: str
    form: str
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] = ()
    unfinished: int = 0

    @property
    def long_answers(self) -> bool:
        """Whether gold answers are mostly paragraphs, which no rule can call right or wrong."""
        lengths = [min(len(a.split()) for a in q.answers) for q in self.questions if q.answers]
        return 2 * sum(length > LONG_ANSWER for length in lengths) > len(lengths)

    @property
    def fingerprint(self) -> str:
        lines = (json.dumps(q.to_dict(), sort_keys=True) for q in self.questions)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def first(self, limit: int | None) -> QuestionSet:
        """The same set with at most ``limit`` questions, taken evenly from its whole length.

        Spread out, because public sets are sorted by article. The order stays.
        """
        count = len(self.questions)
        if limit is None or limit >= count:
            return self
        chosen = tuple(self.questions[i * count // limit] for i in range(limit))
        return replace(self, questions=chosen)


def asks(text: str) -> str:
    """What an answerable question asks for, from its question word: who, when, how many, ..."""
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
    """The text of a question file; every way it can fail is a QuestionSetError of one line."""
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
    questions = tuple(parse(text, path.name))
    return QuestionSet(name or path.stem, "jsonl", questions, unfinished=_unfinished(text))


def parse(text: str, name: str = "questions") -> list[Question]:
    """The questions of a JSON Lines text. Empty lines are skipped, and those that are still to be
    completed: where "answerable" is null.

    Raises:
        QuestionSetError: as ``read_jsonl``.
    """
    questions: list[Question] = []
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        found = list(check_line(line))
        if not found:
            data = json.loads(line)
            if data["answerable"] is None:
                continue
            question = _question(data)
            if question.id in seen:
                found = [f"id {question.id!r} was used in line {seen[question.id]}"]
            else:
                seen[question.id] = number
                questions.append(question)
        problems += [f"{name}:{number}: {problem}" for problem in found]
    if problems:
        raise problem_error(name, problems)
    if not questions:
        more = _unfinished(text)
        way = f": say of each of its {more} what is right, and set 'answerable'" if more else ""
        raise QuestionSetError(f"{name}: holds no questions{way}")
    return questions


def _unfinished(text: str) -> int:
    """How many lines of a text that was checked are still to be completed."""
    lines = (json.loads(line) for line in text.split("\n") if line.strip())
    return sum(data["answerable"] is None for data in lines)


def problem_error(name: str, problems: Sequence[str]) -> QuestionSetError:
    """One error for many problems: each on its line, no more than MAX_PROBLEMS of them."""
    shown = list(problems[:MAX_PROBLEMS])
    if len(problems) > MAX_PROBLEMS:
        shown.append(f"… and {len(problems) - MAX_PROBLEMS} more")
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return QuestionSetError(f"{name}: {count}\n" + "\n".join(shown), tuple(problems))


def write_jsonl(questions: Iterable[Question]) -> str:
    """The questions in the JSON Lines form."""
    return "".join(json.dumps(q.to_dict(), ensure_ascii=False) + "\n" for q in questions)


def _question(data: Mapping[str, Any]) -> Question:
    """The record of a line that was checked."""
    return Question(
        id=str(data["id"]),
        text=data["question"].strip(),
        answers=tuple(data.get("answers", ())),
        answerable=data["answerable"],
        evidence=tuple(
            Evidence(e["document"], e["quote"], e.get("answer")) for e in data.get("evidence", ())
        ),
        history=tuple(Turn(t["question"], t["answer"]) for t in data.get("history", ())),
        filters=dict(data.get("filters", {})),
    )
