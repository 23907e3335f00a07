"""Whether to answer, and the reason when not."""
