"""The same BERT encoder in PyTorch, for many texts: in float32, or in bfloat16.

It takes over the weights of `bert.BertEncoder` and works through the same portions, each processor
one for itself; nothing is padded. transformers is not imported, which takes five times as long as
PyTorch alone. On processors with matrix units for it (Intel's AMX) bfloat16 is several times as
fast as float32; on others it may be slower: `fastest` finds out. The cosine of its vectors to those
in float32 is 0.9999 (a test compares them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from .bert import TOKENS_AT_ONCE, Array, BertEncoder, Norm, in_portions

if TYPE_CHECKING:
    from torch import Tensor


Linear = Callable[["Tensor"], "Tensor"]


@dataclass(frozen=True, slots=True)
class _Layer:
    qkv: Linear
    attention: Linear
    attention_norm: tuple[Tensor, Tensor]
    up: Linear  # and what it is put through
    down: Linear
    output_norm: tuple[Tensor, Tensor]


class TorchEncoder:
    """The model of ``encoder`` in PyTorch. Threads may share one."""

    def __init__(self, encoder: BertEncoder, *, bfloat16: bool) -> None:
        import torch

        self._torch = torch
        self._type = torch.bfloat16 if bfloat16 else torch.float32
        self._encoder = encoder
        self.dimension = encoder.dimension
        self._embeddings = {name: self._of(e) for name, e in encoder.embeddings.items()}
        self._norm = self._both(encoder.norm)
        self._layers = [
            _Layer(
                qkv=self._linear(layer.qkv, layer.qkv_bias),
                attention=self._linear(layer.attention, layer.attention_bias),
                attention_norm=self._both(layer.attention_norm),
                up=self._linear(layer.up, layer.up_bias, gelu=True),
                down=self._linear(layer.down, layer.down_bias),
                output_norm=self._both(layer.output_norm),
            )
            for layer in encoder.layers
        ]

    def encode(self, texts: Sequence[str]) -> Array:
        """Shape: (len(texts), dimension), each row of length 1."""
        before = self._torch.get_num_threads()
        try:
            return in_portions(
                self._encoder.tokens(texts),
                self.dimension,
                self._encode,
                on_start=lambda: self._torch.set_num_threads(1),
            )
        finally:  # some of its libraries have one number for all threads
            self._torch.set_num_threads(before)

    def _encode(self, texts: Sequence[Sequence[int]]) -> Array:
        torch = self._torch
        with torch.inference_mode():
            lengths = [len(text) for text in texts]
            words = torch.tensor([token for text in texts for token in text])
            places = torch.tensor([place for size in lengths for place in range(size)])
            x = self._embeddings["word"][words] + self._embeddings["position"][places]
            x = self._layer_norm(x, self._norm)
            for layer in self._layers:
                x = self._through(layer, x, lengths)
            means = torch.stack([text.mean(0) for text in torch.split(x.float(), lengths)])
            return np.asarray(torch.nn.functional.normalize(means).numpy(), np.float32)

    def _through(self, layer: _Layer, x: Tensor, lengths: Sequence[int]) -> Tensor:
        attended = layer.attention(self._attend(layer.qkv(x), lengths))
        x = self._layer_norm(attended.add_(x), layer.attention_norm)
        return self._layer_norm(layer.down(layer.up(x)).add_(x), layer.output_norm)

    def _attend(self, qkv: Tensor, lengths: Sequence[int]) -> Tensor:
        """Scaled dot-product attention, texts of one length together."""
        attend = self._torch.nn.functional.scaled_dot_product_attention
        size = self.dimension // self._encoder.heads
        out = qkv.new_empty(len(qkv), self.dimension)
        start = 0
        for length, group in groupby(lengths):
            count = len(list(group))
            end = start + count * length
            parts = qkv[start:end].view(count, length, 3, self._encoder.heads, size)
            q, k, v = parts.permute(2, 0, 3, 1, 4)
            out[start:end] = attend(q, k, v).transpose(1, 2).reshape(-1, self.dimension)
            start = end
        return out

    def _layer_norm(self, x: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        f = self._torch.nn.functional
        normed: Tensor = f.layer_norm(x, (self.dimension,), *norm, self._encoder.epsilon)
        return normed

    def _linear(self, weight: Array, bias: Array, *, gelu: bool = False) -> Linear:
        """The layer, with its weights laid out for the processor once and not at each call, where
        this PyTorch can: 6 % faster, and more where the product itself is fast."""
        w, b = self._of(weight), self._of(bias)
        with suppress(AttributeError, RuntimeError):
            ops = self._torch.ops.mkldnn
            laid_out = ops._reorder_linear_weight(w, TOKENS_AT_ONCE)
            then, how = ("gelu", "none") if gelu else ("none", "")
            return lambda x: ops._linear_pointwise(x, laid_out, b, then, [], how)
        f = self._torch.nn.functional
        return lambda x: f.gelu(f.linear(x, w, b)) if gelu else f.linear(x, w, b)

    def _both(self, pair: Norm) -> tuple[Tensor, Tensor]:
        return self._of(pair[0]), self._of(pair[1])

    def _of(self, array: Array) -> Tensor:
        """In float32 the same memory, which nothing writes to."""
        return self._torch.from_numpy(np.ascontiguousarray(array)).to(self._type)
