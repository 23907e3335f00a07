"""The embedder behind a server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sourcebook.index.errors import EmbedderMismatch
from sourcebook.index.model_server import ServerAddress, ServerConnection
from sourcebook.index.model_server.failures import UnexpectedReply

from .base import Vectors
from .pooling import unit_rows

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_AT_ONCE = 32
"""Texts of one request: servers have limits of their own, and most take these."""
_REQUESTS = 4
"""Requests at once."""
_PREFIX = "server:"
_NOTHING = "."
"""Sent for a text without a word: most servers refuse an empty one."""


class ServerEmbedder:
    """An embedding model on a server, by its ``/v1/embeddings``.

    ``name`` holds the model's name without its address: a library goes on with the same model at
    another address. Cheap to make; nothing is asked before the first call; threads may share one.

    Args:
        address: ``http://host:8000/v1#name``; the key stands in ``SOURCEBOOK_EMBEDDER_KEY``.
        silence: seconds within which a reply must begin, and go on.
    """

    def __init__(self, address: str, *, silence: float | None = None) -> None:
        server_address = ServerAddress.parse(address)
        self.name = _PREFIX + server_address.model
        self.address = str(server_address)
        self._model = server_address.model
        self._server = ServerConnection(server_address, "embedder", silence=silence)
        self._dimension: int | None = None  # of the vectors that were given
        self._library_dimension: int | None = None  # of a library's

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        if self._library_dimension is None and self._dimension is None:
            self.embed([_NOTHING])
        dimension = self._library_dimension or self._dimension
        assert dimension is not None
        return dimension

    def expect(self, dimension: int) -> None:
        """Refuse vectors of another size than those of a library.

        Args:
            dimension: numbers in a vector of the library.

        Raises:
            EmbedderMismatch: the server has given others already; later it is `embed` that raises.
        """
        self._library_dimension = dimension
        self._check(self._dimension or dimension)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts.

        Args:
            texts: as long as the server takes them.

        Returns:
            Shape: (len(texts), dimension), float32, each row of length 1.

        Raises:
            ModelServerFailed: the server cannot be reached, refuses, or gives no such vectors.
            EmbedderMismatch: they have not the size of the earlier ones.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        lines = [text if text.strip() else _NOTHING for text in texts]
        portions = [lines[first : first + _AT_ONCE] for first in range(0, len(lines), _AT_ONCE)]
        blocks: list[Vectors] = []
        for first in range(0, len(portions), _REQUESTS):
            batch = portions[first : first + _REQUESTS]

            async def request(client: AsyncOpenAI, batch: list[list[str]] = batch) -> list[Vectors]:
                return await asyncio.gather(*(self._embed(client, lines) for lines in batch))

            blocks += self._server.call(request) or []
        vectors = np.concatenate(blocks)
        self._check(vectors.shape[1])
        self._dimension = vectors.shape[1]
        return unit_rows(vectors)

    async def _embed(self, client: AsyncOpenAI, lines: Sequence[str]) -> Vectors:
        reply = await client.embeddings.create(
            model=self._model, input=list(lines), encoding_format="float"
        )
        rows = getattr(reply, "data", None)
        if not isinstance(rows, list) or len(rows) != len(lines):
            raise UnexpectedReply(f"it has not {len(lines)} vectors for as many texts")
        # The protocol numbers them; a server that does not has them in order.
        rows = sorted(rows, key=lambda row: getattr(row, "index", None) or 0)
        try:
            vectors = np.asarray([row.embedding for row in rows], np.float32)
        except (AttributeError, TypeError, ValueError):
            raise UnexpectedReply("its vectors are no lists of numbers of one length") from None
        if vectors.ndim != 2 or not vectors.shape[1] or not np.isfinite(vectors).all():
            raise UnexpectedReply("its vectors are no lists of numbers")
        if not vectors.any(axis=1).all():
            raise UnexpectedReply("one of its vectors is zero")
        return vectors

    def _check(self, dimension: int) -> None:
        """Compare the size of vectors that were given with those before and in the library."""
        right_dimension = self._library_dimension or self._dimension or dimension
        if dimension != right_dimension:
            raise EmbedderMismatch(
                f"{self.address} gives vectors of {dimension} numbers, those of the library have "
                f"{right_dimension}: the server has another model under that name now"
            )


def model_on_server(name: str) -> str | None:
    """Return the model's name on its server, None for the name of another embedder.

    Args:
        name: of an embedder, as a library has it.
    """
    return name.removeprefix(_PREFIX) if name.startswith(_PREFIX) else None
