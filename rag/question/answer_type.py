"""The type of answer that a question asks for: a person, a number, a time, a place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.rag.language import Claim, content_stems, find_claims, find_names
from sourcebook.rag.language.claims import find_name_runs, name_key
from sourcebook.rag.language.names import names_nobody
from sourcebook.rag.language.negation import verb_stems
from sourcebook.rag.language.reading import text_language
from sourcebook.rag.language.time import find_days

from .question_patterns import question_patterns

_LENGTH = r"\b(seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|centur\w+)\b"
_FACTS = tuple(
    (re.compile(question, re.IGNORECASE), noun, re.compile(evidence, re.IGNORECASE))
    for question, noun, evidence in (
        (r"\bhow old\b|\bage of\b", "age", r"\b(aged?|born|years?[ -]olds?)\b|-year-old"),
        (r"\bhow long\b", "length of time", _LENGTH),
        (r"\bhow far\b", "distance", r"\b(km|kilomet|mile|met(er|re)|feet|foot|yards?)"),
        (r"\bhow often\b", "frequency", r"\b(times?|once|twice|every|daily|weekly|yearly|each)\b"),
        (r"\bhow much\b.*\b(cost|pay|paid|price|worth)\b", "price", r"[$€£]|\b(dollar|euro|pound)"),
        (r"\bpercentage\b", "percentage", r"%|per ?cent"),
    )
)

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CONDITION = re.compile(
    r"^\W*(?:if|when|once|as|since|after|before|unless|while|although"
    r"|wenn|falls|sobald|nachdem|bevor|da|obwohl)\b[^?]*?,\s*",
    re.IGNORECASE,
)
"""The clause before the one that asks, up to its comma."""


def matches_answer_type(question: str, draft: str) -> bool:
    """Return whether a draft adds to the question what its question word asks for.

    "Who" asks for a name that the question does not have (or for no name at all), "how many" for an
    amount, "when" for a number, a name or a word of time that the question does not hold; anything
    but yes-or-no asks for at least one word that it does not hold.

    Args:
        question: its text.
        draft: an answer to it, or the sentence that may hold one.
    """
    if asks_yes_or_no(question):
        return True
    question_keys = {claim.key for claim in find_claims(question)}
    new = [claim for claim in find_claims(draft) if claim.key not in question_keys]
    if not set(verb_stems(draft)) - set(verb_stems(question)) - _fuller_names(draft, question_keys):
        return False
    if question_patterns().amount.search(question):
        return any(claim.is_number for claim in new) or bool(
            question_patterns().vague_amount.search(draft)
        )
    if question_patterns().time.search(question):
        return bool(new) or bool(question_patterns().vague_amount.search(draft))
    if question_patterns().person.search(question):
        # A name in small letters, or a group ("the foreign ministers"), is a word that is new too.
        names = _other_names(draft, find_names(question))
        if question_patterns().asks_for_name.search(question):
            names = [name for name in names if not names_nobody(name)]
        return not find_names(draft) or bool(names)
    return True


def asks_yes_or_no(question: str) -> bool:
    """Return whether yes or no answers ``question``; its last sentence asks, and in that what
    stands behind a condition ("If I sell it, do I pay tax?")."""
    asking = _SENTENCE_END.split(question.strip())[-1]
    pattern = question_patterns().yes_or_no
    return bool(pattern.search(asking) or pattern.search(_CONDITION.sub("", asking, count=1)))


def asks_for_a_fact(question: str) -> bool:
    """Return whether a name, a number or a time is a complete answer to ``question``."""
    patterns = question_patterns()
    return any(
        pattern.search(question) for pattern in (patterns.amount, patterns.time, patterns.person)
    )


def asks_for_a_place(question: str) -> bool:
    """Return whether ``question`` asks for a place, for which an answer often says more."""
    return bool(question_patterns().place.search(question))


def asks_for_a_named_place(question: str) -> bool:
    """Return whether ``question`` asks for a city, a country or the like, which an answer names."""
    return bool(question_patterns().named_place.search(question))


def speaker_in_question(question: str) -> str | None:
    """Return the speaker of whose words a question asks ("What did X say"); else None."""
    match = question_patterns().speaker.search(question)
    return match["who"] if match else None


def missing_answer_type(question: str, texts: Sequence[str]) -> str | None:
    """Return the type of answer ("age", "number", "date", "other name") that no text has.

    Args:
        question: its text.
        texts: the sentences that may hold the answer.

    Returns:
        None when one of the texts has it, or when the question shows no type.
    """
    together = " ".join(texts)
    if asks_yes_or_no(question):
        return None
    for pattern, noun, evidence in _FACTS if text_language() == "en" else ():
        if pattern.search(question):
            return None if evidence.search(together) else noun
    text_claims = [claim for text in texts for claim in find_claims(text)]
    vague = bool(question_patterns().vague_amount.search(together))
    if question_patterns().amount.search(question):
        return None if vague or any(claim.is_number for claim in text_claims) else "number"
    if question_patterns().time.search(question):
        is_dated = any(find_days(text) for text in texts) or text_language() != "en"
        return None if vague or is_dated else "date"
    if question_patterns().person.search(question):
        return (
            None
            if any(_other_names(text, find_names(question)) for text in texts)
            else "other name"
        )
    return None


def _fuller_names(draft: str, keys: set[str]) -> set[str]:
    """Stems of the names of ``draft`` that end in one of ``keys``.

    "Wendy Sherman" says nothing new in answer to a question about Sherman.
    """
    stems: set[str] = set()
    for run in find_name_runs(draft):
        words = run.split()
        while words and f"@{name_key(words[-1])}" not in keys:
            words.pop()
        stems.update(content_stems(" ".join(words)))
    return stems


def _other_names(draft: str, question_names: Sequence[Claim]) -> list[str]:
    """Names of the draft without ``question_names`` and the words before them in the same run.

    "Russian President Vladimir Putin" is one person: to a question about Putin it adds no name.
    """
    keys = {claim.key for claim in question_names}
    results: list[str] = []
    for run in find_name_runs(draft):
        words = run.split()
        positions = [i for i, word in enumerate(words) if f"@{name_key(word)}" in keys]
        rest = words[positions[-1] + 1 :] if positions else words
        results.extend(word for word in rest if word.casefold() not in STOP_WORDS)
    return results
