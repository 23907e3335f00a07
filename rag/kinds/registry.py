"""Which class answers which kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from sourcebook.rag.question import Kind

from .answer_kind import AnswerKind
from .fact import Fact
from .how_to import HowTo
from .lists import Lists
from .small_talk import SmallTalk
from .summary import Summary

_FACT = Fact()

ANSWER_KINDS: Mapping[Kind, AnswerKind] = {
    "fact": _FACT,
    "how-to": HowTo(_FACT),
    "list": Lists(),
    "comparison": _FACT,
    "summary": Summary(),
    "why": _FACT,
    "yes-no": _FACT,
    "library": _FACT,
    "small-talk": SmallTalk(),
}
