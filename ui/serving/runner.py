"""Runs a site on a port: in the foreground until a signal, or in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, Self

from .listener import Listener, PortUnusable

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

__all__ = ["Runner", "Site", "stay_offline"]

_POLL_SECONDS = 0.05


class Site(Protocol):
    """What is served. It is made inside the loop that runs it."""

    application: ASGIApp
    drain_seconds: float

    def ready(self) -> None:
        """Begin what waits until the port answers."""
        ...

    def drain(self) -> None:
        """Take nothing new; what was accepted goes on."""
        ...

    def is_idle(self) -> bool:
        """Return whether all that was accepted has ended."""
        ...

    def stop(self) -> None:
        """End what is at work soon."""
        ...

    def close(self) -> None:
        """Close everything; nothing is at work any more."""
        ...


class Runner:
    """A site on a port. As a context manager it runs in a thread, for tests and notebooks."""

    def __init__(self, listener: Listener, make_site: Callable[[], Site]) -> None:
        self.url = listener.url
        self._listener, self._make_site = listener, make_site
        self._uvicorn: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._started = threading.Event()

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`, Ctrl-C or SIGTERM; ``ready`` is called once the port answers.

        SIGTERM lets what was accepted end; Ctrl-C, or a second signal, ends it at once.
        """
        try:
            with _quiet_sigterm():
                asyncio.run(self._serve(ready))
        finally:
            self._listener.close()

    async def _serve(self, ready: Callable[[], None]) -> None:
        import uvicorn

        site = self._make_site()

        class SiteServer(uvicorn.Server):
            is_draining = False

            def handle_exit(self, sig: int, frame: Any) -> None:
                self.is_draining = sig == signal.SIGTERM and not self.should_exit
                super().handle_exit(sig, frame)

            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                ready()
                site.ready()

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                site.drain()
                if self.is_draining:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._idle(), site.drain_seconds)
                # An answer being written holds a thread that would outlive the server.
                site.stop()
                await super().shutdown(sockets)

            async def _idle(self) -> None:
                # Polled: a second signal ends the wait too.
                while self.is_draining and not site.is_idle():  # noqa: ASYNC110
                    await asyncio.sleep(_POLL_SECONDS)

        # A page that is still open when Sourcebook is ended is no error.
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        self._uvicorn = SiteServer(
            uvicorn.Config(
                site.application,
                log_level="error",
                # A page that is open holds a connection for as long as it is open.
                timeout_graceful_shutdown=1,
                server_header=False,
            )
        )
        try:
            await self._uvicorn.serve(sockets=[self._listener.socket])
        finally:
            await _hang_up(self._uvicorn)
            site.close()

    def stop(self) -> None:
        """Make `run` return soon."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self.run, args=(self._started.set,), name="sourcebook-server", daemon=True
        )
        self._thread.start()
        if not self._started.wait(60):
            raise PortUnusable(f"the server did not start on {self.url} within a minute")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join(20)


def stay_offline() -> None:
    """Set the variables that keep the libraries offline; they read them when they are imported."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"


@contextlib.contextmanager
def _quiet_sigterm() -> Iterator[None]:
    """Have uvicorn's own handling of SIGTERM be all that it does: it raises the signal once more at
    its end, which would end the process before anything is closed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log record of the server is about more than pages still open at its end."""
    kind = record.exc_info[0] if record.exc_info else None
    is_cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
    return not is_cancelled and not record.getMessage().startswith("Cancel ")


async def _hang_up(server: uvicorn.Server) -> None:
    """Close the connections of a server that has ended: one may have come in at that moment."""
    await asyncio.sleep(0)  # a socket that was just accepted has a connection now
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)  # connections that were aborted are closed in the loop's next round
