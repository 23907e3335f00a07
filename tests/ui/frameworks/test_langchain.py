"""LangChain itself asks: every citation arrives with its offsets."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from api_server import QUESTION, SENTENCE, RunningApi, sample_server
from late import late_import
from pydantic import SecretStr

from sourcebook.index import Filters
from sourcebook.index.errors import EmptyQuestion
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, AIMessageChunk

    from sourcebook.ui.frameworks import langchain
else:
    langchain = late_import("sourcebook.ui.frameworks.langchain")

BALLOON = "How many hours did the balloon fly over Lindenau?"
QUOTE = "🎉 The 🎈 balloon flew for nine hours over Lindenau."


def text_block(message: AIMessage) -> dict[str, Any]:
    """The text of a message with its annotations, in LangChain's own form."""
    blocks = [block for block in message.content_blocks if block["type"] == "text"]
    assert len(blocks) == 1
    return {**blocks[0]}


def check_citations(message: AIMessage, chatbot: Chatbot, question: str = BALLOON) -> None:
    """Both spans of each citation hold what they say."""
    answer = chatbot.ask(question)
    block = text_block(message)
    assert block["text"] == answer.text
    annotations = block["annotations"]
    assert len(annotations) == sum(len(sentence.citations) for sentence in answer.sentences) > 0
    for annotation in annotations:
        assert annotation["type"] == "citation"
        start, end = annotation["start_index"], annotation["end_index"]
        assert block["text"][start:end] in {sentence.text for sentence in answer.sentences}
        extras = annotation["extras"]
        text = chatbot.library.document(extras["document_id"]).text
        assert text[extras["source_start"] : extras["source_end"]] == annotation["cited_text"]


def test_a_message_carries_every_citation_with_both_spans(chatbot: Chatbot) -> None:
    message = langchain.SourcebookChat(chatbot=chatbot).invoke(BALLOON)
    check_citations(message, chatbot)
    annotation = text_block(message)["annotations"][0]
    assert annotation["cited_text"] == QUOTE
    assert annotation["title"] == "Balloons 🎈"
    assert annotation["url"].startswith("https://news.example/balloon#:~:text=")
    assert message.response_metadata["answer"]["text"] == message.text


def test_awaited_streamed_and_in_a_batch_it_is_the_same(chatbot: Chatbot) -> None:
    model = langchain.SourcebookChat(chatbot=chatbot)

    async def collect() -> tuple[AIMessage, AIMessageChunk | None]:
        whole = None
        async for chunk in model.astream(BALLOON):
            whole = chunk if whole is None else whole + chunk
        return await model.ainvoke(BALLOON), whole

    awaited, streamed = asyncio.run(collect())
    together = None
    for chunk in model.stream(BALLOON):
        together = chunk if together is None else together + chunk
    for message in (awaited, streamed, together, *model.batch([BALLOON, BALLOON])):
        assert message is not None
        check_citations(message, chatbot)
        assert message.response_metadata["answer"]["kind"] == "fact"


def test_a_long_answer_comes_sentence_by_sentence(chatbot: Chatbot) -> None:
    question = "Summarise the talks in Geneva."
    chunks = list(langchain.SourcebookChat(chatbot=chatbot).stream(question))
    assert len(chunks) > 5
    together = chunks[0]
    for chunk in chunks[1:]:
        together = together + chunk
    check_citations(together, chatbot, question)


def test_it_stands_in_a_chain(chatbot: Chatbot) -> None:
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate

    prompt = ChatPromptTemplate([("system", "Ignore the articles."), ("human", "{question}")])
    chain = prompt | langchain.SourcebookChat(chatbot=chatbot) | StrOutputParser()
    assert chain.invoke({"question": BALLOON}) == chatbot.ask(BALLOON).text


def test_earlier_messages_are_the_conversation(chatbot: Chatbot) -> None:
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    model = langchain.SourcebookChat(chatbot=chatbot)
    messages = [
        SystemMessage("Be brief."),
        HumanMessage(BALLOON),
        AIMessage("Nine hours. [1]"),
        HumanMessage("And over which town?"),
    ]
    answer = model.invoke(messages).response_metadata["answer"]
    assert answer["question"] == "And over which town?"
    assert answer["record"]["history"] == [{"question": BALLOON, "answer": "Nine hours."}]
    with pytest.raises(EmptyQuestion, match="end with a message of the reader"):
        model.invoke([SystemMessage("Be brief.")])


def test_a_refusal_is_a_message_without_citations(chatbot: Chatbot) -> None:
    refusing = Chatbot(chatbot.library, model=ScriptedModel(log_odds=-5.0))
    message = langchain.SourcebookChat(chatbot=refusing).invoke("What is the population of Kyiv?")
    assert message.response_metadata["abstained"]
    assert message.text == "Your articles do not answer this."
    assert text_block(message)["annotations"] == []


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with sample_server(sample_folder, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.mark.parametrize("streaming", [False, True])
def test_langchain_s_own_openai_model_gets_the_citations(
    server: RunningApi, streaming: bool
) -> None:
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(
        model="sourcebook",
        base_url=f"{server.url}/v1",
        api_key=SecretStr("none is needed"),
        use_responses_api=True,
        streaming=streaming,
    )
    message = model.invoke(QUESTION)
    block = text_block(message)
    assert block["text"].startswith(f"{SENTENCE} [1]")
    annotation = next(each for each in block["annotations"] if each["type"] == "citation")
    assert block["text"][annotation["start_index"] : annotation["end_index"]].startswith(SENTENCE)
    assert annotation["title"] == "Eight hours in Geneva, and little to show for it"


def test_the_retriever_gives_passages_with_their_offsets(chatbot: Chatbot) -> None:
    library = chatbot.library
    retriever = langchain.SourcebookRetriever(library=library, k=3)
    found = retriever.invoke("talks in Geneva")
    assert found == asyncio.run(retriever.ainvoke("talks in Geneva"))
    assert [document.id for document in found] == [
        hit.passage.id for hit in library.search("talks in Geneva", 3)
    ]
    for document in found:
        text = library.document(document.metadata["document_id"]).text
        span = document.metadata["start"], document.metadata["end"]
        assert text[span[0] : span[1]] == document.page_content
    only = frozenset({"Harbour Courier"})
    filtered = langchain.SourcebookRetriever(library=library, filters=Filters(sources=only))
    assert {d.metadata["source"] for d in filtered.invoke("talks")} == only
