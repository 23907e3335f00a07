"""The embedder that a library has now, whoever gives it another one meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from .base import Embedder, Vectors, embed_many, embed_passages


class FollowingEmbedder:
    """Embeds as the library does at that moment: reindexed by whomever, it has another embedder.

    Threads may share one. What every method raises: as ``choose`` and the embedder it returns do.

    Args:
        made_with: returns the name of the library's embedder; None: it has none yet.
        choose: returns the embedder of that name.
    """

    def __init__(
        self, made_with: Callable[[], str | None], choose: Callable[[str | None], Embedder]
    ) -> None:
        self._made_with, self._choose = made_with, choose
        self._lock = threading.Lock()
        self._embedders: dict[str | None, Embedder] = {}
        self.present()

    def present(self) -> Embedder:
        """Return the embedder itself."""
        name = self._made_with()
        with self._lock:
            if name not in self._embedders:
                self._embedders = {name: self._choose(name)}
            return self._embedders[name]

    @property
    def name(self) -> str:
        """That of the present embedder."""
        return self.present().name

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self.present().dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts, as `Embedder` does."""
        return self.present().embed(texts)

    def embed_many(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of the passages of a library that is filled, as `embed_many` does."""
        return embed_many(self.present(), texts)

    def embed_parts(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors] | None]:
        """Return the vectors of passages and of their parts, as `embed_passages` does."""
        return embed_passages(self.present(), texts)
