"""Who may ask what: keys, callers, rates."""
