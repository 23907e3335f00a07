"""A connection to a model server, through OpenAI's own client.

The client runs in one thread of the process that has an event loop: there a request can be given up
at any moment, while it connects, waits for a busy server, or reads.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import weakref
from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from sourcebook.index.errors import ModelServerFailed

from .address import ServerAddress
from .failures import ServerWords, UnexpectedReply, describe, failure_types

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")
Task = Literal["language_model", "embedder"]

SILENCE: Final = 120.0
"""Seconds that a server may be silent, by default: a long prompt on a slow machine takes many."""

_CONNECT = 5.0
_TRIES_AFTER_FIRST = 2
_LOOK_SECONDS = 0.05
_STARTING = threading.Lock()


def server_key(task: Task) -> str | None:
    """Return the key for a model server, from ``SOURCEBOOK_LANGUAGE_MODEL_KEY`` or
    ``SOURCEBOOK_EMBEDDER_KEY``; it stands nowhere else, and is sent to that server alone.

    Args:
        task: what the server is used for.
    """
    return os.environ.get(key_variable(task)) or None


def key_variable(task: Task) -> str:
    """Return the name of the environment's variable that holds a key."""
    return f"SOURCEBOOK_{task.upper()}_KEY"


class ServerConnection:
    """A connection to one model server. Cheap to make; threads may share one.

    What the server refuses for now (429, 5xx) is asked again twice, after the time that its
    Retry-After names. It is not followed elsewhere: a redirect is a failure. Whatever goes wrong
    is a ModelServerFailed of one line.

    Args:
        address: where the model is.
        task: what it is used for.
        silence: seconds within which a reply must begin, and go on.
    """

    def __init__(self, address: ServerAddress, task: Task, *, silence: float | None = None) -> None:
        self.address = address
        self.task: Task = task
        self.silence = silence or SILENCE
        self._key = server_key(task)
        self._words = ServerWords(str(address), self.silence, self._key, key_variable(task))
        self._client: AsyncOpenAI | None = None
        self._lock = threading.Lock()

    def call(
        self,
        request: Callable[[AsyncOpenAI], Awaitable[T]],
        *,
        cancel: threading.Event | None = None,
    ) -> T | None:
        """Return what a request returns; None when ``cancel`` was set before it did.

        Args:
            request: makes it, of the client.
            cancel: gives it up, and closes its connection.

        Raises:
            ModelServerFailed: the server cannot be reached, refuses, or answers something else.
        """

        client = self._open()

        async def run() -> T:
            async with asyncio.timeout(self.silence):
                return await request(client)

        future = self._start(run())
        try:
            while True:
                try:
                    return future.result(_LOOK_SECONDS if cancel else None)
                except TimeoutError:
                    if future.done():
                        raise
                    if cancel and cancel.is_set():
                        return None
        except failure_types() as error:
            raise describe(error, self._words) from None
        finally:
            future.cancel()

    def stream(
        self,
        request: Callable[[AsyncOpenAI], Awaitable[AsyncIterable[T]]],
        *,
        cancel: threading.Event | None = None,
    ) -> Iterator[T]:
        """Yield what a request streams; end early when ``cancel`` is set.

        Args:
            request: makes it, of the client.
            cancel: gives it up. That, and closing this generator, closes the connection.

        Raises:
            ModelServerFailed: as `call`, also in the middle of the stream.
        """
        client = self._open()
        pieces: queue.SimpleQueue[tuple[T] | None] = queue.SimpleQueue()

        async def run() -> None:
            try:
                async with asyncio.timeout(self.silence) as limit:
                    async for piece in await request(client):
                        pieces.put((piece,))
                        limit.reschedule(asyncio.get_running_loop().time() + self.silence)
            finally:
                pieces.put(None)

        future = self._start(run())
        try:
            while not (cancel and cancel.is_set()):
                try:
                    piece = pieces.get(timeout=_LOOK_SECONDS if cancel else None)
                except queue.Empty:
                    continue
                if piece is None:
                    future.result()
                    return
                yield piece[0]
        except failure_types() as error:
            raise describe(error, self._words) from None
        finally:
            future.cancel()

    def list_models(self, *, within: float | None = None) -> list[str]:
        """Return the names of the server's models; none where it does not list them.

        Args:
            within: seconds that it may take; by default as long as a reply.

        Raises:
            ModelServerFailed: the server cannot be reached, or refuses the key.
        """

        async def request(client: AsyncOpenAI) -> list[str]:
            page = await client.with_options(timeout=within or self.silence).models.list()
            rows = getattr(page, "data", None)
            if not isinstance(rows, list):
                raise UnexpectedReply("it lists no models")
            return [str(getattr(row, "id", "")) for row in rows]

        try:
            return self.call(request) or []
        except ModelServerFailed as error:
            if error.status in (404, 405):
                return []
            raise

    def post(self, url: str, body: Mapping[str, object]) -> object:
        """Return the JSON that a server answers beside OpenAI's protocol.

        Args:
            url: of the same server.
            body: goes as JSON.

        Raises:
            ModelServerFailed: as `call`.
        """

        async def request(client: AsyncOpenAI) -> object:
            once = client.with_options(max_retries=0)
            return await once.post(url, cast_to=object, body=dict(body))

        return self.call(request)

    def _start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, _event_loop())

    def _open(self) -> AsyncOpenAI:
        """Return the client, made by the first call."""
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
            return self._client

    def _make_client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        transport = DefaultAsyncHttpxClient(
            # A redirect would lead what is asked past `offline`, and a proxy past this machine.
            follow_redirects=False,
            trust_env=not self.address.is_loopback,
            timeout=Timeout(self.silence + 5, connect=_CONNECT),
        )
        client = AsyncOpenAI(
            base_url=self.address.base,
            api_key=self._key or "none",
            http_client=transport,
            max_retries=_TRIES_AFTER_FIRST,
        )
        # What the environment says of an account with OpenAI is not this server's business.
        client.organization = client.project = client.admin_api_key = None
        weakref.finalize(self, _close, client).atexit = False
        return client


def _close(client: AsyncOpenAI) -> None:
    asyncio.run_coroutine_threadsafe(client.close(), _event_loop())


def _event_loop() -> asyncio.AbstractEventLoop:
    with _STARTING:
        return _started_loop(os.getpid())


@cache
def _started_loop(_process: int) -> asyncio.AbstractEventLoop:
    """A loop of this process, run by a thread that ends with it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model servers", daemon=True).start()
    return loop
