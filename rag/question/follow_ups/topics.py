"""What the last turn was about, as words that make a question complete."""

from __future__ import annotations

import re

from sourcebook.rag.language import content_stems
from sourcebook.rag.question.turns import Turn

from .requests import add_words

_MOST_ANSWER = 120
"""Characters of an answer that are taken along."""

_SAID_AGAIN = 0.6
"""Share of a question's words from which its answer says what it is about."""

_QUESTION_WORDS = re.compile(
    r"^\W*(?:(?:and|but|so|und|aber|please|bitte)\b,? )*"
    r"(?:(?:in|at|on|to|from|by|for|with|of|since|until|an?|auf|aus|bei|für|mit|seit|von) )?"
    r"(?:(?:how|wie) (?:many|much|long|often|far|old|viele?|lange|oft|weit|alt|hoch)\b ?"
    r"|(?:what|whom?|whose|when|where|why|how|was|wer|wen|wem|wo|wann|warum|wieso|wie"
    r"|(?:which|welche[rsmn]?)(?= (?:of|did|does|do|is|was|are|were)\b))\b ?|)"
    r"(?:(?:did|does|do|is|are|was|were|has|had|have|will|would|can|could|should|must|may"
    r"|hat|haben|ist|sind|war|waren|wird|werden|wurden?|kann|darf|muss|soll)\b ?)?",
    re.IGNORECASE,
)
_WHO_ACTS = re.compile(
    r"^\W*(?:and |und )?(?:who|which (?:\w+ ){1,3}?|wer)\b ?"
    r"(?P<rest>(?!(?:did|does|do|is|are|was|were|has|had|have|will|would|can|could|should|ist"
    r"|sind|war|hat)\b)[a-z].*)$",
    re.IGNORECASE,
)


def topic_of(turn: Turn) -> str:
    """Return the words of a turn's question without its question word, and a short answer."""
    answer = first_sentence(turn.answer)
    question = turn.question.strip(" ?!.")
    acts = _WHO_ACTS.match(question)
    is_name = acts and not set(content_stems(answer)) & set(content_stems(acts["rest"]))
    if acts and is_name and re.match(r"who|wer", question, re.I) and len(answer.split()) <= 4:
        return f"{answer} {acts['rest']}"
    topic = _QUESTION_WORDS.sub("", question, count=1).strip()
    answer_stems, question_stems = set(content_stems(answer)), set(content_stems(question))
    if not answer_stems - question_stems:
        return topic
    if len(question_stems & answer_stems) >= _SAID_AGAIN * len(question_stems) > 0:
        topic = ""
    if len(answer) > _MOST_ANSWER:
        answer = answer[:_MOST_ANSWER].rsplit(" ", 1)[0]
    return f"{topic}: {answer}" if topic else answer


def first_sentence(answer: str) -> str:
    """Return the first sentence of an answer, without the mark at its end. A number's point, as in
    "am 3. Mai", ends none."""
    return re.split(r"(?<=[.!?])(?<!\d\.)\s+(?=[A-ZÄÖÜ])", answer.strip())[0].strip(" .!?")


def with_topic(question: str, turn: Turn) -> str:
    """Return a question with the topic of the last turn behind it.

    Args:
        question: what is left open in it is told by the turn.
        turn: the last one, its question in a form that stands alone.
    """
    return add_words(question, f" ({topic_of(turn)})")
