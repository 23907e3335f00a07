"""Questions of a few words, completed by the last one: "And in 2021?", "Why?"."""

from __future__ import annotations

import re
from datetime import datetime

from sourcebook.rag.language import Entity, content_stems, find_entities
from sourcebook.rag.language.time import times_in_question

from .turns import Turn

_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|also) )?(?:(?:what|how) about )?"
    r"(?P<rest>[^?!]+?)[?!. ]*$",
    re.IGNORECASE,
)
_WH = r"(?:why|when|where|how long|how often|how)"
_BARE_WH = re.compile(rf"^\W*(?:(?:and|but|so) )?(?P<wh>{_WH})(?: exactly)?[?!. ]*$", re.IGNORECASE)
_VERB_CLAUSE = re.compile(
    rf"^(?:(?:{_WH}|since when|until when|at what time|in which \w+|on what date) )?"
    r"(?P<rest>(?:did|does|do|was|were|is|are|has|had|have|will|would|can|could|should) .+)$",
    re.IGNORECASE,
)


def complete_question(question: str, turn: Turn, now: datetime) -> str | None:
    """Return a question of a few words with the rest from the last one; None where no rule fits."""
    if bare := _BARE_WH.match(question):
        last = _VERB_CLAUSE.match(turn.question)
        if not last:
            return None
        rest = last.group("rest")
        return capitalize(f"{bare.group('wh').lower()} {rest[0].lower()}{rest[1:]}")
    about = _ABOUT.match(question)
    if not about or not turn.question.rstrip().endswith("?"):
        return None
    rest = about.group("rest").strip()
    days = times_in_question(rest, now)
    if len(days) == 1 and (days[0].start, days[0].end) == (0, len(rest)):
        return _exchange_time(rest, turn.question, now)
    names = find_entities(f": {rest}")
    lead = re.match(r"(?P<led>(?:in|at|from|to|on|by|with|for|about) )?(?P<the>the )?", rest, re.I)
    assert lead is not None
    if len(names) != 1 or names[0].name != rest[lead.end() :]:
        return None
    return _exchange_name(names[0], lead, turn.question)


_ORDINAL = r"(?:first|second|third|fourth|last|latest|previous|next)"
_ORDINAL_ALONE = re.compile(
    rf"^\W*(?:(?:and|but|so|or) )?(?:(?:what|how) about )?the (?P<which>{_ORDINAL})"
    r"(?: (?:one|time))?[?!. ]*$",
    re.IGNORECASE,
)


def exchange_ordinal(question: str, turn: Turn) -> str | None:
    """Return the last question with another ordinal: for "And the second?" about the second."""
    match = _ORDINAL_ALONE.match(question)
    ordinals = list(re.finditer(rf"\b{_ORDINAL}\b", turn.question, re.IGNORECASE))
    if not match or len(ordinals) != 1:
        return None
    start, end = ordinals[0].span()
    return turn.question[:start] + match.group("which").lower() + turn.question[end:]


def _exchange_time(rest: str, last: str, now: datetime) -> str:
    """The last question at another time."""
    before = times_in_question(last, now)
    if len(before) == 1:
        lead = re.match(r"(?:in|on|during|at) ", before[0].text, re.IGNORECASE)
        bare = not re.match(
            r"(?:in|on|during|at|since|before|after|until|between|from|by)\b", rest, re.I
        )
        new = (
            f"{lead.group()}{rest}"
            if lead and bare and not re.match(r"last|this|next", rest, re.I)
            else rest
        )
        return last[: before[0].start] + new + last[before[0].end :]
    return (
        f"{last.rstrip(' ?')} {rest[0].lower() if rest[:2] in ('In', 'On') else rest[0]}{rest[1:]}?"
    )


def _exchange_name(new: Entity, lead: re.Match[str], last: str) -> str | None:
    """The last question about another name; None where several could be exchanged."""
    candidates = [e for e in find_entities(last) if e.last != new.last]
    preposition = (lead.group("led") or "").casefold()
    if preposition:
        same = [
            e
            for e in candidates
            if last[: e.start].casefold().endswith((preposition, f"{preposition}the "))
        ]
    else:
        acting = [e for e in candidates if e.subject]
        same = acting if len(acting) == 1 else candidates if len(candidates) == 1 else []
        person = new.kind == "person"
        same = [
            e
            for e in same
            if e.kind == "unknown" or new.kind == "unknown" or (e.kind == "person") == person
        ]
    if len(same) != 1:
        return None
    old = same[0]
    article = re.search(r"\bthe $", last[: old.start], re.IGNORECASE)
    start = article.start() if article else old.start
    return f"{last[:start]}{lead.group('the') or ''}{new.name}{last[old.end :]}"


def capitalize(text: str) -> str:
    """Return ``text`` with a capital in front."""
    return text[:1].upper() + text[1:]


# --- which questions these are ---------------------------------------------------------------

_DEFINES = re.compile(
    r"^\W*(?:[Aa]nd )?(?:[Ww]ho|[Ww]hat|[Ww]here) (?:is|are|was|were) "
    r"(?!the [a-z]+\W*$)(?:an? )?\w"
)
_WHAT_ABOUT = re.compile(r"^\W*(?:(?:and|but|so|or) )?(?:what|how) about\b", re.IGNORECASE)
_CONTINUES = re.compile(r"^\W*(?:and|but|so|or)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|did|does|do|has|had|have|will|would|can|could|should|[a-z]{3,}ed"
    r"|met|led|won|said|made|went|took|gave|held|lost|sent|wrote|paid|got|ran|began)\b"
)


def is_elliptic(question: str) -> bool:
    """Return whether ``question`` takes its subject from the question before."""
    if _WHAT_ABOUT.search(question):
        return True
    stems = content_stems(question)
    if len(stems) <= 1:
        return not (stems and _DEFINES.search(question))
    if _CONTINUES.search(question):
        if _DEFINES.search(question) and find_entities(question):
            return False
        return len(stems) <= 2 or not _VERB.search(question)
    return (
        len(stems) <= 3
        and not _VERB.search(question)
        and bool(
            re.match(
                r"\W*(?:in|on|at|since|before|after|until|by|from|with|for|during|how|which|what|whose)\b",
                question,
                re.IGNORECASE,
            )
        )
    )
