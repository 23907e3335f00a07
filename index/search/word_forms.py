"""The forms of a word that mean the same word: its plural and its genitive, its other spellings.

No stemmer: one that makes "organ" of "organisation" and "new" of "news" counts what is not meant.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product

_GERMAN_ENDINGS = ("ern", "en", "er", "es", "em", "e", "n", "s")
_NO_PLURAL = re.compile(r"(?:news|series|species|[^aeiou]ics|ss|us|is)$")
_SPELLINGS = (
    ("isation", "ization"),
    ("ise", "ize"),
    ("ised", "ized"),
    ("yse", "yze"),
    ("our", "or"),
    ("ours", "ors"),
    ("tre", "ter"),
    ("tres", "ters"),
    ("ogue", "og"),
    ("ence", "ense"),
)
"""Endings in British and in American spelling, behind three letters or more ("tour" has one)."""

_UMLAUTS = {"ä": "ae", "ö": "oe", "ü": "ue"}
_LETTERS = 4
"""The fewest letters that remain of a word without its ending."""


class _Folding(dict[int, str]):
    """The letter without its accents, for each letter; so the length of a text stays the same."""

    def __missing__(self, code: int) -> str:
        bare = unicodedata.normalize("NFKD", chr(code))[0].lower()
        self[code] = bare if len(bare) == 1 else chr(code)
        return self[code]


_FOLDING = _Folding()


def fold_text(text: str) -> str:
    """Return a text in small letters without accents; every offset stays the same."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


@lru_cache(maxsize=1024)
def word_forms(word: str, language: str) -> frozenset[str]:
    """Return the forms of a word, folded (see `fold_text`).

    Args:
        word: as somebody wrote it; a capital letter makes it a name in English, whose "s" stays.
        language: of the text that it is looked for in ("de"); of others than English and German
            the word itself is looked for.
    """
    forms: set[str] = set()
    for spelling in spellings(word):
        bare = fold_text(spelling)
        forms.add(bare)
        if len(bare) < 3 or not bare.isalpha():
            continue
        if language == "en":
            forms |= _english(bare, is_name=word[0].isupper())
        elif language == "de":
            forms |= _german(bare)
    return frozenset(forms)


def spellings(word: str) -> set[str]:
    """Return a word as it may be spelt: "Müller" and "Mueller", "Straße" and "Strasse", "colour"
    and "color"."""
    small = word.lower()
    spellings = {small, small.replace("ß", "ss"), small.replace("ss", "ß")}
    parts = re.split(r"([äöü])", small)
    spellings |= {
        "".join(choice)
        for choice in product(*((p, _UMLAUTS[p]) if p in _UMLAUTS else (p,) for p in parts))
    }
    if re.search(r"(?<=[^aeiouq])(?:ae|oe|ue)(?=[^aeiou])", small):
        umlauts = {double: umlaut for umlaut, double in _UMLAUTS.items()}
        spellings.add(re.sub(r"ae|oe|ue", lambda match: umlauts[match[0]], small))
    for british, american in _SPELLINGS:
        for ending, other in ((british, american), (american, british)):
            if small.endswith(ending) and len(small) >= len(ending) + _LETTERS - 1:
                spellings.add(small.removesuffix(ending) + other)
    return spellings


def _english(word: str, *, is_name: bool) -> set[str]:
    singulars = {word}
    if word.endswith("ies") and len(word) > _LETTERS and not is_name:
        singulars.add(word[:-3] + "y")
    elif not is_name and not _NO_PLURAL.search(word):
        if re.search(r"(?:[sxz]|ch|sh)es$", word):
            singulars.add(word[:-2])
        if word.endswith("s") and len(word) >= _LETTERS:
            singulars.add(word[:-1])
    forms = set(singulars)
    for one in singulars:
        if re.search(r"[^aeiou]y$", one):
            forms.add(one[:-1] + "ies")
        elif re.search(r"(?:[sxz]|ch|sh)$", one):
            forms.add(one + "es")
        elif not one.endswith("s"):
            forms.add(one + "s")
    return forms


def _german(word: str) -> set[str]:
    stems = {word}
    for ending in _GERMAN_ENDINGS:
        stem = word.removesuffix(ending)
        if ending != "er" and stem != word and len(stem) >= _LETTERS:  # Müller is no form of Müll
            stems.add(stem)
    return stems | {stem + ending for stem in stems for ending in _GERMAN_ENDINGS}
