"""The language model: its protocol, llama.cpp behind it, and the stored states of prompts."""

from .base import LanguageModel, Message, Prompt

__all__ = ["LanguageModel", "Message", "Prompt"]
