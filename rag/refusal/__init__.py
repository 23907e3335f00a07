"""The decision to answer or to refuse, and the reason of a refusal."""
