"""What the page keeps, and what waits or runs, between clicks; without Gradio."""

from .conversations import Conversation, ConversationStore, open_conversation
from .open_libraries import OpenLibraries
from .open_library import OpenLibrary
from .questions import OpenQuestions
from .suggestions import Suggester

__all__ = [
    "Conversation",
    "ConversationStore",
    "OpenLibraries",
    "OpenLibrary",
    "OpenQuestions",
    "Suggester",
    "open_conversation",
]
