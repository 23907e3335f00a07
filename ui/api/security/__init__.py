"""Who may ask what: keys, callers, signed links, rates."""
