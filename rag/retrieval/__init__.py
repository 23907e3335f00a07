"""Passages, and the sentences of them that are worth the model's time."""
