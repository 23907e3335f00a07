"""Pronouns, and words like them, that nothing in their own question explains."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sourcebook.rag.language import content_stems, find_entities
from sourcebook.rag.language.names import Gender
from sourcebook.rag.language.word_lists import any_of, read_words

from .german_pronouns import GERMAN, is_explained_in_german

PronounKind = Literal["person", "group", "thing", "place", "event", "listed", "shift"]


@dataclass(frozen=True, slots=True)
class Pronoun:
    """``question[start:end] == text`` refers to an earlier turn.

    ``eventful``: it stands for an event ("how long did it last").
    ``preposition``: the one that the name of a place needs in front of it.
    """

    text: str
    start: int
    end: int
    kind: PronounKind
    gender: Gender | None = None
    possessive: bool = False
    eventful: bool = False
    preposition: str = ""


_DONE_TO_THINGS = re.compile(
    rf"^ (?:\w+ )?(?:{any_of(read_words('follow_ups/things'))})\b", re.IGNORECASE
)
_OF_TIME = r"(?:time|way|year|week|month|morning|afternoon|evening|weekend)"
_SAID_OF = (
    r"(?:mean|happen|work|last|cost|take|affect|cause|change|help|lead|start|end|come|true|why|one)"
)
_PREPOSITIONS = (
    *("to", "of", "about", "with", "by", "after", "before"),
    *("from", "for", "in", "on", "at", "than"),
)
_BEHIND_PREPOSITION = "(?:" + "|".join(rf"(?<=\b{word} )" for word in _PREPOSITIONS) + ")"
_BEHIND_VERB = (
    "(?:^|"
    + "|".join(rf"(?<=\b{word} )" for word in ("do", "does", "did", "is", "are", "was", "were"))
    + ")"
)
_EVENTS = (
    r"\b(?:then|earlier|later|afterwards|beforehand|next|instead|too|as well)\b(?=\W*$)",
    r"(?:(?<=\bdo )|(?<=\bdid )|(?<=\bsay )|(?<=\bsaid ))so\b(?=\W*$)",
    r"\b(?:by|since|until|back) then\b|\bat (?:the|that) time\b(?=\W*$)",
    r"\bthe (?:same|next|previous|following) (?:day|week|month|year)\b(?=\W*$)",
    rf"\b(?:that|this)\b(?=\W*$|[’']s\b| {_SAID_OF}\w*\b)",
    (
        rf"{_BEHIND_PREPOSITION}(?:that|this)\b"
        rf"(?! {_OF_TIME}\b| (?:is|are|was|were|the|an?|s?he|it|they)\b)"
    ),
    rf"{_BEHIND_VERB}(?:that|those|these|this)\b(?! {_OF_TIME}\b| (?:who|that|in|of)\b)",
    (
        r"\b(?:these|those)\b"
        r"(?! (?:who|that|days|in|of|on|at|with|without|from|for|over|under|aged)\b)"
    ),
)
_PRONOUN = re.compile(
    r"(?P<person>\b(?:he|him|his|she|her|hers)\b)|(?P<group>\b(?:they|them|their|theirs)\b)"
    r"|(?P<thing>\b(?:it|its)\b(?![’']))|(?P<place>\bthere\b)"
    r"|(?P<shift>\b(?:\d{1,2}|an?|one|two|three|four|five|six|seven|few) (?:day|week|month|year)s?"
    r" (?:earlier|later|before|after|afterwards|previously)\b(?=\W*$))"
    r"|(?P<listed>\bthe (?:former|latter|(?:first|second|third|last|other) one)\b"
    r"|\bthe (?:first|second|third|last|other)\b"
    r"(?=\W*$| (?:is|was|did|do|does|has|had|say|said|want|think)\b))"
    rf"|(?P<event>{'|'.join(_EVENTS)})"
    rf"|(?P<german>{GERMAN})"
    r"|(?P<both>\bboth(?: of (?:them|those))?\b"
    r"(?=\W*$| (?:of them|were|are|have|had|did|agree|want|say)\b))",
    re.IGNORECASE,
)
_EMPTY_IT = re.compile(
    r"\b(?:is|was|isn[’']t) it (?:\w+ )?(?:true|possible|likely|legal|safe|hard|easy|better"
    r"|like to|necessary|normal|okay|ok|worth|cold|hot|warm|raining|snowing|important|allowed"
    r"|common|correct|illegal)\b"
    r"|\b(?:does|did|would|will) it (?:take|cost|require)\b.* to \w+|\bit takes?\b.* to \w+"
    r"|\bwhat (?:time|day|date|year) is it\b|\bhow (?:far|cold|hot|warm) is it (?:to|from|in|on)\b"
    r"|\bit (?:is|was) (?:\w+ ){1,4}(?:that|to|who)\b",
    re.IGNORECASE,
)
_EVENTFUL = re.compile(
    r"^ (?:last|lasted|happen|happened|take|took|begin|began|start|started|end|ended|go|went"
    r"|be held"
    r"|mean|matter|cost|cover|to cover|due|work|over|held|supposed|planned|scheduled|successful)\b"
    r"|^\W*$",
    re.IGNORECASE,
)
_EVENT_LED = re.compile(
    r"\b(?:in|during|about|after|before|at|of|to|with|for|expect|by|on|from|call|caused?|was|is) $",
    re.IGNORECASE,
)
_PERSONS = re.compile(
    r"\b(?:the|an?|which|what|this|that|every|each) (?:[\w’'-]+ ){0,3}?(?:president|minister"
    r"|chancellor|secretary|ambassador|king|queen|prince|pope|\w+(?:man|woman|ist|eer|ician|or|er|ian)|child|boy"
    r"|girl|chief|head|person|patient|victim|author|diplomat|envoy|general|star)\b",
    re.IGNORECASE,
)
_NOT_PERSONS = re.compile(
    r"(?:number|order|border|member|after|whether|weather|under|over|ever|never|water|power|paper"
    r"|letter|other|another|matter|river|winter|summer)$",
    re.IGNORECASE,
)
_PLURAL = re.compile(
    r"\b(?!is\b|was\b|has\b|does\b|this\b|its\b|his\b|as\b|us\b|days\b|weeks\b|hours\b|says\b"
    r"|years\b|months\b|topics\b)[a-z]{3,}(?<!s)s\b|\bpeople\b|\bthose(?= who\b)"
    r"|\b(?:every|any|some)(?:one|body)\b|\bchildren\b|\bmen\b|\bwomen\b"
)
_THINGS = re.compile(
    r"\b(?:the|an?|which|what|every|each) (?!did\b|does\b|do\b|is\b|was\b|are\b|were\b|has\b|had\b"
    r"|will\b|would\b|can\b|could\b|should\b)[a-z][\w-]+",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(
    r"\b(?:that|when|if|because|before|after|while|whether|as|which|who|where|how|until|since|and)\b|,",
    re.IGNORECASE,
)
_OBJECT_BEHIND = re.compile(
    r"^\W*$| (?:about|in|on|at|to|for|with|from|by|of|after|before|during|and|as)\b", re.IGNORECASE
)


_PLAIN: dict[str, PronounKind] = {
    "both": "group",
    "listed": "listed",
    "shift": "shift",
    "event": "event",
}


def find_pronouns(question: str) -> list[Pronoun]:
    """Return the words of ``question`` that refer to an earlier turn, in order."""
    results: list[Pronoun] = []
    for match in _PRONOUN.finditer(question):
        kind = match.lastgroup
        word = match.group().casefold()
        before, after = question[: match.start()], question[match.end() :]
        if kind == "place":
            if _says_existence(before, after) or _has_place(before):
                continue
            results.append(_plain_pronoun(match, "place", preposition=_place_preposition(before)))
        elif kind in ("person", "group", "thing"):
            if kind == "thing" and any(
                m.start() <= match.start() < m.end() for m in _EMPTY_IT.finditer(question)
            ):
                continue
            if _is_explained(word, kind, before, after):
                continue
            if kind == "person" and _DONE_TO_THINGS.search(after):
                kind = "thing"  # "she" is a ship
            results.append(_personal_pronoun(match, kind, word, before, after))
        elif kind == "german":
            if not is_explained_in_german(match, question):
                results.append(_plain_pronoun(match, "event"))
        elif kind in _PLAIN:
            results.append(_plain_pronoun(match, _PLAIN[kind]))
    if not results and (event := _EVENT_NOUN.search(question)) and _says_little(question):
        results.append(_plain_pronoun(event, "event"))
    return results


def _plain_pronoun(match: re.Match[str], kind: PronounKind, *, preposition: str = "") -> Pronoun:
    return Pronoun(match.group(), match.start(), match.end(), kind, preposition=preposition)


def _personal_pronoun(
    match: re.Match[str], kind: str, word: str, before: str, after: str
) -> Pronoun:
    possessive = word in ("his", "their", "its") or (
        word == "her" and not _OBJECT_BEHIND.match(after)
    )
    gender: Gender | None = None
    if kind == "person":
        gender = "f" if word in ("she", "her", "hers") else "m"
    return Pronoun(
        match.group(),
        match.start(),
        match.end(),
        "person" if kind == "person" else "group" if kind == "group" else "thing",
        gender,
        possessive,
        word == "it" and bool(_EVENTFUL.search(after) or _EVENT_LED.search(before)),
    )


_EVENT_NOUN = re.compile(
    r"\bthe (?:meeting|talks|call|conversation|discussions?|attack|deal|summit|visit|vote|statement"
    r"|strike|proposal|agreement|session|interview|speech|negotiations|event|incident|trip)\b"
    r"(?! (?:of|between|with|in|on|at|that|which|about|from|by)\b)",
    re.IGNORECASE,
)


def _says_little(question: str) -> bool:
    return not find_entities(question) and len(content_stems(question)) <= 3


_KINDS_OF = re.compile(
    r"\b(?:kinds?|types?|sorts?|forms?|varieties|categories) of\b.* (?:is|are|was|were) $",
    re.IGNORECASE,
)


def _says_existence(before: str, after: str) -> bool:
    """ "There" that names no place: "Are there any ...", "how many are there in", "What kinds of
    bread are there?"."""
    if re.match(r"\W*$", after):
        return bool(_KINDS_OF.search(before))
    return bool(
        re.search(
            r"\b(?:is|are|was|were|be|been|will|has|have|had)(?:n[’']t)? $", before, re.IGNORECASE
        )
        or re.match(
            r" (?:is|are|was|were|be|been|will|has|have|had|would|could|may|might)\b", after
        )
        or re.match(r"[’']s\b", after)
    )


def _has_place(before: str) -> bool:
    return any(e.kind in ("place", "country") for e in find_entities(before)) and bool(
        _BOUNDARY.search(before)
    )


def _place_preposition(before: str) -> str:
    if re.search(
        r"\b(?:in|at|from|to|near|around|over|out|up|down|through) $", before, re.IGNORECASE
    ):
        return ""
    return "to" if _GOES.search(before) else "in"


_GOES = re.compile(
    r"\b(?:go|goes|went|gone|going|travel\w*|fl(?:y|ew|own|ying)|came|come|get|got|move\w*|sen[dt]"
    r"|return\w*|drove|drive) $",
    re.IGNORECASE,
)


def _is_explained(word: str, kind: str, before: str, after: str) -> bool:
    """Whether the question itself has a possible antecedent in front of the pronoun.

    An object is not the subject of the same clause: the antecedent of "What did Biden tell him?" is
    in an earlier turn.
    """
    objective = word in ("him", "them") or (
        word in ("her", "it") and bool(_OBJECT_BEHIND.match(after))
    )
    names = [
        e
        for e in find_entities(before)
        if (e.kind in ("person", "unknown") if kind == "person" else True)
        and not (kind == "thing" and e.kind == "person")
    ]
    ends = [e.end for e in names]
    if kind == "person":
        ends += [m.end() for m in _PERSONS.finditer(before) if not _NOT_PERSONS.search(m.group())]
    elif kind == "group":
        ends += [m.end() for m in _PLURAL.finditer(before)]
    else:
        ends += [m.end() for m in _THINGS.finditer(before)]
    # "Which president did she meet?": the president is not the subject.
    ends = [end for end in ends if not _ASKED_FOR.fullmatch(before[end:])]
    if not ends or kind == "person":
        is_lower_case = not re.search(r"[A-Z]", f"{before[1:]}{after}")
        if is_lower_case and not objective and _has_lower_case_name(word, before):
            return True
    if not ends:
        return False
    return not objective or bool(_BOUNDARY.search(before[min(ends) :]))


_ASKED_FOR = re.compile(
    r" (?:did|does|do|was|were|is|are|has|had|have|will|would|could|can|should) ", re.IGNORECASE
)
_AMOUNTS = frozenset(content_stems("many much long often old far"))


def _has_lower_case_name(word: str, before: str) -> bool:
    """Whether a question typed without capitals seems to have a name in front of the pronoun.

    That is two content words, then a new clause or a possessive ("who was jim thorpe and what did
    he do").
    """
    telling = [stem for stem in content_stems(before) if stem not in _AMOUNTS]
    return len(telling) >= 2 and (
        word in ("his", "her", "its", "their") or bool(_BOUNDARY.search(before[1:]))
    )
