"""The worth of each mechanism of an answer: the same questions, asked with it and without it.

A mechanism is left out by another record of the steps of an answer (`rag.steps`), in which a step
that does nothing has its place. So the product has no switches for it, and this table says exactly
what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sourcebook.eval.errors import EvaluationError
from sourcebook.rag.question import ABOUT_NO_ARTICLE, Kind
from sourcebook.rag.question.turns import Turn
from sourcebook.rag.question.understanding import Question, understand
from sourcebook.rag.retrieval.evidence import BEST_SENTENCES, Evidence
from sourcebook.rag.steps import AnswerSteps
from sourcebook.rag.verification import VerifiedDraft
from sourcebook.rag.verification.attribution import claims_about_another_subject
from sourcebook.rag.verification.support import SUPPORTED_FROM, Support


@dataclass(frozen=True)
class Mechanism:
    """A part of an answer that can be left out.

    ``without`` is, in words, what happens then; ``leave_out`` returns the steps without it.
    """

    name: str
    without: str
    leave_out: Callable[[AnswerSteps], AnswerSteps]


def _with_steps(**functions: Any) -> Callable[[AnswerSteps], AnswerSteps]:
    return lambda steps: replace(steps, **functions)


def _with_checks(**functions: Any) -> Callable[[AnswerSteps], AnswerSteps]:
    return lambda steps: replace(steps, checks=replace(steps.checks, **functions))


def _understand_alone(
    question: str,
    _history: Sequence[Turn] = (),
    *rest: Any,
    kind: Kind | None = None,
    **_options: Any,
) -> Question:
    return understand(question, (), *rest, kind=kind)


def _understand_without_filters(
    question: str,
    history: Sequence[Turn] = (),
    *_rest: Any,
    **options: Any,
) -> Question:
    return understand(question, history, **options)


def _understand_as_fact(question: str, *rest: Any, **options: Any) -> Question:
    as_it_is = understand(question, *rest, **options)
    is_found_by_model = as_it_is.kind not in ABOUT_NO_ARTICLE
    return replace(as_it_is, kind="fact") if is_found_by_model else as_it_is


def _understand_by_words(
    question: str, history: Sequence[Turn] = (), *rest: Any, **options: Any
) -> Question:
    return understand(question, history, *rest, **{**options, "embedder": None})


def _nothing_absent(*_: Any) -> list[Any]:
    return []


def _all_items(_question: str, ranked: Sequence[Evidence]) -> list[Evidence]:
    return list(ranked)


def _selection_alone(
    _question: str, evidence: Sequence[Evidence], _ranked: Sequence[Evidence]
) -> list[Evidence]:
    return list(evidence)


def _select_best(ranked: Sequence[Evidence], _neighbourhoods: int = 0) -> list[Evidence]:
    return list(ranked[:BEST_SENTENCES])


_MEAN_ODDS = 1.0
"""Near the mean of the questions the refusal was fitted on; equal for all, so without effect."""


def _mean_odds(*_: Any) -> float:
    return _MEAN_ODDS


def _leave_draft(_question: str, draft: VerifiedDraft, *_rest: Any, **_named: Any) -> VerifiedDraft:
    return draft


def _is_alike(support: Support) -> bool:
    return support.support >= SUPPORTED_FROM


def _without_subject_check(name: str) -> Callable[..., Any]:
    return partial(claims_about_another_subject, without=name)


MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        "kinds",
        "every question about articles is answered as one for a fact",
        _with_steps(understand=_understand_as_fact),
    ),
    Mechanism(
        "kind_by_meaning",
        "the kind of a question is told by its words alone",
        _with_steps(understand=_understand_by_words),
    ),
    Mechanism(
        "follow_ups",
        "a question is asked as typed, whatever was said before it",
        _with_steps(understand=_understand_alone),
    ),
    Mechanism(
        "named_filters",
        "dates and sources named in a question are words like others",
        _with_steps(understand=_understand_without_filters),
    ),
    Mechanism(
        "extremes",
        "the highest or lowest of a table is read by the model, not computed",
        _with_steps(find_extreme=lambda *_: None),
    ),
    Mechanism(
        "neighbours",
        "the model reads the best sentences without those around the very best",
        _with_steps(select_evidence=_select_best),
    ),
    Mechanism(
        "reading_order",
        "the instant evidence stands best first, not as it stands in the articles",
        _with_steps(order_for_reader=list),
    ),
    Mechanism(
        "absent_names",
        "a number or code of the question may stand nowhere in the articles",
        _with_steps(find_absent=_nothing_absent),
    ),
    Mechanism(
        "other_items",
        "sentences about a neighbour of the item asked about are read, too",
        _with_steps(leave_out_neighbours=_all_items),
    ),
    Mechanism(
        "answer_type",
        "no sentence is read because it has what the question word asks for",
        _with_steps(add_answer_type=_selection_alone),
    ),
    Mechanism(
        "odds",
        "the model is not asked whether the excerpts state the answer",
        _with_steps(probe=_mean_odds),
    ),
    Mechanism(
        "kind_of_answer",
        "a draft need not be of the kind asked for, nor the fact asked for stand in a source",
        _with_steps(fits_question=lambda *_, **__: True),
    ),
    Mechanism(
        "claims",
        "numbers, dates, names and denials are not checked: likeness alone supports a sentence",
        _with_checks(is_supported=_is_alike),
    ),
    Mechanism(
        "contradictions",
        "a sentence may say the contrary of its source",
        _with_checks(find_contradiction=lambda *_: None),
    ),
    Mechanism(
        "denials",
        "a sentence may deny what nothing near its source denies",
        _with_checks(find_baseless_denial=lambda *_: None),
    ),
    Mechanism(
        "same_thing",
        "a source may say what is new in a sentence of something else",
        _with_checks(find_misattributed=lambda _statement: []),
    ),
    Mechanism(
        "amounts",
        "an amount may be that of another thing in the sources",
        _with_checks(amounts_of_others=lambda *_: []),
    ),
    *(
        Mechanism(name, without, _with_checks(find_misattributed=_without_subject_check(name)))
        for name, without in (
            ("names_nearby", "a source need not have the names of the question near it"),
            ("same_context", "a number or a name may stand among other words in the source"),
            ("counted_people", "a number of soldiers may be one of tanks"),
            ("measures", "a number may be of another currency or measure in the source"),
            ("table_cells", "a number may be of another row or column than was asked for"),
            ("table_columns", "a name may stand under another head than was asked for"),
            ("number_of_name", "a number may be of another name in the same article"),
            ("number_of_sort", "a number of a sort of thing may be one of a thing that is named"),
            ("first_name", "a sentence may begin with another name than its source"),
            ("speaker", "what one said may be given as another's words"),
        )
    ),
    Mechanism(
        "several_sources",
        "a sentence is cited from one source, also when that does not state all of it",
        _with_checks(
            cover_claims=lambda _candidates, chosen, missing: (chosen, missing),
            cover_words=lambda _candidates, chosen, _stems: chosen,
        ),
    ),
    Mechanism(
        "articles_words",
        "the model's sentences are given as it wrote them",
        _with_steps(quote_articles=_leave_draft),
    ),
)


def mechanism(name: str) -> Mechanism:
    """Return the mechanism with this name. Raises EvaluationError that lists all names."""
    for candidate in MECHANISMS:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in MECHANISMS)
    raise EvaluationError(f"there is no mechanism {name!r}; there are: {names}")
