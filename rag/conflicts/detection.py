"""Where sources disagree about what was asked: other numbers, other dates, a plain denial.

Decided by code, from the sentences that were ranked for the question anyway. What the answer says
is looked up where it is cited; then every other sentence that speaks of the same thing (see
`same_thing`) and gives a value that cannot stand beside it makes a conflict. The kinds are those of
de Marneffe, Rafferty and Manning 2008, "Finding Contradictions in Text", that code can tell:
numeric, date, negation and antonym. A false alarm costs more than a miss: where it is not clear
that both speak of one thing, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcebook.rag.answer import Citation, Conflict, Sentence, Side
from sourcebook.rag.language.negation import denies
from sourcebook.rag.language.quantities import Bound, Quantity
from sourcebook.rag.question.understanding import Question
from sourcebook.rag.retrieval.evidence import Evidence
from sourcebook.rag.verification.citations import cite

from .comparability import ComparedSentence, terms
from .denials import is_contradiction
from .values import ConflictContext, Key, StatedValue, amounts_in_conflict, dates_in_conflict

POOL = 30
"""Ranked sentences that are worth comparing."""

_MOST_SIDES = 4
_MOST_CITED = 3
"""Sides shown of one conflict, and citations of one side."""

_SAME_FIGURE = {Bound.EXACT: "about", Bound.ABOUT: "about"}


def find_conflicts(
    question: Question,
    sentences: Sequence[Sentence],
    citations: Sequence[Citation],
    pool: Sequence[Evidence],
    shown: Sequence[Citation] | None = None,
) -> tuple[Conflict, ...]:
    """What sources say differently about the thing asked.

    Args:
        question: as asked (what kind of thing it wants) and stand-alone (what it is about).
        sentences: of the verified draft.
        citations: of the verified draft.
        pool: the ranked sentences, the cited ones among them.
        shown: citations of the answer as it is given, by default those of the draft. A place cited
            there keeps its number; others go on counting from the highest.
    """
    read = ConflictContext(question, sentences, citations, {_key(item): item for item in pool})
    numbering = _Numbering(citations if shown is None else shown)
    found = [("number", stated) for stated in amounts_in_conflict(read)]
    found += [("date", stated)] if (stated := dates_in_conflict(read)) else []
    conflicts = [Conflict(_about(s), kind, _sides(s, numbering)) for kind, s in found]
    if not conflicts and (denial := _find_denial(read)):
        sides = [_claim(item, numbering) for item in denial]
        about = _shared_words(denial[0].text, denial[1].text)
        conflicts.append(Conflict(about, "claim", _newest_first(sides)))
    return tuple(conflicts)


class _Numbering:
    """Gives a place its number: the one it has in the answer, else the next."""

    def __init__(self, citations: Sequence[Citation]) -> None:
        self._known = {(c.document.id, c.start, c.end): c for c in citations}
        self._next = max((c.number for c in citations), default=0) + 1

    def cite(self, item: Evidence) -> Citation:
        key = _key(item)
        if key not in self._known:
            self._known[key] = cite(self._next, item)
            self._next += 1
        return self._known[key]


def _sides(found: Sequence[StatedValue], numbering: _Numbering) -> tuple[Side, ...]:
    """What says the same is one side; ours is kept whatever there is."""
    grouped: dict[object, list[StatedValue]] = {}
    for stated in found:
        grouped.setdefault(_grouping_key(stated), []).append(stated)
    return _newest_first(
        [_side(group, numbering) for group in list(grouped.values())[:_MOST_SIDES]]
    )


def _grouping_key(stated: StatedValue) -> object:
    value = stated.value
    if isinstance(value, Quantity):
        return _SAME_FIGURE.get(value.bound, value.bound.value), round(value.low), round(value.high)
    return stated.figure


def _side(group: Sequence[StatedValue], numbering: _Numbering) -> Side:
    places = {_key(stated.place.evidence): stated.place.evidence for stated in group}
    cited = [numbering.cite(item) for item in list(places.values())[:_MOST_CITED]]
    value = group[0].value
    bound = value.bound.value if isinstance(value, Quantity) else Bound.EXACT.value
    return Side(value.text, group[0].figure, bound, tuple(sorted(cited, key=_newest)))


def _about(found: Sequence[StatedValue]) -> str:
    value = found[0].value
    if isinstance(value, Quantity):
        return value.noun
    return _shared_words(found[0].place.rest, found[-1].place.rest)


def _shared_words(one: str, two: str, most: int = 3) -> str:
    """Words of the first text that the second has too, in the order they stand."""
    theirs = terms(two)
    words = [word.strip('.,;:!?“”"()') for word in one.split()]
    shared = [word for word in words if terms(word) & theirs]
    return " ".join(dict.fromkeys(shared[:most]))


def _newest_first(sides: Sequence[Side]) -> tuple[Side, ...]:
    return tuple(sorted(sides, key=lambda side: min(map(_newest, side.citations))))


def _newest(citation: Citation) -> float:
    """Sorts the newest article first, those without a date last."""
    published = citation.document.published
    return -published.timestamp() if published else float("inf")


# --- claims -----------------------------------------------------------------------------------


def _find_denial(read: ConflictContext) -> tuple[Evidence, Evidence] | None:
    """The first cited sentence that another article denies, and that article's."""
    for _, item in read.cited():
        ours = ComparedSentence(item, 0, 0)
        for other in read.pool.values():
            if other.document.id != item.document.id and is_contradiction(
                read.question.standalone, ours, ComparedSentence(other, 0, 0)
            ):
                return item, other
    return None


def _claim(item: Evidence, numbering: _Numbering) -> Side:
    value = "no" if denies(item.text) else "yes"
    return Side(item.text, value, Bound.EXACT.value, (numbering.cite(item),))


def _key(item: Evidence) -> Key:
    return item.document.id, item.start, item.end
