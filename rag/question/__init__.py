"""Questions: their standalone form, their filters and the type of answer they ask for."""
