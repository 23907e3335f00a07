"""The meaning of words: stems, names, numbers, units, times and negation."""
