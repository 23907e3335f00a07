"""Questions of a few words, completed by the last one: "And in 2021?", "Why?"."""

from __future__ import annotations

import re
from datetime import datetime

from sourcebook.index.embedding.base import Embedder
from sourcebook.rag.language import content_stems, find_entities
from sourcebook.rag.question.turns import Turn

from .exchange import exchange_item
from .topics import topic_of

_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|or|then|ok(?:ay)?|also|und|aber|oder|y|et)\b,? )*"
    r"(?:(?:what|how) (?:about|is it (?:with|for))|was ist mit"
    r"|wie (?:ist|sieht|steht) es(?: aus)? (?:mit|bei|um))? ?(?P<rest>[^?!]+?)"
    r"(?: (?:too|as well|dann|denn|auch))?[?!. ]*$",
    re.IGNORECASE,
)
_WH = r"(?:why|when|where|how long|how often|how|warum|wieso|weshalb|wann|wo|wie lange|wie oft)"
_BARE_WH = re.compile(
    rf"^\W*(?:(?:and|but|so|und|aber)\b,? )*(?P<wh>{_WH}|how come|how so)"
    r"(?: exactly| not| that| is that| now| then| genau| denn| das| ist das| nicht| erst| jetzt"
    r"| dann)*[?!. ]*$",
    re.IGNORECASE,
)
_VERB_CLAUSE = re.compile(
    rf"^(?:(?:{_WH}|since when|until when|at what time|in which \w+|on what date) )?"
    r"(?P<rest>(?:did|does|do|was|were|is|are|has|had|have|will|would|can|could|should) .+)$",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:(?:and|but|so|und|aber)\b,? )*"
    r"(?:(?:in|at|on|by|since|until|from|to|for|with|seit|bis|mit|von) )?"
    r"(?:who|whom|whose|what|which|when|where|why|how|wer|wen|wem|was|welche[rsmn]?|wann|wo|warum|wie"
    r"|woher|wohin|cuándo|cuánto|quién|qué|dónde)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"^\W*(?:(?:and|but|und|aber)\b,? )*"
    r"(?P<wh>how (?:many|much)|wie viele?|which|what|welche[rsmn]?)"
    r" (?P<noun>(?:(?!did\b|does\b|do\b|is\b|are\b|was\b|were\b|about\b)[\w-]+ ?){1,2})[?!. ]*$",
    re.IGNORECASE,
)


def complete_question(
    question: str, turn: Turn, now: datetime, embedder: Embedder | None
) -> str | None:
    """Return a question of a few words with the rest from the last one; None where no rule fits."""
    if bare := _BARE_WH.match(question):
        wh = bare.group("wh").lower()
        if re.search(r"\b(?:not|nicht)\b", question, re.IGNORECASE):
            return capitalize(f"{wh}{question[bare.end('wh') :].rstrip(' ?')} ({topic_of(turn)})?")
        if last := _VERB_CLAUSE.match(turn.question):
            rest = last.group("rest")
            return capitalize(f"{wh} {rest[0].lower()}{rest[1:]}")
        return capitalize(f"{wh} ({topic_of(turn)})?")
    if count := _COUNT.match(question):
        lead = re.compile(rf"^(?P<before>\W*){re.escape(count['wh'])} [\w-]+ ", re.IGNORECASE)
        same = lead.match(turn.question)
        if same:
            noun = count["noun"].strip()
            return capitalize(f"{count['wh']} {noun} {turn.question[same.end() :]}")
    about = _ABOUT.match(question)
    if _ASKS.match(about["rest"] if about else question) or not about:
        return None
    return exchange_item(about["rest"].strip(), turn.question, now, embedder)


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


def capitalize(text: str) -> str:
    """Return ``text`` with a capital in front."""
    return text[:1].upper() + text[1:]


# --- which questions these are ---------------------------------------------------------------

_DEFINES = re.compile(
    r"^\W*(?:[Aa]nd )?(?:[Ww]ho|[Ww]hat|[Ww]here) (?:is|are|was|were) "
    r"(?!the [a-z]+\W*$)(?:an? )?\w"
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|so|or|und|aber)\b,? )*"
    r"(?:(?:what|how) about|was ist mit|wie (?:ist|sieht|steht) es)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(r"^\W*(?:and|but|so|or|und|aber|oder|y|et)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|did|does|do|has|had|have|will|would|can|could|should|[a-z]{3,}ed"
    r"|met|led|won|said|made|went|took|gave|held|lost|sent|wrote|paid|got|ran|began)\b"
    r"|\b[a-z]{3,}s(?= (?:the|an?|my|his|her|their|this)\b)"
)


def is_elliptic(question: str) -> bool:
    """Return whether ``question`` takes its subject from the question before."""
    if _WHAT_ABOUT.search(question) or asks_of_all(question):
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


def asks_of_all(question: str) -> bool:
    """Return whether a turn only asks for more of all that was said: "Why is that?"."""
    return bool(_BARE_WH.match(question))


_MOST_ITEM_WORDS = 3


def names_an_item(question: str, turn: Turn) -> bool:
    """Return whether a turn is a few words that share one with the last question, and no question
    of its own: "version 3?" after one about version 4."""
    if len(question.split()) > _MOST_ITEM_WORDS or _VERB.search(question) or _ASKS.match(question):
        return False
    return bool(set(content_stems(question)) & set(content_stems(turn.question)))


_OWN_ITEM = re.compile(
    r"^\W*(?:and|but|or|what about|how about)\b (?:\w+ )?(?:its|his|her|their) [^?.!,]+[?.! ]*$",
    re.IGNORECASE,
)


def is_bare_item(question: str) -> bool:
    """Return whether a turn only names an item, by that of the last one: "And its sister?"."""
    return bool(_OWN_ITEM.match(question)) and not _VERB.search(question)
