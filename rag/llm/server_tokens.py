"""How many tokens a text has for a model on a server: counted there, or estimated."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from sourcebook.index.errors import ModelServerFailed
from sourcebook.index.model_server import ServerConnection

_BYTES_OF_A_TOKEN = 3
"""Of English a token has four bytes and more with today's models: three is rather too many tokens
than too few, so that a prompt fits."""

_COUNTED_TEXTS = 4096
_SAMPLE = "How many tokens are there?"


class ServerTokens:
    """Counts tokens with the server's own tokenizer where it has one: llama-server, vLLM and
    llama-cpp-python's do, each in its own way. Else the number is estimated from the bytes."""

    def __init__(self, server: ServerConnection) -> None:
        self._server = server
        self._lock = threading.Lock()
        self._count: Callable[[str], int | None] | None = None
        self._is_known = False
        self._counted = lru_cache(_COUNTED_TEXTS)(self._number)

    @property
    def source(self) -> str:
        """Where the numbers come from, as far as it is known."""
        if not self._is_known:
            return "not asked yet"
        return "the server" if self._count else "estimated"

    def count(self, text: str) -> int:
        """Return the number of tokens of a text. A server that fails at it is not asked again."""
        return self._counted(text)

    def _number(self, text: str) -> int:
        with self._lock:
            if not self._is_known:
                self._count = self._find()
                self._is_known = True
            count = self._count
        number = count(text) if count else None
        if number is None:
            self._count = None
            return -(-len(text.encode("utf-8", "replace")) // _BYTES_OF_A_TOKEN)
        return number

    def _find(self) -> Callable[[str], int | None] | None:
        """Return the way that works with this server."""
        for way in (self._count_at_root, self._count_as_extra):
            if way(_SAMPLE):
                return way
        return None

    def _count_at_root(self, text: str) -> int | None:
        """llama-server reads ``content``, vLLM ``prompt``; both answer with ``tokens``."""
        body = {
            "content": text,
            "prompt": text,
            "model": self._server.address.model,
            "add_special": False,
            "add_special_tokens": False,
        }
        return self._ask("/tokenize", body)

    def _count_as_extra(self, text: str) -> int | None:
        """llama-cpp-python's server answers with ``count``, that of the beginning included."""
        return self._ask("/extras/tokenize/count", {"input": text})

    def _ask(self, path: str, body: Mapping[str, object]) -> int | None:
        parts = urlsplit(self._server.address.base)
        root = f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/v1')}"
        try:
            reply = self._server.post(root + path, body)
        except ModelServerFailed:
            return None
        if not isinstance(reply, Mapping):
            return None
        tokens, count = reply.get("tokens"), reply.get("count")
        if isinstance(tokens, list):
            return len(tokens)
        return count if isinstance(count, int) and count >= 0 else None
