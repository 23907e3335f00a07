"""What the events of the page have in common."""

from __future__ import annotations

from typing import Any

__all__ = ["QUICK", "SLOW"]

SLOW: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""An event that waits for its turn; Gradio shows no progress of its own. Not for other programs."""

QUICK: dict[str, Any] = {"queue": False, **SLOW}
"""An event that is served at once, whatever waits."""
