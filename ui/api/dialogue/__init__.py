"""What the doors for clients of language models share: messages, model names, the reply."""

from .messages import CONVERSATION_CONFIG, TextMessage, Utterance, join_text, question_of
from .models import LibraryModel, library_of, model_name, model_names
from .reply import AssistantReply, Span, pieces_of, reply_of, shorten, usage_of

__all__ = [
    "CONVERSATION_CONFIG",
    "AssistantReply",
    "LibraryModel",
    "Span",
    "TextMessage",
    "Utterance",
    "join_text",
    "library_of",
    "model_name",
    "model_names",
    "pieces_of",
    "question_of",
    "reply_of",
    "shorten",
    "usage_of",
]
