"""The prompts of the language model, and the checks of its drafts."""
