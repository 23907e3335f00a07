"""An agent that goes away frees the model, and the next one is answered."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from api_server import QUESTION, SENTENCE, sample_server
from browser import Paced


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_call_that_is_cancelled_frees_the_model(
    sample_folder: Path, tmp_path: Path, mode: str
) -> None:
    from mcp import Client

    model = Paced(SENTENCE)
    with sample_server(sample_folder, tmp_path, model=model) as server:

        async def leave() -> None:
            heard = asyncio.Event()

            async def hear(progress: float, total: float | None, message: str | None) -> None:
                if message == "The":
                    heard.set()

            async with Client(f"{server.url}/mcp", mode=mode) as client:
                asking = asyncio.create_task(
                    client.call_tool("ask", {"question": QUESTION}, progress_callback=hear)
                )
                await heard.wait()
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking
                assert await asyncio.to_thread(model.left.wait, 30)
                model.says(SENTENCE)
                result = await client.call_tool("ask", {"question": QUESTION})
                assert result.structured_content["text"] == f"{SENTENCE} [1]"

        model.go_on.clear()
        asyncio.run(asyncio.wait_for(leave(), 60))
