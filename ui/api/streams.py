"""Streams of an answer: begun before the response, kept alive, ended when the client has gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse

__all__ = ["event_stream", "first_event", "unless_gone"]

T = TypeVar("T")

PING_SECONDS = 15.0
_PING = b": ping\n\n"
_HEADERS = {"cache-control": "no-cache", "x-accel-buffering": "no"}


async def first_event(events: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """Return the same events, after the first has come.

    What goes wrong before it (a full queue, an empty question) is raised here, where it can still
    be a status; later errors are events of the stream.
    """
    try:
        first = await anext(events)
    except StopAsyncIteration:
        return events
    return _with_first(first, events)


async def _with_first(first: T, events: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    try:
        yield first
        async for event in events:
            yield event
    finally:
        await events.aclose()


def event_stream(pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """Return a response of server-sent events, with a comment now and then while nothing comes.

    Args:
        pieces: the events, as `fastapi.sse.format_sse_event` writes them.
    """
    return StreamingResponse(_with_pings(pieces), media_type="text/event-stream", headers=_HEADERS)


async def _with_pings(pieces: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    coming: asyncio.Future[bytes] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(_next(pieces))
            ready, _ = await asyncio.wait({coming}, timeout=PING_SECONDS)
            if not ready:
                yield _PING
                continue
            try:
                piece = coming.result()
            except StopAsyncIteration:
                return
            coming = None
            yield piece
    finally:
        if coming is not None and not coming.done():
            coming.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await coming
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


async def _next(pieces: AsyncIterator[bytes]) -> bytes:
    return await anext(pieces)


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` returns; cancel it when the client hangs up, as nobody waits for it.

    Args:
        request: its body was read.
        work: what the response is made of.

    Raises:
        HTTPException: the client has gone; nobody reads the status.
    """
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_wait_for_end(request))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise HTTPException(499, "the client has gone")
        return task.result()
    finally:
        for pending in (task, watch):
            if not pending.done():
                pending.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await pending


async def _wait_for_end(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
