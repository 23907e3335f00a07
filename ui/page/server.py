"""Serves the page, and the API beside it, on one port of this machine."""

from __future__ import annotations

import os
import shutil
import tempfile
import webbrowser
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from sourcebook.ui.serving import Access, Listener, PortUnusable
from sourcebook.ui.serving.runner import Runner, stay_offline

from .middleware import POLICY, LibraryMiddleware

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from sourcebook.index import Library
    from sourcebook.rag import Chatbot
    from sourcebook.ui.api.service import Service

    from .page import Page


__all__ = ["Listener", "PortUnusable", "Server", "serve"]

_DRAIN_SECONDS = 10.0
_PAUSE = 0.02
"""Seconds for which the queue of the page sleeps when there is nothing to do."""


def serve(
    library: Library,
    chatbot: Chatbot,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    listener: Listener | None = None,
    origins: Collection[str] = (),
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
        origins: those of other web pages that may ask the API.
        open_browser: whether to show the page in the default browser.
        say: is called with the lines for the terminal.

    Raises:
        HostRefused: other machines could reach the host.
        PortUnusable: the port is in use or not allowed; the message says what to do.
    """
    listener = listener or Listener(host, port)
    server = Server(library, chatbot, listener, origins=origins)

    def ready() -> None:
        say(f"Sourcebook is ready at {listener.url} (Ctrl-C stops it)")
        if open_browser:
            webbrowser.open(listener.url)

    with suppress(KeyboardInterrupt):
        server.run(ready)
    say("Sourcebook has stopped.")


class Server(Runner):
    """The page on a port. As a context manager it runs in a thread, for tests and notebooks.

    with Server(library, chatbot, Listener(port=0)) as server:
        print(server.url)
    """

    def __init__(
        self,
        library: Library,
        chatbot: Chatbot,
        listener: Listener,
        *,
        origins: Collection[str] = (),
    ) -> None:
        super().__init__(listener, lambda: _PageSite(library, chatbot, origins))

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop` or Ctrl-C; ``ready`` is called once the page can be opened."""
        uploads = tempfile.mkdtemp(prefix="sourcebook-")
        _keep_gradio_quiet(uploads)
        try:
            super().run(ready)
        finally:
            # A process that goes on must not look for its files in a folder that is no more.
            if os.environ.get("GRADIO_TEMP_DIR") == uploads:
                del os.environ["GRADIO_TEMP_DIR"]
            shutil.rmtree(uploads, ignore_errors=True)


class _PageSite:
    """The page with the API beside it: `Site`. To be made inside the loop that runs it: outside of
    one, Gradio's locks make loops of their own and leave them open."""

    drain_seconds = _DRAIN_SECONDS

    def __init__(self, library: Library, chatbot: Chatbot, origins: Collection[str]) -> None:
        from sourcebook.ui.api.service import Service
        from sourcebook.ui.state import WarmUp

        from .page import Page

        self._warm_up = WarmUp(chatbot)
        self._page = Page(chatbot, library, self._warm_up)
        self._service = Service(self._page.libraries, warm_up=self._warm_up)
        self.application = _application(self._page, self._service, origins)

    def ready(self) -> None:
        """Load the models only now: that would hold up the page."""
        self._warm_up.start()

    def drain(self) -> None:
        """Take no more questions from other programs, and end those of the page."""
        self._service.drain()
        self._page.stop_all()

    def is_idle(self) -> bool:
        """Return whether all requests of other programs have ended."""
        return self._service.is_idle()

    def stop(self) -> None:
        """End every answer, evaluation and addition soon."""
        self._page.stop_all()
        self._service.stop_all()

    def close(self) -> None:
        """Close everything."""
        self._page.close()


def _keep_gradio_quiet(uploads: str) -> None:
    """Set the variables that keep the libraries offline; they read them when they are imported."""
    stay_offline()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    # After each event, Gradio adds up all events with pandas, for a page that we do not serve.
    os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)
    # Uploads pass through this folder, which only this user may read and which is deleted.
    os.environ["GRADIO_TEMP_DIR"] = uploads


def _application(page: Page, service: Service, origins: Collection[str]) -> ASGIApp:
    import gradio as gr

    from sourcebook.ui.api.application import add_api, new_application, protect
    from sourcebook.ui.page.html.articles import LARGEST_FILE

    from . import originals
    from .theme import STYLES, script, theme, wording

    blocks = page.blocks.queue(default_concurrency_limit=4)
    # Gradio looks for work a thousand times a second: an eighth of a core while nobody asks.
    blocks._queue.sleep_when_free = _PAUSE  # pyright: ignore[reportPrivateUsage]
    application = new_application()
    add_api(application, service)
    application.add_route(originals.PATH, lambda request: originals.response(request, page.library))
    application.add_middleware(LibraryMiddleware, open_library=page.open)
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
    return protect(mounted, service, Access(origins=frozenset(origins)), policy=POLICY)
