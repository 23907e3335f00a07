"""A chatbot over the sample, its model scripted; one article has an address, one letters beyond
the basic plane."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import ScriptedModel

T = TypeVar("T")


@pytest.fixture
def chatbot(sample: Library) -> Chatbot:
    sample.add_documents(
        [
            make_document(
                "🎉 The 🎈 balloon flew for nine hours over Lindenau.",
                title="Balloons 🎈",
                url="https://news.example/balloon",
            )
        ]
    )
    return Chatbot(sample, model=ScriptedModel(), settings=Settings())


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 60))
