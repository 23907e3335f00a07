"""For LangChain: a retriever over a library, and a chat model whose text carries its citations.

Needs the extra: pip install 'sourcebook[langchain]'
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import pairwise
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForLLMRun,
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForLLMRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.content import Citation, create_citation
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.retrievers import BaseRetriever
from pydantic import SkipValidation

from sourcebook.index import Filters, Hit, Library
from sourcebook.index.errors import EmptyQuestion
from sourcebook.rag import Answer, Chatbot, Turn

from .cited_spans import CitedSpan, cited_spans, document_metadata, without_marks

__all__ = ["SourcebookChat", "SourcebookRetriever"]


class SourcebookRetriever(BaseRetriever):
    """The passages of a library, best first; ``library.document(id).text[start:end]`` is one.

        SourcebookRetriever(library=Library.open("news.library"), k=5).invoke("talks in Geneva")

    ``filters`` limit the documents that are looked among.
    """

    library: SkipValidation[Library]
    k: int = 8
    filters: SkipValidation[Filters | None] = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return _to_documents(self.library.search(query, self.k, filters=self.filters))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun
    ) -> list[Document]:
        return _to_documents(await self.library.asearch(query, self.k, filters=self.filters))


class SourcebookChat(BaseChatModel):
    """A chatbot as a chat model: the last message of the reader is the question.

        message = SourcebookChat(chatbot=Chatbot(library)).invoke("How long did the talks last?")
        for citation in message.content_blocks[0]["annotations"]:
            print(citation["cited_text"], citation["extras"]["source_start"])

    Each sentence is annotated with its citations: ``start_index`` and ``end_index`` count in the
    text of the message, ``extras`` has the span in the article's. ``response_metadata["answer"]``
    is the whole answer. A stream gives the verified sentences, not the draft. System messages and
    stop words have no effect: what is answered comes from the articles alone.
    """

    chatbot: SkipValidation[Chatbot]

    @property
    def _llm_type(self) -> str:
        return "sourcebook"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.chatbot.model.name, "library": str(self.chatbot.library.folder)}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        question, history = _conversation(messages)
        return _to_result(self.chatbot.ask(question, history=history))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        question, history = _conversation(messages)
        return _to_result(await self.chatbot.aask(question, history=history))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        question, history = _conversation(messages)
        for chunk in _to_chunks(self.chatbot.ask(question, history=history)):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        question, history = _conversation(messages)
        for chunk in _to_chunks(await self.chatbot.aask(question, history=history)):
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def _to_documents(hits: Sequence[Hit]) -> list[Document]:
    return [
        Document(
            id=hit.passage.id,
            page_content=hit.passage.text,
            metadata={
                **document_metadata(hit.document),
                "start": hit.passage.start,
                "end": hit.passage.end,
                "page": hit.passage.page,
                "score": hit.score,
            },
        )
        for hit in hits
    ]


def _conversation(messages: Sequence[BaseMessage]) -> tuple[str, tuple[Turn, ...]]:
    """Return the question and the earlier turns; raises EmptyQuestion where nobody asks."""
    turns: list[Turn] = []
    question = ""
    for message in messages:
        if isinstance(message, HumanMessage):
            question = message.text
        elif isinstance(message, AIMessage) and question:
            turns.append(Turn(question, without_marks(message.text)))
            question = ""
    if not question:
        raise EmptyQuestion("the last message is no question: end with a message of the reader")
    return question, tuple(turns)


def _to_result(answer: Answer) -> ChatResult:
    block = {
        "type": "text",
        "text": answer.text,
        "annotations": [_annotation(span) for span in cited_spans(answer)],
    }
    message = AIMessage(content=[block], response_metadata=_metadata(answer))
    return ChatResult(generations=[ChatGeneration(message=message)])


def _to_chunks(answer: Answer) -> Iterator[ChatGenerationChunk]:
    """Yield an answer's sentences, each with the marks behind it and its annotations."""
    spans = list(cited_spans(answer))
    starts = [0, *(sentence.start for sentence in answer.sentences[1:]), len(answer.text)]
    for start, end in pairwise(starts):
        annotations = [_annotation(span) for span in spans if start <= span.start < end]
        block: dict[str, Any] = {"type": "text", "text": answer.text[start:end], "index": 0}
        if annotations:
            block["annotations"] = annotations
        is_last = end == len(answer.text)
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content=[block],
                response_metadata=_metadata(answer) if is_last else {},
                chunk_position="last" if is_last else None,
            )
        )


def _annotation(span: CitedSpan) -> Citation:
    citation = span.citation
    extras: dict[str, Any] = {
        "number": citation.number,
        "document_id": citation.document.id,
        "passage_id": citation.passage_id,
        "source_start": citation.start,
        "source_end": citation.end,
        "page": citation.page,
    }
    return create_citation(
        url=span.url,
        title=span.title,
        start_index=span.start,
        end_index=span.end,
        cited_text=citation.quote,
        **extras,
    )


def _metadata(answer: Answer) -> dict[str, Any]:
    return {"answer": answer.to_dict(), "abstained": answer.abstained}
