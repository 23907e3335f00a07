"""The routes that Anthropic's clients ask: messages and their count of tokens."""

from .errors import anthropic_error, is_anthropic

__all__ = ["anthropic_error", "is_anthropic"]
