"""The commands by which others come in: servers, keys, and the check of their texts."""
