"""Conversations on disk, and answers read back."""
