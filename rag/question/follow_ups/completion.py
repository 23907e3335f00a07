"""A follow-up question is completed from the last turns, by rules.

Pronouns take the names they stand for where only one fits; "And in 2021?" and "And for a child?"
take the last question's words with the item of the same sort exchanged; "Why?" asks the last
question so; "as a table" asks it again. What the rules do not settle gets the topic of the last
turn as words behind it. A question that points at nothing is left alone: the subject has changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sourcebook.index.embedding.base import Embedder
from sourcebook.rag.language import content_stems
from sourcebook.rag.language.calendar import CALENDAR_WORDS
from sourcebook.rag.language.word_lists import read_lines
from sourcebook.rag.question.kind import find_kind, is_small_talk
from sourcebook.rag.question.turns import Turn

from .antecedents import find_antecedent
from .ellipsis import (
    capitalize,
    complete_question,
    exchange_ordinal,
    is_bare_item,
    is_elliptic,
    names_an_item,
)
from .exchange import exchange_item
from .library_turns import ask_of_the_same
from .pronouns import find_pronouns
from .remarks import find_request_beside, without_remarks
from .requests import Completion
from .topics import topic_of, with_topic

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
_AND = re.compile(
    r"^\W*(?:and|but|so|or|ok(?:ay)?|also|then|well|und|aber|oder)\b,? ", re.IGNORECASE
)
_MARKS = re.compile(r"\s*\[\d+\]")


def make_standalone(
    question: str, history: Sequence[Turn], now: datetime, embedder: Embedder | None = None
) -> Completion:
    """Return ``question`` (one line) in a form that needs no history.

    Args:
        question: as the reader typed it.
        history: the turns before, oldest first; the last ``MOST_TURNS`` are read.
        now: the reader's clock, for times.
        embedder: tells which word of the last question a new item stands for.
    """
    new_question = _NEW_SUBJECT.sub("", question)
    if new_question != question and re.search(r"\w", new_question):
        return Completion(capitalize(new_question))
    turns: list[Turn] = []
    for turn in history[-MOST_TURNS:]:
        text = _complete(_shorten(turn.question), turns, now, embedder).text
        turns.append(Turn(text, _shorten(_MARKS.sub("", turn.answer))))
    return _complete(question, turns, now, embedder)


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

    "What reason did it give?" (or "... in August?") needs the turn before it even when "it" is
    resolved.
    """
    words = " ".join(
        w for w in question.split() if w.strip("?.,!").casefold() not in CALENDAR_WORDS
    )
    return not set(content_stems(words)) - _OPEN


def _complete(
    question: str, turns: Sequence[Turn], now: datetime, embedder: Embedder | None
) -> Completion:
    """Return ``question`` completed from turns whose questions stand alone."""
    if not turns:
        return Completion(question)
    last = next((turn for turn in reversed(turns) if not is_small_talk(turn.question)), turns[-1])
    question, request = find_request_beside(question, last)
    if request:
        return request
    if is_small_talk(question):
        return Completion(question)
    question = without_remarks(question)
    if text := ask_of_the_same(question, last):
        return Completion(text, "library")
    if text := _ask_of_another(question, last, now, embedder):
        return Completion(text)
    pronouns = [] if is_bare_item(question) else find_pronouns(question)
    other_pronouns = [pronoun for pronoun in pronouns if pronoun.kind != "place"]
    lacks_something = bool(pronouns) or is_elliptic(question) or names_an_item(question, last)
    if lacks_something and not other_pronouns and find_kind(question) == "library":
        lacks_something = False  # "How many articles are there?" is of no place
    if not lacks_something:
        return Completion(capitalize(_AND.sub("", question)))
    if not pronouns:
        text = complete_question(question, last, now, embedder)
        return Completion(text or with_topic(question, last))
    if statement := _statement_asked_about(question, last):
        return Completion(statement)
    is_complete = not _is_open(question)
    text = question
    for pronoun in reversed(pronouns):
        antecedent = find_antecedent(pronoun, question, [*turns[:-1], last], now)
        if antecedent is None:
            is_complete = False
        else:
            text = text[: pronoun.start] + antecedent + text[pronoun.end :]
    text = capitalize(_AND.sub("", text))
    return Completion(text if is_complete else with_topic(text, last))


def _ask_of_another(
    question: str, last: Turn, now: datetime, embedder: Embedder | None
) -> str | None:
    """Return the last question asked of another item of the kind, where the turn says that in a
    question of its own."""
    if text := exchange_ordinal(question, last):
        return text
    again, the_one = _ASKED_AGAIN.match(question), _THE_ONE.match(question)
    if again and last.question.casefold().startswith(f"{again['frame'].casefold()} "):
        return exchange_item(again["rest"], last.question, now, embedder)
    if the_one and re.search(rf"\b{the_one['wh']}\b", last.question, re.IGNORECASE):
        return exchange_item(the_one["rest"], last.question, now, embedder)
    return None


_ASKED_AGAIN = re.compile(
    r"^\W*(?:(?:and|but|so|und|aber)\b,? )*(?P<frame>\w+(?: \w+){1,3}?)"
    r" (?:it|that|they|es|das|sie|er)"
    r" (?P<rest>(?:for|in|on|at|with|from|to|für|mit|bei|ab|nach|von|im|am) [^?!]+?)[?!. ]*$",
    re.IGNORECASE,
)
"""The last question asked again of another item: "And how much is it for a child?"."""

_THE_ONE = re.compile(
    r"^\W*(?:(?:and|but|so|und|aber)\b,? )*(?P<wh>who|what|when|where|how (?:much|many)|wer|was"
    r"|wann)\b[^?!.,]* the ones? (?P<rest>(?:in|of|from|for|on|at) [^?!]+?)[?!. ]*$",
    re.IGNORECASE,
)
"""The same asked of another item of the kind: "And who came to the one in May?"."""

_SPEAKER_ASKED = re.compile(
    r"^\W*(?:(?:and|but|so)\b,? )*(?P<who>who (?:said|says|claimed|claims|told (?:us|them)|thinks|"
    r"believes|reported)) (?:so|that|this|it)[?!. ]*$",
    re.IGNORECASE,
)


def _statement_asked_about(question: str, last: Turn) -> str | None:
    """ "Who said that?" with the last answer in place of its last word."""
    match = _SPEAKER_ASKED.match(question)
    if not match or not last.answer:
        return None
    return f"{capitalize(match['who'])} that: {topic_of(last)}?"
