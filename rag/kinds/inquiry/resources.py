"""What every answer of a chatbot is made with."""

from __future__ import annotations

from dataclasses import dataclass

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.library import Library
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.refusal import Calibration
from sourcebook.rag.settings import Settings
from sourcebook.rag.steps import AnswerSteps


@dataclass(frozen=True, slots=True)
class AnswerResources:
    """The library, models, settings and steps that an answer is made with."""

    library: Library
    model: LanguageModel
    embedder: Embedder
    settings: Settings
    calibration: Calibration
    steps: AnswerSteps
