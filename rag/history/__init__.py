"""Conversations on disk, and answers restored from their JSON form."""

from .conversation_schema import ConversationSummary, Rating, StoredTurn, count_conversations
from .conversations import ConversationNotFound, Conversations
from .restore import InvalidAnswer, RestoredAnswer, find_quote, restore_answer

__all__ = [
    "ConversationNotFound",
    "ConversationSummary",
    "Conversations",
    "InvalidAnswer",
    "Rating",
    "RestoredAnswer",
    "StoredTurn",
    "count_conversations",
    "find_quote",
    "restore_answer",
]
