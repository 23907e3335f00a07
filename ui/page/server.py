"""Serves the page on one port of this machine."""

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
from sourcebook.ui.serving.loopback import loopback_address

from .middleware import SecurityHeaders

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from sourcebook.index import Library
    from sourcebook.rag import Chatbot
    from sourcebook.ui.api.service import Service

    from .page import Page


__all__ = ["Listener", "PortUnusable", "Server", "serve"]


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a log record of the server is about more than pages still open at its end."""
    kind = record.exc_info[0] if record.exc_info else None
    is_cancelled = kind is not None and issubclass(kind, asyncio.CancelledError)
    return not is_cancelled and not record.getMessage().startswith("Cancel ")


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
    """Serve the page until Ctrl-C.

    Args:
        library: the one that the page opens with.
        chatbot: answers questions about it.
        host: a loopback address or a name of one.
        port: 0 means a free one.
        listener: an open port in place of ``host`` and ``port``.
        open_browser: whether to show the page in the default browser.
        say: is called with the lines for the terminal.

    Raises:
        HostRefused: other machines could reach the host.
        PortUnusable: the port is in use or not allowed; the message says what to do.
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
    """An open port of this machine, before anything heavy is loaded. ``port=0`` is a free one.

    Raises:
        HostRefused: other machines could reach the host; the message says what to do.
        PortUnusable: the port is in use or not allowed; the message says what to do.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 7860) -> None:
        self.socket = _listen(loopback_address(host), port)
        self.host, self.port = host, int(self.socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The page's address for a browser."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def close(self) -> None:
        """Close the port."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Server:
    """The page on a port. As a context manager it runs in a thread, for tests and notebooks.

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
        """Serve until `stop` or Ctrl-C; ``ready`` is called once the page can be opened."""
        uploads = tempfile.mkdtemp(prefix="sourcebook-")
        _stay_offline(uploads)
        try:
            asyncio.run(self._serve(ready))
        finally:
            self._listener.close()
            # A process that goes on must not look for its files in a folder that is no more.
            if os.environ.get("GRADIO_TEMP_DIR") == uploads:
                del os.environ["GRADIO_TEMP_DIR"]
            shutil.rmtree(uploads, ignore_errors=True)

    async def _serve(self, ready: Callable[[], None]) -> None:
        # All of it inside the loop that runs it: outside of one, Gradio's locks make loops of
        # their own and leave them open.
        import uvicorn

        from sourcebook.ui.api.service import Service
        from sourcebook.ui.state import WarmUp

        from .page import Page

        warm_up = WarmUp(self._chatbot)
        page = Page(self._chatbot, self._library, warm_up)
        service = Service(page.libraries, warm_up=warm_up)

        class Announcing(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                ready()
                # Only now: loading the models would hold up the page.
                warm_up.start()

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                # An answer being written holds a thread that would outlive the server.
                page.stop_all()
                service.stop_all()
                await super().shutdown(sockets)

        # A page that is still open when Sourcebook is ended is no error.
        logging.getLogger("uvicorn.error").addFilter(_is_news)
        self._uvicorn = Announcing(
            uvicorn.Config(
                _application(page, service),
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
        """Make `run` return soon."""
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
    """Close the connections of a server that has ended: one may have come in at that moment."""
    await asyncio.sleep(0)  # a socket that was just accepted has a connection now
    for connection in list(server.server_state.connections):
        connection.transport.abort()
    await asyncio.sleep(0)  # connections that were aborted are closed in the loop's next round


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket: a port in use is an error before anything is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use by another program"
        else:
            reason = f"cannot listen on {host} port {port} ({getattr(error, 'strerror', error)})"
        raise PortUnusable(f"{reason}: choose another, e.g. --port {_next_port(port)}") from None
    return listener


def _next_port(port: int) -> int:
    return port + 1 if 1024 <= port < 65_535 else 7861


def _stay_offline(uploads: str) -> None:
    """Set the variables that keep the libraries offline; they read them when they are imported."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # After each event, Gradio adds up all events with pandas, for a page that we do not serve.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["TRANSFORMERS_OFFLINE"] = "1"
    # Uploads pass through this folder, which only this user may read and which is deleted.
    os.environ["GRADIO_TEMP_DIR"] = uploads


def _application(page: Page, service: Service) -> ASGIApp:
    import gradio as gr

    from sourcebook.ui.api.application import add_api, new_application, with_gate
    from sourcebook.ui.api.security.keys import Keys
    from sourcebook.ui.page.html.articles import LARGEST_FILE

    from . import originals
    from .middleware import LibraryMiddleware
    from .theme import STYLES, script, theme, wording

    blocks = page.blocks.queue(default_concurrency_limit=4)
    application = new_application()
    add_api(application, service)
    application.add_route(originals.PATH, lambda request: originals.response(request, page.library))
    application.add_middleware(LibraryMiddleware, open_library=page.open)
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
        # A dump or an archive may be large; the readers have limits of their own.
        max_file_size=LARGEST_FILE,
    )
    return with_gate(mounted, service, Keys())
