"""Texts become vectors. Here are the protocols; the encoders are imported from their modules."""

from .base import (
    BulkEmbedder,
    CachingEmbedder,
    Embedder,
    Encoder,
    PartEmbedder,
    Vectors,
    embed_many,
    embed_passages,
)

__all__ = [
    "BulkEmbedder",
    "CachingEmbedder",
    "Embedder",
    "Encoder",
    "PartEmbedder",
    "Vectors",
    "embed_many",
    "embed_passages",
]
