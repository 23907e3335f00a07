"""Retrieval of the passages for a question, and of the best sentences in them."""
