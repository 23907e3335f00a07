"""Serves the API alone on one port: `sourcebook serve`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from sourcebook.ui.serving import Access, HostRefused, Listener
from sourcebook.ui.serving.runner import Runner, stay_offline

from .limits import ServerLimits
from .security.keys import Keys

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot

__all__ = ["ApiServer", "check_exposure", "serve"]


class ApiServer(Runner):
    """The API on a port. As a context manager it runs in a thread, for tests and notebooks.

    with ApiServer(library, chatbot, Listener(port=0)) as server:
        httpx.post(f"{server.url}/api/ask", json={"question": "..."})

    Args:
        library: the one that is asked where none is named.
        chatbot: answers questions about it, and lends its model to all others.
        listener: an open port; where other machines reach it, every request needs a key.
        keys: open it; by default those of this user.
        limits: what it takes.
        access: further names of this server, and the web pages that may ask it.
    """

    def __init__(
        self,
        library: Library,
        chatbot: Chatbot,
        listener: Listener,
        *,
        keys: Keys | None = None,
        limits: ServerLimits | None = None,
        access: Access | None = None,
    ) -> None:
        parts = (keys or Keys(), limits or ServerLimits(), access or Access())
        needs_key = not listener.is_loopback or bool(parts[2].hosts)
        super().__init__(listener, lambda: _ApiSite(library, chatbot, parts, needs_key=needs_key))

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until `stop`, Ctrl-C or SIGTERM."""
        stay_offline()
        super().run(ready)


class _ApiSite:
    """The API as a `Site`."""

    def __init__(
        self,
        library: Library,
        chatbot: Chatbot,
        parts: tuple[Keys, ServerLimits, Access],
        *,
        needs_key: bool,
    ) -> None:
        from sourcebook.ui.state import OpenLibraries, WarmUp

        from .application import add_api, new_application, protect
        from .service import Service

        keys, limits, access = parts
        self._warm_up = WarmUp(chatbot)
        self._libraries = OpenLibraries(library, chatbot)
        self._service = Service(self._libraries, keys=keys, limits=limits, warm_up=self._warm_up)
        application = new_application()
        add_api(application, self._service)
        self.application = protect(application, self._service, access, needs_key=needs_key)
        self.drain_seconds = float(limits.drain)

    def ready(self) -> None:
        """Load the models."""
        self._warm_up.start()

    def drain(self) -> None:
        """Take no more questions."""
        self._service.drain()

    def is_idle(self) -> bool:
        """Return whether all requests have ended."""
        return self._service.is_idle()

    def stop(self) -> None:
        """End every answer, evaluation and addition soon."""
        self._service.stop_all()
        self._libraries.stop_all()

    def close(self) -> None:
        """Close everything that was opened here."""
        self._libraries.close()


def check_exposure(listener: Listener, access: Access, keys: Keys) -> None:
    """Check that a server that others can reach has a key.

    Raises:
        HostRefused: it has none; the message says what to do.
        KeysUnusable: the keys cannot be read.
    """
    if (listener.is_loopback and not access.hosts) or keys.all():
        return
    name = ", ".join(sorted(access.hosts)) if listener.is_loopback else listener.host
    raise HostRefused(
        f"cannot serve as {name or 'every address'} without a key: others could read every "
        "article. Make one first: sourcebook keys create NAME"
    )


def serve(server: ApiServer, *, say: Callable[[str], None] = print) -> None:
    """Serve the API until Ctrl-C or SIGTERM; ``say`` is called with the lines for the terminal."""

    def ready() -> None:
        say(f"Sourcebook serves {server.url}/api (Ctrl-C stops it)")

    with suppress(KeyboardInterrupt):
        server.run(ready)
    say("Sourcebook has stopped.")
