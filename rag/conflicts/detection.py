"""Conflicts between sources about the question: different numbers or dates, or a plain denial.

Rules decide, from the sentences that were ranked for the question anyway. The values of the answer
are read from the sentences that it cites. Every other sentence about the same thing (see
`comparability`) with a value that contradicts them makes a conflict. The kinds are those of de
Marneffe, Rafferty and Manning 2008, "Finding Contradictions in Text", that rules can recognise:
numeric, date, negation and antonym. A false alarm costs more than a miss: without clear signs that
both sentences are about one thing, there is no conflict.
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcebook.rag.answer import Citation, Conflict, Sentence, Side
from sourcebook.rag.language import Bound, ParsedSentence, Quantity
from sourcebook.rag.language.claims import find_terms
from sourcebook.rag.question import Question
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.verification import cite

from .compared_sentence import ComparedSentence
from .denials import is_contradiction
from .values import ConflictContext, StatedValue, amounts_in_conflict, dates_in_conflict

POOL = 30
"""Number of ranked sentences that are compared."""

_MOST_SIDES = 4
_MOST_CITED = 3
"""Sides of one conflict, and citations of one side."""

_SAME_FIGURE = {Bound.EXACT: "about", Bound.ABOUT: "about"}


def find_conflicts(
    question: Question,
    sentences: Sequence[Sentence],
    citations: Sequence[Citation],
    pool: Sequence[Evidence],
    reply_citations: Sequence[Citation] | None = None,
) -> tuple[Conflict, ...]:
    """Return the conflicts between sources about the question.

    Args:
        question: its text (for the type of answer) and its standalone form (for the subject).
        sentences: of the verified draft.
        citations: of the verified draft.
        pool: the ranked sentences, including the cited ones.
        reply_citations: citations of the final answer, by default those of the draft. A place
            among them keeps its number; new places get the numbers after the highest.
    """
    context = ConflictContext(question, sentences, citations, {item.place: item for item in pool})
    numbering = _Numbering(citations if reply_citations is None else reply_citations)
    values = [("number", group) for group in amounts_in_conflict(context)]
    values += [("date", group)] if (group := dates_in_conflict(context)) else []
    conflicts = [Conflict(_about(s), kind, _sides(s, numbering)) for kind, s in values]
    if not conflicts and (denial := _find_denial(context)):
        sides = [_claim(item, numbering) for item in denial]
        about = _shared_words(denial[0].sentence, denial[1].sentence)
        conflicts.append(Conflict(about, "claim", _newest_first(sides)))
    return tuple(conflicts)


class _Numbering:
    """Numbers of places: the number in the answer, else the next free one."""

    def __init__(self, citations: Sequence[Citation]) -> None:
        self._citations = {c.place: c for c in citations}
        self._next = max((c.number for c in citations), default=0) + 1

    def cite(self, item: Evidence) -> Citation:
        if item.place not in self._citations:
            self._citations[item.place] = cite(self._next, item)
            self._next += 1
        return self._citations[item.place]


def _sides(values: Sequence[StatedValue], numbering: _Numbering) -> tuple[Side, ...]:
    """Group equal values into sides; the answer's own side comes first and always stays."""
    grouped: dict[object, list[StatedValue]] = {}
    for value in values:
        grouped.setdefault(_grouping_key(value), []).append(value)
    return _newest_first(
        [_side(group, numbering) for group in list(grouped.values())[:_MOST_SIDES]]
    )


def _grouping_key(value: StatedValue) -> object:
    amount = value.value
    if isinstance(amount, Quantity):
        return (
            _SAME_FIGURE.get(amount.bound, amount.bound.value),
            round(amount.low),
            round(amount.high),
        )
    return value.figure


def _side(group: Sequence[StatedValue], numbering: _Numbering) -> Side:
    by_place = {stated.sentence.evidence.place: stated.sentence.evidence for stated in group}
    citations = [numbering.cite(item) for item in list(by_place.values())[:_MOST_CITED]]
    value = group[0].value
    bound = value.bound.value if isinstance(value, Quantity) else Bound.EXACT.value
    return Side(value.text, group[0].figure, bound, tuple(sorted(citations, key=_newest)))


def _about(values: Sequence[StatedValue]) -> str:
    value = values[0].value
    if isinstance(value, Quantity):
        return value.noun
    return _shared_words(values[0].sentence.remainder, values[-1].sentence.remainder)


def _shared_words(first: ParsedSentence, second: ParsedSentence, most: int = 3) -> str:
    """Return up to ``most`` words of the first text that the second has too, in their order."""
    words = [word.strip('.,;:!?“”"()') for word in first.text.split()]
    shared = [word for word in words if find_terms(word) & second.terms]
    return " ".join(dict.fromkeys(shared[:most]))


def _newest_first(sides: Sequence[Side]) -> tuple[Side, ...]:
    return tuple(sorted(sides, key=lambda side: min(map(_newest, side.citations))))


def _newest(citation: Citation) -> float:
    """Return a sort key: the newest article first, articles without a date last."""
    published = citation.document.published
    return -published.timestamp() if published else float("inf")


# --- claims -----------------------------------------------------------------------------------


def _find_denial(context: ConflictContext) -> tuple[Evidence, Evidence] | None:
    """Return the first cited sentence that another article denies, with the denial."""
    for _, item in context.cited_evidence:
        cited_sentence = ComparedSentence(item)
        for other in context.pool.values():
            if other.document.id != item.document.id and is_contradiction(
                context.question.sentence, cited_sentence, ComparedSentence(other)
            ):
                return item, other
    return None


def _claim(item: Evidence, numbering: _Numbering) -> Side:
    value = "no" if item.sentence.negations else "yes"
    return Side(item.text, value, Bound.EXACT.value, (numbering.cite(item),))
