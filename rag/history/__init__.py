"""Conversations on disk, and answers restored from their JSON form."""
