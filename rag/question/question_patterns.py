"""The patterns of question words, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcebook.rag.language.reading import text_language
from sourcebook.rag.language.word_lists import any_of, read_words


@dataclass(frozen=True, slots=True)
class QuestionPatterns:
    """What questions of one language ask for, by their words.

    ``vague_amount`` is what an answer may give in place of a number, ``asks_for_name`` a question
    for a name alone.
    """

    person: re.Pattern[str]
    asks_for_name: re.Pattern[str]
    amount: re.Pattern[str]
    time: re.Pattern[str]
    place: re.Pattern[str]
    named_place: re.Pattern[str]
    speaker: re.Pattern[str]
    yes_or_no: re.Pattern[str]
    vague_amount: re.Pattern[str]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_NEVER = _pattern(r"(?!)")

_ENGLISH = QuestionPatterns(
    person=_pattern(
        r"^\W*(?:\w+\W+){0,3}?(who|whom|whose)\b|\bname of\b|"
        r"^\W*what\b.{0,80}\b(called|named)\W*$|^\W*what (is|was|are|were)\b.{0,80}\bname\W*$"
    ),
    asks_for_name=_pattern(r"\bname of\b|\b(called|named|name)\W*$"),
    amount=_pattern(
        r"\bhow (many|much|long|old|far|often|high|big|large)\b|"
        r"\bwhat (is|was|are|were) the (\w+ )?(number|population|price|cost|percentage|age)\b"
    ),
    time=_pattern(
        r"^\W*(and )?when\b|^[^,?]{1,60}, when (is|are|was|were|had|has|have|did|do|does|will)\b|"
        r"\b(which|what) (day|date|month|year)\b"
    ),
    place=_pattern(r"^\W*(and )?where\b"),
    named_place=_pattern(
        r"^\W*(and )?((in|at|to|from) )?(which|what) (city|town|village|country|region|state)\b"
    ),
    speaker=_pattern(
        r"\b(?:do|does|did|has|have|had) (?P<who>[^,;?]{1,60}?) "
        rf"(?:{any_of(read_words('speech_verbs'))})\b"
    ),
    yes_or_no=_pattern(
        r"^\W*(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b"
    ),
    vague_amount=_pattern(
        r"\b(none|no|once|twice|half|dozens?|hundreds?|thousands?|millions?|several|all|tens|"
        r"few|every|daily|weekly|nightly|weekdays?|weekends?|mornings?|afternoons?|evenings?|always|"
        r"never|until|since|after|before|day|week|month|year|an? hour|hours?)\b"
    ),
)

_GERMAN = QuestionPatterns(
    person=_pattern(
        r"^\W*(?:\w+\W+){0,2}?(wer|wen|wem|wessen)\b|\bnamen? (der|des|von)\b"
        r"|^\W*wie (heißt|hieß)"
    ),
    asks_for_name=_pattern(r"\bnamen? (der|des|von)\b|^\W*wie (heißt|hieß)"),
    amount=_pattern(
        r"\bwie (viele?n?|lange|alt|weit|oft|hoch|groß|schwer|breit|tief|teuer|schnell|warm|kalt)\b"
        r"|^\W*was (kostet|kosten|kostete)\b"
    ),
    time=_pattern(
        r"^\W*(und )?(ab |bis |seit )?wann\b|\bum wie viel uhr\b"
        r"|\bwelche[mnrs]? (tag|datum|monat|jahr|uhrzeit|woche)\b"
    ),
    place=_pattern(r"^\W*(und )?(wo|wohin|woher)\b"),
    named_place=_pattern(
        r"^\W*(und )?((in|aus|nach) )?welche[mnrs]? (stadt|dorf|ort|land|region|gegend)\b"
    ),
    speaker=_NEVER,
    yes_or_no=_pattern(
        r"^\W*(und |aber )?(ist|sind|war|waren|hat|haben|hatte|hatten|kann|können|darf|dürfen|muss"
        r"|müssen|soll|sollen|wird|werden|wurde|wurden|gibt|gab|gilt|will|wollen|sollte|stimmt)\b"
    ),
    vague_amount=_pattern(
        r"\b(kein\w*|einmal|zweimal|halb\w*|dutzend\w*|hundert\w*|tausend\w*|million\w*|mehrere"
        r"|alle|wenige|jede\w*|täglich|wöchentlich|monatlich|jährlich|bis|seit|nach|vor|tag\w*"
        r"|woche\w*|monat\w*|jahr\w*|stunde\w*|minute\w*|zwei|drei|vier|fünf|sechs|sieben|acht|neun"
        r"|zehn|elf|zwölf|morgen|mittag|abend)\b"
    ),
)

_NONE = QuestionPatterns(*[_NEVER] * 9)
_BY_LANGUAGE = {"en": _ENGLISH, "de": _GERMAN}


def question_patterns() -> QuestionPatterns:
    """Return the patterns of the language in which texts are read; of others nothing matches."""
    return _BY_LANGUAGE.get(text_language(), _NONE)
