"""The kinds of answers: a file each, under one protocol."""

from .answer_kind import AnswerKind
from .inquiry import AnswerResources, Inquiry
from .registry import ANSWER_KINDS
from .routing import answer_by_kind

__all__ = ["ANSWER_KINDS", "AnswerKind", "AnswerResources", "Inquiry", "answer_by_kind"]
