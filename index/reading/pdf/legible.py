"""Text that a PDF gives as other letters than it shows: its fonts map to nonsense."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

MIN_LETTERS = 40
"""The least letters of a text that can be judged."""

MIN_DIFFERENT_PAIRS = 20
_PART = 400

_COMMON_PAIRS_TEXT = """
    th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io
    le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ei ie un ge sc da ss ta
    el la os qu ue ai au oi ad do ac ec am em im um us ut et ca pe pr pa po no na mo mi lo
    il ir ol op ot ow ns nc ni ke ig ho fo ff fr ex ev ee di ct ci bl bu ag ab id if ul tu
    tr su so sp sh rs rt rm rd ry ly lt ld ks oo ck cu cr gr gh ga up vi va wa we wi wh ze
    zu kt ap av ay ba bi bo br cl cs cy dd du eb ef eg ep eu ey fa fe fi fl gi gn go gu ib
    im ip iv ja je jo ki kn lu mb mm mp mu my nn nu ny ob od og ok ov oy ph pi pl pp pt pu
    rc rg rk rl rn rr ru sa sk sl sm sn sw sy tl tt tw ty ub ud ug ui uc va vo wn wo ye yo
    za zi aa ij ng nk sj sc tz ts tä ör
"""
_COMMON_PAIRS = frozenset(_COMMON_PAIRS_TEXT.split())
_WORD = re.compile(r"[A-Za-z]{2,}")
_SPACE, _LETTER, _DIGIT = re.compile(r"\s"), re.compile(r"[^\W\d_]"), re.compile(r"\d")
_SIGN = re.compile(r"[^\w\s]")
_UNKNOWN_SIGN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufdd0-\ufdef\ufffd-\uffff]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_EAST_ASIAN = re.compile("CJK|HIRAGANA|KATAKANA|HANGUL|FULLWIDTH|HALFWIDTH|MATHEMATICAL")
_ACCENTED = re.compile(r"[\u00c0-\u00ff]")


def is_legible(text: str) -> bool:
    """Return whether a text can be read; a short one, numbers and formulas always can."""
    text = _sample(text)
    marks = len(text) - len(_SPACE.findall(text))
    unknown_count = len(_UNKNOWN_SIGN.findall(text))
    if marks < MIN_LETTERS:
        return not marks or unknown_count * 2 < marks
    if unknown_count * 6 > marks:
        return False
    letters, digits = len(_LETTER.findall(text)), len(_DIGIT.findall(text))
    if (letters + digits) * 20 < marks * 7 and len(set(_SIGN.findall(text))) > 12:
        return False
    latin = len(_LATIN.findall(text))
    if latin < MIN_LETTERS or latin * 2 < letters:
        return not _is_of_many_scripts(text)
    if len(_ACCENTED.findall(text)) * 2 > latin:
        return False
    return has_words(text)


def _sample(text: str) -> str:
    """Return a text, or its beginning, middle and end."""
    if len(text) < 4 * _PART:
        return text
    middle = len(text) // 2
    return "\n".join((text[:_PART], text[middle : middle + _PART], text[-_PART:]))


def without_unknown(text: str) -> str:
    """Return a text without the signs that are no characters of any script."""
    return _UNKNOWN_SIGN.sub("", text)


def _is_of_many_scripts(text: str) -> bool:
    """Return whether letters of four scripts or more stand side by side, as in no language."""
    letters = [sign for sign in text[:5000] if sign.isalpha() and sign > "\u024f"]
    counts = Counter(_script(sign) for sign in letters)
    return sum(count * 12 > len(letters) for count in counts.values()) >= 4


def _script(sign: str) -> str:
    name = unicodedata.name(sign, "?")
    return "EAST" if _EAST_ASIAN.match(name) else re.split("[ -]", name)[0]


def has_words(text: str) -> bool:
    """Return whether Latin letters follow each other as in words of European languages."""
    pairs = [
        first + second
        for word in _WORD.findall(_TAG.sub(" ", text).lower())
        if len(set(word)) > 1  # "XXXX" stands for what was taken out
        for first, second in pairwise(word)
        if ord(first) + 1 != ord(second)  # a row of the alphabet
    ]
    if len(pairs) < MIN_LETTERS or len(set(pairs)) < MIN_DIFFERENT_PAIRS:
        return True
    return sum(pair in _COMMON_PAIRS for pair in pairs) * 20 > len(pairs) * 11
