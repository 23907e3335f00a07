"""For LlamaIndex: a retriever over a library, and a query engine whose response has its citations.

Needs the extra: pip install 'sourcebook[llamaindex]'
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.llms.types import (
    ChatMessage,
    CitationBlock,
    ContentBlock,
    MessageRole,
    TextBlock,
)
from llama_index.core.base.response.schema import Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from sourcebook.index import Document, Filters, Hit, Library
from sourcebook.rag import Answer, Chatbot

from .cited_spans import CitedSpan, cited_spans, document_metadata

__all__ = ["SourcebookQueryEngine", "SourcebookRetriever", "to_message"]


class SourcebookRetriever(BaseRetriever):
    """The passages of a library as nodes, best first, with their offsets in the article's text.

    SourcebookRetriever(Library.open("news.library"), k=5).retrieve("talks in Geneva")
    """

    def __init__(self, library: Library, *, k: int = 8, filters: Filters | None = None) -> None:
        """Take a library.

        Args:
            library: where passages are looked for.
            k: how many nodes at most.
            filters: limit the documents.
        """
        super().__init__()
        self._library, self._k, self._filters = library, k, filters

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._library.search(query_bundle.query_str, self._k, filters=self._filters)
        return _to_nodes(hits)

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        words = query_bundle.query_str
        return _to_nodes(await self._library.asearch(words, self._k, filters=self._filters))


class SourcebookQueryEngine(BaseQueryEngine):
    """A chatbot as a query engine.

        response = SourcebookQueryEngine(Chatbot(library)).query("How long did the talks last?")
        for block in response.metadata["citations"]:
            print(block.cited_content.text, block.additional_location_info)

    ``source_nodes`` are the quotes; ``metadata["answer"]`` is the whole answer.
    """

    def __init__(self, chatbot: Chatbot) -> None:
        """Take the chatbot that answers."""
        super().__init__(callback_manager=None)
        self._chatbot = chatbot

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        return _to_response(self._chatbot.ask(query_bundle.query_str))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return _to_response(await self._chatbot.aask(query_bundle.query_str))


def to_message(answer: Answer) -> ChatMessage:
    """Return an answer as a message: its text, then a block for each quote behind a sentence."""
    blocks: list[ContentBlock] = [TextBlock(text=answer.text)]
    blocks += [_to_block(span) for span in cited_spans(answer)]
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=blocks)


def _to_nodes(hits: Sequence[Hit]) -> list[NodeWithScore]:
    return [
        NodeWithScore(
            node=_to_node(hit.document, hit.passage.id, (hit.passage.start, hit.passage.end)),
            score=hit.score,
        )
        for hit in hits
    ]


def _to_node(document: Document, node_id: str, span: tuple[int, int]) -> TextNode:
    start, end = span
    return TextNode(
        id_=node_id,
        text=document.text[start:end],
        start_char_idx=start,
        end_char_idx=end,
        metadata=document_metadata(document),
    )


def _to_response(answer: Answer) -> Response:
    places = answer.nearest if answer.abstained else answer.places
    nodes = [
        NodeWithScore(
            node=_to_node(
                place.document, f"{place.passage_id}:{place.start}", (place.start, place.end)
            )
        )
        for place in places
    ]
    metadata: dict[str, Any] = {
        "answer": answer.to_dict(),
        "abstained": answer.abstained,
        "citations": [_to_block(span) for span in cited_spans(answer)],
    }
    return Response(answer.text, source_nodes=nodes, metadata=metadata)


def _to_block(span: CitedSpan) -> CitationBlock:
    citation = span.citation
    location = {
        "number": citation.number,
        "start_char_index": citation.start,
        "end_char_index": citation.end,
        "answer_start": span.start,
        "answer_end": span.end,
    }
    if citation.page is not None:
        location["page"] = citation.page
    return CitationBlock(
        cited_content=TextBlock(text=citation.quote),
        source=span.url or citation.document.id,
        title=span.title,
        additional_location_info=location,
    )
