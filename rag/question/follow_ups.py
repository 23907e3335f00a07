"""A follow-up question made one that can be asked alone, by rules, from the last turns.

Pronouns take the names they stand for where only one fits; "And in 2021?" and "What about Russia?"
take the last question's words with that part exchanged; "Why?" asks the last question so. What the
rules do not settle is put behind the turn it points to, so that no name is lost. A question that
points at nothing is left alone: the subject has changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sourcebook.rag.language.stems import content_stems

from .antecedents import find_antecedent
from .ellipsis import capitalize, complete_question, exchange_ordinal, is_elliptic
from .pronouns import find_pronouns
from .turns import Turn

MOST_TURNS = 4
MOST_CHARACTERS = 400
"""Of each question and each answer that is looked back at."""

_NEW_SUBJECT = re.compile(
    r"^\W*(?:(?:on|to) (?:an?other|a different|a new) (?:topic|subject|note|matter|question)"
    r"|(?:new|another|different|next) (?:topic|subject|question)"
    r"|(?:changing|to change) (?:the )?(?:topic|subject)"
    r"|something (?:else|different)(?: entirely)?|unrelated(?:ly)?|by the way|leaving that aside"
    r"|never ?mind(?: that)?|forget (?:that|it|about that))\b[\s:,.;–-]*",
    re.IGNORECASE,
)
_AND = re.compile(r"^\W*(?:and|but|so|or|ok(?:ay)?|also|then|well)\b,? ", re.IGNORECASE)
_MARKS = re.compile(r"\s*\[\d+\]")


def make_standalone(question: str, history: Sequence[Turn], now: datetime) -> str:
    """``question`` (one line) as it can be asked without ``history``, of which the last
    ``MOST_TURNS`` turns are read."""
    changed = _NEW_SUBJECT.sub("", question)
    if changed != question and re.search(r"\w", changed):
        return capitalize(changed)
    turns: list[Turn] = []
    open_before = False  # whether the last turn's own question needs the turn before it
    for turn in history[-MOST_TURNS:]:
        text, whole = _resolve(_bounded(turn.question), turns, now)
        open_before = not whole
        turns.append(Turn(text, _bounded(_MARKS.sub("", turn.answer))))
    if not turns:
        return question
    text, whole = _resolve(question, turns, now)
    if whole:
        return text
    context = turns[-2:] if open_before else turns[-1:]
    return " ".join([*(part for turn in context for part in (turn.question, turn.answer)), text])


def points_back(question: str) -> bool:
    """Whether a question leans on what was said before: by a pronoun or the like that nothing in
    the question itself explains, or by having almost no words of its own."""
    return is_elliptic(question) or bool(find_pronouns(question))


def _bounded(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rsplit(" ", 1)[0]


_OPEN = frozenset(
    content_stems(
        "say said tell told give gave reason result outcome happen think thought explain answer "
        "reply respond react do did go get make want other else"
    )
)


def _is_open(question: str) -> bool:
    """Whether nothing in a question tells what it is about but the word that points back: "What
    reason did it give?" needs the turn before it even when "it" is known."""
    return not set(content_stems(question)) - _OPEN


def _resolve(question: str, turns: Sequence[Turn], now: datetime) -> tuple[str, bool]:
    """The question with what the rules can settle, and whether that is all of it."""
    if not turns:
        return question, not points_back(question)
    if counted := exchange_ordinal(question, turns[-1]):
        return counted, True
    found = find_pronouns(question)
    if not found and not is_elliptic(question):
        return capitalize(_AND.sub("", question)), True
    if not found:
        made = complete_question(question, turns[-1], now)
        return (made, True) if made else (question, False)
    whole = not _is_open(question)
    text = question
    for pointer in reversed(found):
        instead = find_antecedent(pointer, question, turns, now)
        if instead is None:
            whole = False
        else:
            text = text[: pointer.start] + instead + text[pointer.end :]
    return (capitalize(_AND.sub("", text)) if whole else text), whole
