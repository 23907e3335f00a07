"""Conversations on disk, and answers restored from their JSON form."""

from .conversation_schema import Rating, StoredTurn, Summary, count_conversations
from .conversations import ConversationNotFound, Conversations
from .restore import InvalidAnswer, RestoredAnswer, find_quote, restore_answer

__all__ = [
    "ConversationNotFound",
    "Conversations",
    "InvalidAnswer",
    "Rating",
    "RestoredAnswer",
    "StoredTurn",
    "Summary",
    "count_conversations",
    "find_quote",
    "restore_answer",
]
