"""Which class answers which kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from sourcebook.rag.prompting import prompts
from sourcebook.rag.question import Kind
from sourcebook.rag.verification import split_sides

from .answer_kind import AnswerKind
from .cited_articles import CitedArticles
from .extremes import Extremes
from .fact import Fact
from .how_to import HowTo
from .library import LibraryFacts
from .lists import Lists
from .small_talk import SmallTalk
from .summary import Summary

_FACT = Fact()
_EXPLANATION = Fact(prompts.EXPLAIN, neighbours=3)
_COMPARISON = Fact(prompts.COMPARE, by_passage=True, split=split_sides)

_KINDS: dict[Kind, AnswerKind] = {
    "fact": Extremes(_FACT),
    "how-to": HowTo(_FACT),
    "list": Extremes(Lists(_FACT)),
    "comparison": Extremes(_COMPARISON),
    "summary": Summary(_EXPLANATION),
    "why": _EXPLANATION,
    "yes-no": _FACT,
    "small-talk": SmallTalk(),
}
_KINDS["library"] = LibraryFacts(_KINDS)

ANSWER_KINDS: Mapping[Kind, AnswerKind] = {**_KINDS, "source": CitedArticles(_KINDS)}
