"""Sources become documents in a library: listed, read ahead, batched, synced, grouped."""
