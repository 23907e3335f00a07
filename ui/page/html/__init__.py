"""The HTML of the page, as pure functions without Gradio."""

from .articles import View
from .exchange import Exchange

__all__ = [
    "Exchange",
    "View",
]
