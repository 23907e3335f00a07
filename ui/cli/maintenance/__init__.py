"""The commands that look after a library: copied, brought back, purged, given another embedder."""
