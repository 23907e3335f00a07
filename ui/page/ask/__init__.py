"""The Ask tab: conversations, the open one with its answers, and their sources."""
