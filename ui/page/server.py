"""Puts the page behind one port of this machine."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from sourcebook.index.errors import SourcebookError

from .loopback import loopback_address
from .middleware import SecurityHeaders

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from sourcebook.index import Library
    from sourcebook.rag import Chatbot

    from .page import Page


__all__ = ["Listener", "PortUnusable", "Server", "serve"]


def _is_news(record: logging.LogRecord) -> bool:
    """Whether the server's own log says more than that open pages were left at its end."""
    kind = record.exc_info[0] if record.exc_info else None
    left = kind is not None and issubclass(kind, asyncio.CancelledError)
    return not left and not record.getMessage().startswith("Cancel ")


class PortUnusable(SourcebookError):
    """The address cannot be listened on."""


def serve(
    library: Library,
    chatbot: Chatbot,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    listener: Listener | None = None,
    open_browser: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Shows the page until Ctrl-C.

    ``listener`` takes the place of ``host`` and ``port`` where the port was taken before. ``say``
    takes the lines a person is told.

    Raises:
        HostRefused: other machines could reach the host.
        PortUnusable: the port is taken or not allowed; the message names the way out.
    """
    listener = listener or Listener(host, port)
    server = Server(library, chatbot, listener)

    def ready() -> None:
        say(f"Sourcebook is ready at {listener.url} (Ctrl-C stops it)")
        if open_browser:
            webbrowser.open(listener.url)

    with suppress(KeyboardInterrupt):
        server.run(ready)
    say("Sourcebook has stopped.")


class Listener:
    """A port of this machine, taken before anything heavy is loaded. ``port=0`` takes a free one.

    Raises:
        HostRefused: other machines could reach the host; the message names the way out.
        PortUnusable: the port is taken or not allowed; the message names the way out.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 7860) -> None:
        self.socket = _listen(loopback_address(host), port)
        self.host, self.port = host, int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Where a browser finds the page."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def close(self) -> None:
        """Gives the port back."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Server:
    """The page behind a port. As a context manager it runs in a thread, for tests and notebooks.

    with Server(library, chatbot, Listener(port=0)) as server:
        print(server.url)
    """

    def __init__(self, library: Library, chatbot: Chatbot, listener: Listener) -> None:
        self.url = listener.url
        self._library, self._chatbot, self._listener = library, chatbot, listener
        self._uvicorn: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._started = threading.Event()

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serves until `stop` or Ctrl-C; calls ``ready`` once the page can be opened."""
        uploads = tempfile.mkdtemp(prefix="sourcebook-")
        _stay_offline(uploads)
        try:
            asyncio.run(self._serve(ready))
        finally:
            self._listener.close()
            shutil.rmtree(uploads, ignore_errors=True)

    async def _serve(self, ready: Callable[[], None]) -> None:
        # All of it inside the loop that will run it: built outside of one, Gradio's locks make
        # loops of their own and leave them open.
        import uvicorn

        from sourcebook.ui.page.state.warm_up import WarmUp

        from .page import Page

        warm_up = WarmUp(self._chatbot)
        page = Page(self._chatbot, self._library, warm_up)

        class Announcing(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                ready()
                # Only now: loading the models would hold up the page.
                warm_up.start()

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                # An answer being written holds a thread that would outlive the server.
                page.stop_all()
                await super().shutdown(sockets)

        # A page that is still open when Sourcebook is ended is no error.
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        self._uvicorn = Announcing(
            uvicorn.Config(
                _application(page),
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
            page.close()

    def stop(self) -> None:
        """Makes `run` return soon."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True

    def __enter__(self) -> Self:
        self._thread = threading.Thread(
            target=self.run, args=(self._started.set,), name="sourcebook-server", daemon=True
        )
        self._thread.start()
        if not self._started.wait(60):
            raise PortUnusable(f"the page did not start on {self.url} within a minute")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join(20)


async def _hang_up(server: uvicorn.Server) -> None:
    """Closes what a server that has ended left open: a browser may have come in just then."""
    await asyncio.sleep(0)  # who was let in has a connection now
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)  # what was aborted is closed in the loop's next round


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that a taken port is known before anything is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            why = f"port {port} is in use by another program"
        else:
            why = f"cannot listen on {host} port {port} ({getattr(error, 'strerror', error)})"
        raise PortUnusable(f"{why}: choose another, e.g. --port {_another(port)}") from None
    return listener


def _another(port: int) -> int:
    return port + 1 if 1024 <= port < 65_535 else 7861


def _stay_offline(uploads: str) -> None:
    """What the libraries read when they are imported: nobody is called, nothing is counted."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # Gradio adds up its own events with pandas, after each of them, for a page nobody opens.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    # Uploads wait here on their way into the library: for this user alone, gone at the end.
    os.environ["GRADIO_TEMP_DIR"] = uploads


def _application(page: Page) -> FastAPI:
    import gradio as gr
    from fastapi import FastAPI

    from sourcebook.ui.page.html.articles import LARGEST_FILE

    from . import originals
    from .middleware import Door
    from .theme import STYLES, script, theme, wording

    blocks = page.blocks.queue(default_concurrency_limit=4)
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.add_route(originals.PATH, lambda request: originals.response(request, page.library))
    application.add_middleware(Door, open_library=page.open)
    application.add_middleware(SecurityHeaders)
    mounted: FastAPI = gr.mount_gradio_app(
        application,
        blocks,
        path="/",
        theme=theme(),
        i18n=wording(),
        css_paths=STYLES,
        js=script(),
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        enable_monitoring=False,
        # A dump or an archive may be large; what a reader takes of one file is its own limit.
        max_file_size=LARGEST_FILE,
    )
    return mounted
