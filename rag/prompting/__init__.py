"""The prompts of the language model, and the checks of its drafts."""

from .drafts import DraftFilter, clean_draft, without_lead
from .prompts import format_heading

__all__ = [
    "DraftFilter",
    "clean_draft",
    "format_heading",
    "without_lead",
]
