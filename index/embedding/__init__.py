"""Texts become vectors. Here are the protocols; the encoders are imported from their modules."""

from .base import BulkEmbedder, CachingEmbedder, Embedder, Encoder, Vectors, embed_many

__all__ = ["BulkEmbedder", "CachingEmbedder", "Embedder", "Encoder", "Vectors", "embed_many"]
