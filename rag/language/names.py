"""The names in a text, and their kinds: persons, places, countries, organisations.

Form and position tell the kind, without a model: two or more capitalised words are mostly a person,
capitals are an organisation, a name after "in" is a place. Countries, large cities and common first
names are in ``lists``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sourcebook.index.search.stop_words import STOP_WORDS

from .calendar import CALENDAR_WORDS
from .stems import without_possessive, word_set
from .word_lists import any_of, read_words

Kind = Literal["person", "place", "country", "organisation", "unknown"]
Gender = Literal["f", "m"]


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a text: ``text[start:end]`` is ``name``, its possessive left off.

    ``subject``: it is where a clause has its subject. ``owns``: it has a possessive.
    """

    name: str
    kind: Kind
    start: int
    end: int
    subject: bool = False
    owns: bool = False

    @property
    def last(self) -> str:
        """Its last word in small letters: a person's surname."""
        return self.name.split()[-1].casefold()

    @property
    def gender(self) -> Gender | None:
        """The gender of its first name, if that is a common one."""
        first_name = self.name.split()[0].casefold() if " " in self.name else ""
        return "f" if first_name in _WOMEN else "m" if first_name in _MEN else None


_COUNTRIES = read_words("countries")
_PLACES = _COUNTRIES | read_words("places")
_WOMEN, _MEN = read_words("first_names_women"), read_words("first_names_men")
_ORGANISATION, _LOCATION = read_words("organisation_words"), read_words("place_words")
_ADJECTIVES = read_words("adjectives_of_place")
_PLACE_FIRST = word_set("new north south east west san saint st los las el great mount cape")

_LONGEST_ACRONYM = 6
_LETTERS = re.compile(r"[^\W\d_]+")
_LINKS = word_set("and of the for in und der die das für et de la y")
"""Small words that an acronym leaves out."""

_CAPITAL = r"[A-Z][\w’'.-]*"
_LINK = r"(?:of|de|del|da|van|von|der|bin|al|el|for)"
_RUN = re.compile(rf"(?<![\w’'-]){_CAPITAL}(?: (?:{_LINK} (?:the )?)?{_CAPITAL})*")
_FUNCTION = STOP_WORDS | read_words("words_before_names")
_TITLES = read_words("titles")
_TITLE = re.compile(rf"\b(?:{any_of(_TITLES)})\.? $", re.IGNORECASE)
_LOCATIVE = re.compile(
    r"\b(?:in|at|near|outside|inside|across|around|from|to|towards?|via|into)(?: the)? $",
    re.IGNORECASE,
)
_SUBJECT_BEFORE = re.compile(
    r"(?:^|\b(?:did|does|do|was|were|is|are|has|had|have|will|would|could|should|can|when|that|why"
    r"|where|after|before) (?:the )?|[.!?] |, )$",
    re.IGNORECASE,
)


def names_nobody(word: str) -> bool:
    """Return whether a capitalised word is a title or an adjective: no name by itself."""
    bare = without_possessive(word).rstrip(".").casefold()
    return bare in _TITLES or bare in _ADJECTIVES


def is_adjective_of_place(word: str) -> bool:
    """Return whether a word such as "Dutch" says where somebody or something is from."""
    return without_possessive(word).casefold() in _ADJECTIVES


def is_place_or_people(word: str) -> bool:
    """Return whether a word is the name of a country, or says that somebody is from there."""
    return is_adjective_of_place(word) or without_possessive(word).casefold() in _COUNTRIES


def spells_out(acronym: str, text: str) -> bool:
    """Return whether words of a text in a row begin with the letters of an acronym: "access control
    lists" with those of "ACLs". Of two letters, the words must be capitalised.

    Args:
        acronym: capitals, with or without dots and a plural s; of another word it is False.
        text: one sentence or more.
    """
    letters = acronym.replace(".", "").removesuffix("s")
    if not (letters.isalpha() and letters.isupper() and 2 <= len(letters) <= _LONGEST_ACRONYM):
        return False
    words = [word for word in _LETTERS.findall(text) if word.casefold() not in _LINKS]
    initials = "".join(word[0] for word in words)
    return letters in initials if len(letters) == 2 else letters in initials.upper()


def find_entities(text: str, question: str = "") -> list[Entity]:
    """Return the names in a text with their kinds, in order.

    Args:
        text: one sentence or more.
        question: the one that ``text`` answers, if any: an answer to "who" is a person.
    """
    results: list[Entity] = []
    for match in _RUN.finditer(text):
        start, run = match.start(), match.group()
        words = run.split()
        while words and (_word(words[0]) in _FUNCTION or _word(words[0]) in CALENDAR_WORDS):
            start += len(words[0]) + 1
            words = words[1:]
        if not words or all(_word(word) in CALENDAR_WORDS for word in words):
            continue
        name = text[start : match.end()].rstrip(".,")
        bare = without_possessive(name)
        if bare.casefold() in _ADJECTIVES and re.match(r" [a-z]", text[match.end() :]):
            continue  # "the American side"
        if len(bare) < 2 or _is_plain_word(text, start, bare):
            continue
        kind = _kind(text, start, bare, question)
        is_subject = bool(_SUBJECT_BEFORE.search(text[:start])) and kind != "place"
        results.append(Entity(bare, kind, start, start + len(bare), is_subject, bare != name))
    return results


def _word(word: str) -> str:
    return without_possessive(word.rstrip(".,")).casefold()


def _is_plain_word(text: str, start: int, name: str) -> bool:
    """The first word of a sentence is capitalised anyway."""
    is_first = not text[:start].strip() or text[:start].rstrip()[-1] in ".!?:"
    if not is_first or " " in name or name.isupper() or name.casefold() in _PLACES:
        return False
    behind = text[start + len(name) :]
    alone = re.match(r"(?:,? (?:and|or) [A-Z][\w’'-]*)?\W*$", behind)
    leads = re.match(
        r"[’']s| (?:said|is|was|has|had|and [A-Z]|did|will|told|wants?|met|led)\b", behind
    )
    return not alone and not (leads and not name.endswith("s"))


def _kind(text: str, start: int, name: str, question: str) -> Kind:
    words = [word.strip(".").casefold() for word in name.split()]
    before = text[:start]
    if name.casefold() in _COUNTRIES:
        return "country"
    if name.casefold() in _PLACES or words[-1] in _LOCATION or words[0] in _LOCATION:
        return "place"
    letters = name.replace(".", "").replace("-", "")
    if words[-1] in _ORGANISATION or words[0] in ("united", "european"):
        return "organisation"
    if (letters.isupper() and len(letters) > 1) or any(
        w.isupper() for w in re.split(r"[ -]", name)
    ):
        return "organisation"
    if _TITLE.search(before) or (len(words) > 1 and (words[0] in _WOMEN or words[0] in _MEN)):
        return "person"
    if len(words) > 1 and words[0] in _PLACE_FIRST:
        return "place"
    if re.search(r"\bthe $", before, re.IGNORECASE):
        return "organisation"
    if re.match(r"\W*(?:and )?(?:where|in which|in what)\b", question, re.IGNORECASE) or (
        _LOCATIVE.search(before) and len(words) == 1 and not re.search(r"\bto $", before)
    ):
        return "place"
    if len(words) in (2, 3) and " of " not in name and " for " not in name:
        return "person"
    if re.match(r"\W*(?:and )?who\w*\b", question, re.IGNORECASE) and not before.strip():
        return "person"
    return "unknown"
