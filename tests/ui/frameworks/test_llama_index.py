"""LlamaIndex itself asks: every quote arrives with its offsets."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from late import late_import

from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel

if TYPE_CHECKING:
    from llama_index.core.base.llms.types import CitationBlock

    from sourcebook.ui.frameworks import llama_index
else:
    llama_index = late_import("sourcebook.ui.frameworks.llama_index")

BALLOON = "How many hours did the balloon fly over Lindenau?"
QUOTE = "🎉 The 🎈 balloon flew for nine hours over Lindenau."


def check_block(block: CitationBlock, chatbot: Chatbot, text: str) -> None:
    """Both spans of a citation hold what they say."""
    from llama_index.core.base.llms.types import TextBlock

    assert isinstance(block.cited_content, TextBlock)
    where = block.additional_location_info
    documents = {document.text for document in chatbot.library.documents()}
    span = where["start_char_index"], where["end_char_index"]
    assert block.cited_content.text in {document[span[0] : span[1]] for document in documents}
    assert text[where["answer_start"] : where["answer_end"]].endswith(".")


def test_a_response_carries_the_quotes_as_nodes_and_as_citations(chatbot: Chatbot) -> None:
    engine = llama_index.SourcebookQueryEngine(chatbot)
    response, awaited = engine.query(BALLOON), asyncio.run(engine.aquery(BALLOON))
    answer = chatbot.ask(BALLOON)
    for each in (response, awaited):
        assert str(each) == answer.text
        assert each.metadata
        blocks = each.metadata["citations"]
        assert [block.cited_content.text for block in blocks] == [QUOTE]
        assert blocks[0].title == "Balloons 🎈"
        assert blocks[0].source.startswith("https://news.example/balloon#:~:text=")
        check_block(blocks[0], chatbot, answer.text)
        assert [node.node.get_content() for node in each.source_nodes] == [
            place.quote for place in answer.places
        ]
        assert each.metadata["answer"]["citations"] == answer.to_dict()["citations"]


def test_an_answer_as_a_message_has_a_block_for_each_citation(chatbot: Chatbot) -> None:
    from llama_index.core.base.llms.types import CitationBlock

    answer = chatbot.ask(BALLOON)
    message = llama_index.to_message(answer)
    assert message.content == answer.text
    blocks = [block for block in message.blocks if isinstance(block, CitationBlock)]
    assert len(blocks) == sum(len(sentence.citations) for sentence in answer.sentences) > 0
    check_block(blocks[0], chatbot, answer.text)


def test_a_refusal_has_the_nearest_passages_and_no_citation(chatbot: Chatbot) -> None:
    refusing = Chatbot(chatbot.library, model=ScriptedModel(log_odds=-5.0))
    response = llama_index.SourcebookQueryEngine(refusing).query("What is the population of Kyiv?")
    assert response.metadata
    assert response.metadata["abstained"]
    assert response.metadata["citations"] == []
    assert len(response.source_nodes) == 3


def test_the_retriever_gives_passages_with_their_offsets(chatbot: Chatbot) -> None:
    from llama_index.core.schema import TextNode

    retriever = llama_index.SourcebookRetriever(chatbot.library, k=3)
    found = retriever.retrieve("talks in Geneva")
    awaited = asyncio.run(retriever.aretrieve("talks in Geneva"))
    assert [each.node_id for each in found] == [each.node_id for each in awaited]
    assert [each.score for each in found] == sorted(each.score or 0 for each in found)[::-1]
    for each in found:
        assert isinstance(each.node, TextNode)
        text = chatbot.library.document(each.node.metadata["document_id"]).text
        assert text[each.node.start_char_idx : each.node.end_char_idx] == each.node.text
