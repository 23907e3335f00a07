"""Adapters to LangChain, LlamaIndex and Open WebUI: thin, nothing is decided here."""
