"""Questions in another language than the articles': translated once, their answers back."""

from .answers import translate_answer
from .languages import Direction, find_direction
from .questions import TRANSLATION_KEY, show_translation, translate_question
from .translator import Translator

__all__ = [
    "TRANSLATION_KEY",
    "Direction",
    "Translator",
    "find_direction",
    "show_translation",
    "translate_answer",
    "translate_question",
]
