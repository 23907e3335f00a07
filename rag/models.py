"""The models that the settings name, also the deterministic ones: "hash" and "scripted"."""

from __future__ import annotations

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.llm.llama import LlamaCpp

from .settings import Settings


def make_embedder(settings: Settings) -> Embedder | None:
    """Return the embedder of the settings; None leaves the choice to the library."""
    if settings.embedder == "hash":
        from .testing import HashEmbedder

        return HashEmbedder()
    return SentenceTransformersEmbedder(settings.embedder) if settings.embedder else None


def make_language_model(settings: Settings) -> LanguageModel:
    """Return the language model of the settings, not loaded yet."""
    if settings.language_model == "scripted":
        from .testing import ScriptedModel

        return ScriptedModel()
    return LlamaCpp(
        settings.language_model,
        context_size=settings.context_size,
        threads=settings.threads,
        state_memory=settings.state_memory,
        state_disk=settings.state_disk,
    )
