"""Denials in a sentence.

Cues with a scope that ends at a clause's end: NegEx (Chapman et al. 2001, "A Simple Algorithm for
Identifying Negated Findings and Diseases in Discharge Summaries"), with ConText's terminating words
and pseudo-cues (Harkema et al. 2009) and the nearest content word as the focus (Councill, McDonald
and Velikovich 2010, "What's Great and What's Not"; Blanco and Moldovan 2011). The module
`contradiction` decides whether one sentence denies what another affirms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .negation_words import (
    ADVERBS,
    ARTICLES,
    AUXILIARIES,
    CLAIM_NOUNS,
    CONTROL,
    ENDS_SCOPE,
    GROUP_CUES,
    IRREGULAR,
    LIGHT,
    MODIFIERS,
    NOUN_CUES,
    PREPOSITIONS,
    PSEUDO,
    VERB_CUES,
)
from .reading import text_language
from .stems import content_stems

SCOPE = 9
"""Words that a cue reaches at most."""

_TOKEN = re.compile(r"[^\W_]+(?:[’'\-.][^\W_]+)*[’']?|[.,;:!?()“”\"–—]")
_EMPTY_BOX = re.compile(r"(?P<before>[^.;:☐☑☒✓]+):\s*☐(?!\s*\w)|☐\s*(?P<after>[^.;:☐☑☒✓]+)")
_CORRECTS = re.compile(
    rf"\s*,?\s*but\s+(?:rather|instead|only|because|{'|'.join(sorted(PREPOSITIONS))})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Negation:
    """One denial: the words from its cue to its focus, the stems of the focus, and of its scope.

    ``start`` and ``end``: from the cue to the end of its scope in the sentence.
    """

    text: str
    focus: tuple[str, ...]
    scope: frozenset[str]
    start: int
    end: int
    of_noun: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    folded: str
    start: int
    end: int

    @property
    def is_name(self) -> bool:
        return self.text[:1].isupper()


def find_negations(text: str) -> tuple[Negation, ...]:
    """Return every denial of ``text``, in order; none where it is not read as English.

    A double denial ("did not rule out") is one without a focus: the words in its scope are neither
    denied nor affirmed.
    """
    return _english_negations(text) if text_language() == "en" else ()


@lru_cache(maxsize=2048)
def _english_negations(text: str) -> tuple[Negation, ...]:
    words = [
        _Word(m.group(), m.group().casefold().replace("’", "'"), m.start(), m.end())
        for m in _TOKEN.finditer(_without_pseudo_cues(text))
    ]
    results: list[Negation] = []
    silent_until = 0
    for at in range(len(words)):
        cue = _cue_at(words, at)
        if cue is None or at < silent_until:
            continue
        kind, length = cue
        scope = _scope(words, at + length)
        second = next((n for n, _ in enumerate(scope) if _cue_at(words, at + length + n)), None)
        if second is not None and second <= 1:
            # "did not refuse to": affirmed, more or less. Neither cue says anything.
            silent_until = at + length + len(scope)
            results.append(_negation(text, words[at], "none", scope))
            continue
        if kind == "verb" and _CORRECTS.match(text, scope[-1].end if scope else 0):
            # "was not passed for revenue, but to regulate": passed it was. "Not a breed, but a
            # colour" denies the breed.
            kind = "verb" if scope and scope[0].folded in PREPOSITIONS | ARTICLES else "none"
        results.append(_negation(text, words[at], kind, scope))
    return (*results, *map(_of_empty_box, _EMPTY_BOX.finditer(text)))


def _of_empty_box(match: re.Match[str]) -> Negation:
    """Return what a box of a form that is not ticked denies: the last word of its label."""
    stems = tuple(verb_stems(match["before"] or match["after"] or ""))
    return Negation(match.group().strip(), stems[-1:], frozenset(stems), match.start(), match.end())


def verb_stems(text: str) -> list[str]:
    """Return the content stems, with irregular verbs by their present: "met" as "meet"."""
    if text_language() != "en":
        return content_stems(text)
    return [stem for word in text.split() for stem in _word_stems(word)]


@lru_cache(maxsize=4096)
def _word_stems(word: str) -> tuple[str, ...]:
    bare = re.sub(r"^\W+|\W+$", "", word.casefold())
    return tuple(content_stems(IRREGULAR.get(bare, word)))


def _without_pseudo_cues(text: str) -> str:
    """``text`` with "not only", "no doubt" and the like blotted out, offsets kept."""
    return PSEUDO.sub(lambda match: "_" * len(match.group()), text)


def _cue_at(words: Sequence[_Word], at: int) -> tuple[str, int] | None:
    """The kind of cue that begins at a word, and its length in words."""
    if at >= len(words):
        return None
    nearby = [word.folded for word in words[at : at + 4]]
    if nearby[0] in VERB_CUES or nearby[0].endswith("n't"):
        return "verb", 1
    if nearby[0] in NOUN_CUES:
        return "noun", 1
    joined = " ".join(nearby)
    for pattern, kind in GROUP_CUES:
        if match := pattern.match(joined):
            return kind, len(match.group().split())
    return None


def _scope(words: Sequence[_Word], first: int) -> list[_Word]:
    """The words that a cue reaches: to the clause's end, past a comma right behind the cue."""
    scope: list[_Word] = []
    for word in words[first : first + SCOPE]:
        if not scope and word.folded in (",", "however", "though"):
            continue
        if word.folded in ENDS_SCOPE:
            break
        scope.append(word)
    return scope


def _negation(text: str, cue: _Word, kind: str, scope: list[_Word]) -> Negation:
    finders = {"verb": _verb_focus, "noun": _noun_focus, "claim": _claim_focus}
    focus_words = finders[kind](scope) if kind in finders else []
    stems = frozenset(s for w in scope for s in verb_stems(w.text) if s not in LIGHT)
    end = focus_words[-1].end if focus_words else cue.end
    focus = tuple(stem for word in focus_words for stem in verb_stems(word.text))
    reach = scope[-1].end if scope else cue.end
    return Negation(text[cue.start : end], focus, stems, cue.start, reach, kind == "noun")


def _verb_focus(scope: Sequence[_Word]) -> list[_Word]:
    """The verb denied, and with "plan", "want" and their like the verb behind it too."""
    telling = [w for w in scope if _tells(w)]
    if not telling:
        return []
    first = telling[0]
    behind = scope[scope.index(first) + 1 :]
    if verb_stems(first.text)[0] in CONTROL and behind and behind[0].folded == "to":
        return [first, *[w for w in behind if _tells(w)][:1]]
    return [first]


def _noun_focus(scope: Sequence[_Word]) -> list[_Word]:
    """The head of the noun phrase; where a telling verb follows, that verb ("no one was hurt")."""
    phrase: list[_Word] = []
    for position, word in enumerate(scope):
        if word.folded in AUXILIARIES:
            behind = [w for w in scope[position:] if w.folded not in AUXILIARIES | ADVERBS]
            if behind and _tells(behind[0]):
                return behind[:1]
            break
        if word.folded == "to" and phrase and verb_stems(phrase[-1].text)[0] in CONTROL:
            return [phrase[-1], *[w for w in scope[position:] if _tells(w)][:1]]
        if word.folded == "of" and not phrase:
            continue
        if word.folded in PREPOSITIONS or (phrase and word.folded in ("and", "or")):
            break
        if _tells(word):
            phrase.append(word)
            if len(phrase) == 1 and word.folded.endswith("ing"):
                break
    return phrase[-1:]


def _claim_focus(scope: Sequence[_Word]) -> list[_Word]:
    """What was claimed, behind "denied that Russia ...": the first word that is no name."""
    return _verb_focus([w for w in scope if not w.is_name and w.folded not in CLAIM_NOUNS])


def _tells(word: _Word) -> bool:
    """Whether a word can be a focus: it has a meaning of its own, and is no adverb or number."""
    stems = verb_stems(word.text)
    return (
        bool(stems)
        and stems[0] not in LIGHT
        and word.folded not in ADVERBS
        and word.folded not in AUXILIARIES
        and word.folded not in PREPOSITIONS
        and word.folded not in MODIFIERS
        and not (word.folded.endswith("ly") and len(word.folded) > 4)
        and not word.text[0].isdigit()
        and word.text.isprintable()
        and word.text[0].isalpha()
    )
