"""A language model of 60,000 random weights in a GGUF file: real llama.cpp, in milliseconds.

For tests of the engine, where a scripted model is not enough: it writes nonsense, always the same
for the same prompt. `LlamaCpp(str(write_tiny_model(path)), context_size=512)` runs it.
The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_WIDTH, _WIDE, _LAYERS, _HEADS = 64, 128, 2, 2
_CONTEXT = 512
_ALIGNMENT = 32
_UINT32, _INT32, _FLOAT32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9
_MEAN = 1
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6

Value = str | int | float | bool | Sequence[str] | Sequence[int] | Sequence[float]


def write_tiny_model(
    path: Path,
    seed: int = 1,
    *,
    embeds: bool = False,
    template: str | None = None,
    marks: tuple[str, str] = ("<|im_start|>", "<|im_end|>"),
    begins: bool = False,
) -> Path:
    """Write the model to ``path``.

    Args:
        path: the file.
        seed: of the weights.
        embeds: say that a text's vector is the mean of its tokens'.
        template: of a chat; by default the file has none.
        marks: the texts of the two control tokens of a chat; the other tokens are single bytes.
        begins: say that a text begins with the token of the beginning.
    """
    bytes_ = [f"<0x{value:02X}>" for value in range(256)]
    tokens = ["<unk>", "<s>", "</s>", *marks, *bytes_]
    kinds = [_UNKNOWN, *[_CONTROL] * 4, *[_BYTE] * 256]
    facts: dict[str, Value] = {
        "general.architecture": "llama",
        "llama.context_length": _CONTEXT,
        "llama.embedding_length": _WIDTH,
        "llama.block_count": _LAYERS,
        "llama.feed_forward_length": _WIDE,
        "llama.attention.head_count": _HEADS,
        "llama.attention.head_count_kv": 1,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": _WIDTH // _HEADS,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": [0.0] * len(tokens),
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 4,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.ggml.add_bos_token": begins,
    }
    if template is not None:
        facts["tokenizer.chat_template"] = template
    if embeds:
        facts["llama.pooling_type"] = _MEAN
    _write(path, facts, _tensors(len(tokens), seed))
    return path


def _tensors(vocabulary: int, seed: int) -> dict[str, NDArray[np.float32]]:
    generator = np.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> NDArray[np.float32]:
        return generator.normal(0, 1.5 * columns**-0.5, (rows, columns)).astype(np.float32)

    ones = np.ones(_WIDTH, np.float32)
    tensors = {
        "token_embd.weight": matrix(vocabulary, _WIDTH) * 8,
        "output_norm.weight": ones,
        "output.weight": matrix(vocabulary, _WIDTH),
    }
    head = _WIDTH // _HEADS
    for layer in range(_LAYERS):
        shapes = {
            "attn_q": (_WIDTH, _WIDTH),
            "attn_k": (head, _WIDTH),
            "attn_v": (head, _WIDTH),
            "attn_output": (_WIDTH, _WIDTH),
            "ffn_gate": (_WIDE, _WIDTH),
            "ffn_up": (_WIDE, _WIDTH),
            "ffn_down": (_WIDTH, _WIDE),
        }
        tensors |= {f"blk.{layer}.{name}.weight": matrix(*shape) for name, shape in shapes.items()}
        tensors |= {f"blk.{layer}.{name}_norm.weight": ones for name in ("attn", "ffn")}
    return tensors


def _write(
    path: Path, facts: Mapping[str, Value], tensors: Mapping[str, NDArray[np.float32]]
) -> None:
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    for key, value in facts.items():
        head += _string(key) + _typed(value)
    body = b""
    for name, tensor in tensors.items():
        # Dimensions go from the innermost; 0 is float32.
        sizes = tensor.shape[::-1]
        head += _string(name) + struct.pack(f"<I{len(sizes)}QIQ", len(sizes), *sizes, 0, len(body))
        body += _padded(tensor.tobytes())
    path.write_bytes(_padded(head) + body)


def _typed(value: Value) -> bytes:
    if isinstance(value, str):
        return struct.pack("<I", _STRING) + _string(value)
    if isinstance(value, bool):
        return struct.pack("<I?", _BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", _UINT32, value)
    if isinstance(value, float):
        return struct.pack("<If", _FLOAT32, value)
    items = [_typed(item) for item in value]
    if isinstance(value[0], int):
        items = [struct.pack("<Ii", _INT32, item) for item in value]
    return (
        struct.pack("<I", _ARRAY)
        + items[0][:4]
        + struct.pack("<Q", len(items))
        + b"".join(item[4:] for item in items)
    )


def _string(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)
