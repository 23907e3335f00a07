"""One question on its way to an answer: what the kinds of answers share."""

from .inquiry import Inquiry, Reply
from .resources import AnswerResources

__all__ = ["AnswerResources", "Inquiry", "Reply"]
