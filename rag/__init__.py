"""A question in, a cited answer out."""

from .answer import Answer, Citation, Sentence, Turn
from .chatbot import Chatbot
from .llm import LanguageModel
from .settings import Settings

__all__ = ["Answer", "Chatbot", "Citation", "LanguageModel", "Sentence", "Settings", "Turn"]
