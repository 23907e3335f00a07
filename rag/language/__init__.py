"""What words say: stems, names, numbers, units, negation."""
