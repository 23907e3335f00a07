"""The routes that OpenAI's clients ask: chat completions, responses, models, embeddings."""

from .errors import openai_error

__all__ = ["openai_error"]
