"""Which class answers which kind of question."""

from __future__ import annotations

from collections.abc import Mapping

from sourcebook.rag.question import Kind

from .answer_kind import AnswerKind
from .fact import Fact
from .how_to import HowTo
from .small_talk import SmallTalk

_FACT = Fact()

ANSWER_KINDS: Mapping[Kind, AnswerKind] = {
    "fact": _FACT,
    "how-to": HowTo(_FACT),
    "list": _FACT,
    "comparison": _FACT,
    "summary": _FACT,
    "why": _FACT,
    "yes-no": _FACT,
    "library": _FACT,
    "small-talk": SmallTalk(),
}
