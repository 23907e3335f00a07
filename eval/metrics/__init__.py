"""The scores of one question, and figures with intervals."""
