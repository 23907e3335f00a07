"""The language model: its protocol, llama.cpp or a server behind it, stored states of prompts."""

from .base import LanguageModel, Message, Prompt

__all__ = ["LanguageModel", "Message", "Prompt"]
