"""One port of this machine, and what stands before every route on it."""
