"""The models that the settings name: files, servers, the deterministic "hash" and "scripted"."""

from __future__ import annotations

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.embedding.sentence_encoder import SentenceTransformersEmbedder
from sourcebook.index.embedding.server import ServerEmbedder
from sourcebook.index.model_server import ServerAddress, is_address
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.llm.server import ServerModel

from .settings import Settings


def make_embedder(settings: Settings) -> Embedder | None:
    """Return the embedder of the settings; None leaves the choice to the library.

    Raises:
        SettingsError: it is on another machine, and the settings say ``offline``.
    """
    name = settings.embedder
    if name == "hash":
        from .testing import HashEmbedder

        return HashEmbedder()
    if not name:
        return None
    if is_address(name):
        _check(settings, name)
        return ServerEmbedder(name, silence=settings.server_timeout)
    return SentenceTransformersEmbedder(name)


def make_language_model(settings: Settings) -> LanguageModel:
    """Return the language model of the settings, not loaded yet.

    Raises:
        SettingsError: it is on another machine, and the settings say ``offline``.
    """
    if settings.language_model == "scripted":
        from .testing import ScriptedModel

        return ScriptedModel()
    if is_address(settings.language_model):
        _check(settings, settings.language_model)
        return ServerModel(
            settings.language_model,
            context_size=settings.context_size,
            silence=settings.server_timeout,
            parallel=settings.server_questions,
        )
    return LlamaCpp(
        settings.language_model,
        context_size=settings.context_size,
        threads=settings.threads,
        state_memory=settings.state_memory,
        state_disk=settings.state_disk,
    )


def _check(settings: Settings, address: str) -> None:
    parsed = ServerAddress.parse(address)
    if settings.offline:
        parsed.check_offline()
