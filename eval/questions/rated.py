"""A question set made of the answers that readers rated in their conversations.

An answer rated good gives a question with its gold answer and evidence: the sentences that its
citations support, and the quotes they cite. A refusal rated good gives an unanswerable question. An
answer rated bad shows only that the answer is wrong: its question has to be completed by a person,
and the reader's reason is its note.
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
from sourcebook.rag.history.conversation_schema import FILE, StoredTurn
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.history.restore import InvalidAnswer, restore_answer
from sourcebook.rag.question.turns import Turn

from .answer_match import normalise
from .dataset import EvalQuestion, GoldEvidence, QuestionSet

__all__ = ["NAME", "RatedQuestion", "RatedSet", "rated_set"]

NAME = "rated"


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """A question with a rated answer; ``note`` is for the person who completes the question.

    ``is_complete``: the gold answer, or that there is none, is known.
    """

    question: EvalQuestion
    is_complete: bool
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; "answerable" is null where the question is not complete."""
        line = self.question.to_dict() | ({"note": self.note} if self.note else {})
        return line if self.is_complete else line | {"answerable": None}


@dataclass(frozen=True, slots=True)
class RatedSet:
    """The questions with rated answers, the oldest first."""

    questions: tuple[RatedQuestion, ...]

    @property
    def complete(self) -> tuple[EvalQuestion, ...]:
        """The questions that can be asked as they are."""
        return tuple(entry.question for entry in self.questions if entry.is_complete)

    @property
    def incomplete(self) -> int:
        """How many questions need their answer first."""
        return len(self.questions) - len(self.complete)

    def to_questions(self) -> QuestionSet:
        """Return the complete questions as a set."""
        return QuestionSet(NAME, "jsonl", self.complete, incomplete=self.incomplete)

    def to_jsonl(self) -> str:
        """Return all questions as JSON Lines; `load` takes the complete ones."""
        lines = (json.dumps(entry.to_dict(), ensure_ascii=False) for entry in self.questions)
        return "".join(f"{line}\n" for line in lines)


def rated_set(library: Library) -> RatedSet:
    """Return the questions that were rated in the conversations about a library.

    Of a question rated more than once, the newest conversation counts. Nothing is changed.
    """
    if not (library.folder / FILE).is_file():
        return RatedSet(())
    conversations = Conversations.open(library.folder)
    find = cache(library.document)
    entries: dict[tuple[str, tuple[Turn, ...]], RatedQuestion] = {}
    try:
        for conversation_id, turns in conversations.rated_conversations():
            answers = [_answer(turn, find) for turn in turns]
            for position, turn in enumerate(turns):
                if turn.rating:
                    name = f"{conversation_id}-{turn.number}"
                    entry = _rated_question(name, turns, answers, position)
                    key = (normalise(turn.question), entry.question.history)
                    entries.pop(key, None)  # the newest goes to the end
                    entries[key] = entry
    finally:
        conversations.close()
    return RatedSet(tuple(entries.values()))


def _answer(turn: StoredTurn, find: Any) -> tuple[Answer, frozenset[str]] | None:
    """Return the answer, and the ids of documents that no longer hold what it cites."""
    if turn.answer is None:
        return None
    try:
        restoration = restore_answer(turn.answer, find)
    except InvalidAnswer:
        return None
    return restoration.answer, restoration.removed | restoration.changed


def _rated_question(
    name: str,
    turns: Sequence[StoredTurn],
    answers: Sequence[tuple[Answer, frozenset[str]] | None],
    position: int,
) -> RatedQuestion:
    turn, answer_and_changes = turns[position], answers[position]
    text = turn.question.strip()
    if answer_and_changes is None:
        return RatedQuestion(EvalQuestion(name, text, (), False), False, _note(turn, None))
    answer, changed_documents = answer_and_changes
    # A question carries its history only where it cannot be understood alone.
    history: tuple[Turn, ...] = ()
    if normalise(answer.standalone_question) != normalise(text):
        before = zip(turns[:position], answers[:position], strict=True)
        history = tuple(Turn(t.question, _sentences_text(a[0])) for t, a in before if a)
    if turn.rating == "up" and answer.abstained and not answer.stopped:
        return RatedQuestion(
            EvalQuestion(name, text, (), False, history=history), True, turn.reason or ""
        )
    gold_answer = " ".join(s.text for s in answer.sentences if s.supported and s.citations)
    numbers = {n for s in answer.sentences if s.supported for n in s.citations}
    citations = [c for c in answer.citations if c.number in numbers]
    evidence = tuple(GoldEvidence(_name(c.document), c.quote) for c in citations)
    is_valid = bool(gold_answer and evidence) and not any(
        c.document.id in changed_documents for c in citations
    )
    if turn.rating == "up" and is_valid and not answer.stopped and not turn.ignored:
        question = EvalQuestion(name, text, (gold_answer,), True, evidence, history)
        return RatedQuestion(question, True, turn.reason or "")
    return RatedQuestion(
        EvalQuestion(name, text, (), False, history=history), False, _note(turn, answer)
    )


def _note(turn: StoredTurn, answer: Answer | None) -> str:
    """Return why a question is not complete, for the person who completes it."""
    rating = f"Rated {'good' if turn.rating == 'up' else 'bad'}"
    reason = (turn.reason or "").strip().rstrip(".")
    parts = [f"{rating}: {reason}." if reason else f"{rating}."]
    if answer is None:
        parts.append("Its answer cannot be read any more.")
    elif answer.abstained:
        parts.append("It was refused.")
    else:
        parts.append(f"The answer was: “{_sentences_text(answer)}”")
        if turn.rating == "up" and turn.ignored:
            parts.append("It was asked without the limits that the question names.")
        elif turn.rating == "up":
            parts.append("The articles no longer say so, or it was not supported.")
    return " ".join(parts)


def _sentences_text(answer: Answer) -> str:
    """Return the text of an answer without citation marks."""
    return " ".join(s.text for s in answer.sentences) or answer.text


def _name(document: Document) -> str:
    """Return the file name of an article, or its id when it has no file."""
    return PurePath(document.path).name if document.path else document.id
