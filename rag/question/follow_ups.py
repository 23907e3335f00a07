"""A follow-up question becomes one that stands alone, by rules, from the last turns.

Pronouns take the names they stand for where only one fits; "And in 2021?" and "What about Russia?"
take the last question's words with that part exchanged; "Why?" asks the last question so. What the
rules do not settle is put behind the turn it points to, so that no name is lost. A question that
points at nothing is left alone: the subject has changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sourcebook.rag.language import content_stems
from sourcebook.rag.language.word_lists import read_lines

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
    """Return ``question`` (one line) in a form that needs no history.

    Of ``history`` the last ``MOST_TURNS`` turns are read.
    """
    new_question = _NEW_SUBJECT.sub("", question)
    if new_question != question and re.search(r"\w", new_question):
        return capitalize(new_question)
    turns: list[Turn] = []
    needs_context = False  # whether the last turn's own question needs the turn before it
    for turn in history[-MOST_TURNS:]:
        text, is_complete = _resolve(_shorten(turn.question), turns, now)
        needs_context = not is_complete
        turns.append(Turn(text, _shorten(_MARKS.sub("", turn.answer))))
    if not turns:
        return question
    text, is_complete = _resolve(question, turns, now)
    if is_complete:
        return text
    context = turns[-2:] if needs_context else turns[-1:]
    return " ".join([*(part for turn in context for part in (turn.question, turn.answer)), text])


def points_back(question: str) -> bool:
    """Return whether ``question`` needs the turns before it.

    It does by a pronoun or the like that nothing in it explains, or as it has almost no words.
    """
    return is_elliptic(question) or bool(find_pronouns(question))


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS].rsplit(" ", 1)[0]


_OPEN = frozenset(content_stems(" ".join(read_lines("open_question_words"))))


def _is_open(question: str) -> bool:
    """Whether only a pronoun tells the subject of ``question``.

    "What reason did it give?" needs the turn before it even when "it" is resolved.
    """
    return not set(content_stems(question)) - _OPEN


def _resolve(question: str, turns: Sequence[Turn], now: datetime) -> tuple[str, bool]:
    """The question with its pronouns resolved, and whether the rules could resolve all of it."""
    if not turns:
        return question, not points_back(question)
    if text := exchange_ordinal(question, turns[-1]):
        return text, True
    pronouns = find_pronouns(question)
    if not pronouns and not is_elliptic(question):
        return capitalize(_AND.sub("", question)), True
    if not pronouns:
        completion = complete_question(question, turns[-1], now)
        return (completion, True) if completion else (question, False)
    is_complete = not _is_open(question)
    text = question
    for pronoun in reversed(pronouns):
        antecedent = find_antecedent(pronoun, question, turns, now)
        if antecedent is None:
            is_complete = False
        else:
            text = text[: pronoun.start] + antecedent + text[pronoun.end :]
    return (capitalize(_AND.sub("", text)) if is_complete else text), is_complete
