"""What the page keeps, and what waits or runs, between clicks; without Gradio."""

from .conversations import Conversation, ConversationStore, open_conversation
from .questions import OpenQuestions
from .suggestions import Suggester

__all__ = [
    "Conversation",
    "ConversationStore",
    "OpenQuestions",
    "Suggester",
    "open_conversation",
]
