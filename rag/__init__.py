"""A question in, a cited answer out. `Chatbot` is the door, `kinds` the ways through."""

from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.question import Turn

from .answer import Answer, Citation, Sentence
from .chatbot import Chatbot
from .review import Verification, verify
from .settings import Settings

__all__ = [
    "Answer",
    "Chatbot",
    "Citation",
    "LanguageModel",
    "Sentence",
    "Settings",
    "Turn",
    "Verification",
    "verify",
]
