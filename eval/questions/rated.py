"""A question set of what readers rated in their conversations.

An answer rated good is a question whose answer and evidence are known: the sentences that its
citations support, and the quotes they cite; a refusal rated good has no answer in the articles. An
answer rated bad says that the right one is another, not which: its question is left to be
completed, with the reader's reason as a note.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.index.library import Library
from sourcebook.rag.answer import Answer
from sourcebook.rag.history.conversation_schema import FILE, KeptTurn
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.history.restore import NotAnAnswer, restore_answer
from sourcebook.rag.question.turns import Turn

from .answer_match import normalise
from .dataset import Evidence, Question, QuestionSet

__all__ = ["NAME", "RatedQuestion", "RatedSet", "rated_set"]

NAME = "rated"


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """One question; ``finished`` when its answer is known. ``note`` is for who completes it."""

    question: Question
    finished: bool
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Its line in a file. "answerable" is null where that is still to be said."""
        line = self.question.to_dict() | ({"note": self.note} if self.note else {})
        return line if self.finished else line | {"answerable": None}


@dataclass(frozen=True, slots=True)
class RatedSet:
    """The questions whose answers were rated, the one asked first first."""

    rated: tuple[RatedQuestion, ...]

    @property
    def finished(self) -> tuple[Question, ...]:
        """Those that can be asked as they are."""
        return tuple(each.question for each in self.rated if each.finished)

    @property
    def unfinished(self) -> int:
        """How many are to be completed first."""
        return len(self.rated) - len(self.finished)

    def to_questions(self) -> QuestionSet:
        """Those that can be asked, as a set."""
        return QuestionSet(NAME, "jsonl", self.finished, unfinished=self.unfinished)

    def to_jsonl(self) -> str:
        """All of them as a file: `dataset.load` takes those that are finished."""
        lines = (json.dumps(each.to_dict(), ensure_ascii=False) for each in self.rated)
        return "".join(f"{line}\n" for line in lines)


def rated_set(library: Library) -> RatedSet:
    """What was rated in the conversations about a library. A question rated more than once counts
    as it was rated in the newest conversation. Nothing is changed."""
    if not (library.folder / FILE).is_file():
        return RatedSet(())
    kept = Conversations.open(library.folder)
    find = cache(library.document)
    found: dict[tuple[str, tuple[Turn, ...]], RatedQuestion] = {}
    try:
        for conversation_id, turns in kept.rated():
            answers = [_answer(turn, find) for turn in turns]
            for place, turn in enumerate(turns):
                if turn.rating:
                    made = _rated(f"{conversation_id}-{turn.number}", turns, answers, place)
                    key = (normalise(turn.question), made.question.history)
                    found.pop(key, None)
                    found[key] = made
    finally:
        kept.close()
    return RatedSet(tuple(found.values()))


def _answer(turn: KeptTurn, find: Any) -> tuple[Answer, frozenset[str]] | None:
    """The answer, and the ids of documents that no longer hold what it cites."""
    if turn.answer is None:
        return None
    try:
        restored = restore_answer(turn.answer, find)
    except NotAnAnswer:
        return None
    return restored.answer, restored.removed | restored.changed


def _rated(
    name: str,
    turns: Sequence[KeptTurn],
    answers: Sequence[tuple[Answer, frozenset[str]] | None],
    place: int,
) -> RatedQuestion:
    turn, known = turns[place], answers[place]
    text = turn.question.strip()
    if known is None:
        return RatedQuestion(Question(name, text, (), False), False, _note(turn, None))
    answer, gone = known
    # What was said before belongs to a question only where it cannot be understood without it.
    history: tuple[Turn, ...] = ()
    if normalise(answer.standalone_question) != normalise(text):
        before = zip(turns[:place], answers[:place], strict=True)
        history = tuple(Turn(t.question, _said(a[0])) for t, a in before if a)
    if turn.rating == "up" and answer.abstained and not answer.stopped:
        return RatedQuestion(
            Question(name, text, (), False, history=history), True, turn.reason or ""
        )
    said = " ".join(s.text for s in answer.sentences if s.supported and s.citations)
    numbers = {n for s in answer.sentences if s.supported for n in s.citations}
    cited = [c for c in answer.citations if c.number in numbers]
    evidence = tuple(Evidence(_name(c.document), c.quote) for c in cited)
    stands = bool(said and evidence) and not any(c.document.id in gone for c in cited)
    if turn.rating == "up" and stands and not answer.stopped and not turn.ignored:
        question = Question(name, text, (said,), True, evidence, history)
        return RatedQuestion(question, True, turn.reason or "")
    return RatedQuestion(
        Question(name, text, (), False, history=history), False, _note(turn, answer)
    )


def _note(turn: KeptTurn, answer: Answer | None) -> str:
    """Why a question is not finished, for who completes it."""
    rated = f"Rated {'good' if turn.rating == 'up' else 'bad'}"
    reason = (turn.reason or "").strip().rstrip(".")
    parts = [f"{rated}: {reason}." if reason else f"{rated}."]
    if answer is None:
        parts.append("Its answer cannot be read any more.")
    elif answer.abstained:
        parts.append("It was refused.")
    else:
        parts.append(f"The answer was: “{_said(answer)}”")
        if turn.rating == "up" and turn.ignored:
            parts.append("It was asked without the limits that the question names.")
        elif turn.rating == "up":
            parts.append("The articles no longer say so, or it was not supported.")
    return " ".join(parts)


def _said(answer: Answer) -> str:
    """The answer without its marks."""
    return " ".join(s.text for s in answer.sentences) or answer.text


def _name(document: Document) -> str:
    """What a person calls the article: its file's name where it has one."""
    return PurePath(document.path).name if document.path else document.id
