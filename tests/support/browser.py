"""What tests of the page stand on: a real Chromium, a model that waits, a watched page."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from sourcebook.index import Library
from sourcebook.index.errors import GenerationFailed
from sourcebook.rag import Chatbot, Settings, Turn
from sourcebook.rag.events import Event
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.page.server import Listener, PortUnusable, Server

ColorScheme = Literal["light", "dark"]
ReducedMotion = Literal["no-preference", "reduce"]

QUESTION = "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?"
WHAT_HAPPENED = "What did Sherman and Ryabkov do in Geneva?"
INVENTED = "Sherman and Ryabkov met for 97 minutes in Geneva."
"""An answer to it with a number that stands nowhere."""
SAID = "Their discussions took about eight hours."
UNANSWERABLE = "What is the population of Kyiv?"
WINDOW: ViewportSize = {"width": 1280, "height": 720}


class Paced(ScriptedModel):
    """A scripted model that waits where a test wants it to.

    ``before``: it may begin at all. ``go_on``: it may go on behind its third word, when two are
    shown. ``left`` is set when it was stopped while it waited.
    """

    def __init__(self, reply: str | Callable[[Prompt], str] = SAID) -> None:
        super().__init__(reply, log_odds=self._odds)
        self.before, self.go_on, self.loaded = (threading.Event() for _ in range(3))
        self.left = threading.Event()
        self.fails = False
        self.says(reply)

    def says(self, text: str | Callable[[Prompt], str]) -> None:
        """What it replies from now on, without waiting."""
        self._reply = text
        self.fails = False
        self.left.clear()
        for gate in (self.before, self.go_on, self.loaded):
            gate.set()

    def load(self) -> None:
        self.loaded.wait(60)

    def _odds(self, prompt: Prompt) -> float:
        self.before.wait(60)
        if self.fails:
            raise GenerationFailed("the model stopped with an error: see `sourcebook doctor`")
        return -5.0 if "population" in prompt[-1].content else 5.0

    def stream(
        self, prompt: Prompt, *, max_tokens: int, cancel: threading.Event | None = None
    ) -> Iterator[str]:
        pieces = super().stream(prompt, max_tokens=max_tokens, cancel=cancel)
        for number, piece in enumerate(pieces):
            while number == 3 and not self.go_on.wait(0.01):
                if cancel is not None and cancel.is_set():
                    self.left.set()
                    return
            yield piece


class Recording(Chatbot):
    """Remembers what it was told of the conversation so far."""

    histories: list[list[Turn]]

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), **more: Any
    ) -> Iterator[Event]:
        self.histories = [*getattr(self, "histories", []), list(history)]
        return super().stream(question, history=history, **more)


# The first three let Chromium run in a container, the next four keep it from calling home, the
# others spare processes and threads where there are two cores.
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--in-process-gpu",
    "--num-raster-threads=1",
    "--disable-site-isolation-trials",
    "--disable-features=BackForwardCache,SpareRendererForSitePerProcess,Translate",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or another at ``$CHROMIUM``; skips the test where there is none."""
    path = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if path is None:
        pytest.skip("no Chromium here: install the package `chromium`, or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield started
        started.close()


class Watch:
    """A tab in a browser of its own, and everything that went wrong in it or out of it."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._url = ""
        self._asked: list[str] = []
        self._wrong: list[str] = []
        self._context: BrowserContext = browser.new_context()
        self._context.set_default_timeout(60_000)
        self._context.on("request", lambda request: self._asked.append(request.url))
        self._context.on("weberror", lambda e: self._wrong.append(e.error.stack or str(e.error)))
        self._context.on("console", self._note)
        self._context.on("dialog", self._dismiss)
        self._page = self._context.new_page()

    def open(
        self,
        server: Server,
        *,
        viewport: ViewportSize | None = None,
        color_scheme: ColorScheme = "light",
        reduced_motion: ReducedMotion = "no-preference",
        permissions: Sequence[str] = (),
    ) -> Page:
        """Return the page of a server as somebody sees it who was never there."""
        if self._page.is_closed():
            self._page = self._context.new_page()
        page = self._page
        self._context.clear_cookies()
        self._context.grant_permissions([*permissions])
        page.set_viewport_size(viewport or WINDOW)
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        page.goto(f"{server.url}/robots.txt")  # of the same address, and no page
        page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
        self._forget()
        self._url = server.url
        page.goto(server.url)
        return page

    def leave(self) -> None:
        """Go away from the page, so that its server can end; see that nothing went wrong."""
        self._close_others()
        self._context.clear_permissions()
        if not self._page.is_closed():
            self._page.unroute_all(behavior="ignoreErrors")
            self._page.goto("about:blank")
        self.check()

    def begin_anew(self) -> Page:
        """The page as it was at first, of the tabs Ask and Articles: to load it takes longer than
        most tests. Who opens another tab needs a page of their own."""
        self._close_others()
        if self._page.is_closed():
            self._page = self._context.new_page()
            self._page.goto(self._url)
        page = self._page
        page.set_viewport_size(WINDOW)
        page.get_by_role("tab", name="Ask", exact=True).click()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="New conversation").click()
        box = page.get_by_placeholder("Ask a question")
        expect(box).to_be_focused()  # not before the new conversation is there
        expect(page.locator(".sb-exchange, .sb-card")).to_have_count(0)
        expect(page.locator(".sb-reader")).to_be_hidden()
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        box.fill("")
        return page

    def check(self) -> None:
        """Nothing may have gone wrong or out since the last time."""
        urls = [urlsplit(url) for url in self._asked]
        hosts = {url.netloc for url in urls if url.scheme in ("http", "https", "ws")}
        wrong = [*self._wrong]
        self._forget()
        assert hosts <= {urlsplit(self._url).netloc}
        assert not wrong, wrong

    def _close_others(self) -> None:
        for page in self._context.pages:
            if page is not self._page:
                page.close()

    def _forget(self) -> None:
        self._asked.clear()
        self._wrong.clear()

    def _note(self, message: ConsoleMessage) -> None:
        if _is_wrong(message):
            self._wrong.append(message.text)

    def _dismiss(self, dialog: Dialog) -> None:
        self._wrong.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


_FREE: list[Watch] = []
"""Tabs that go from one page to the next: a new one takes longer to load the same page."""
_PORTS: list[int] = []
"""Where servers were: what a browser keeps of the page's scripts belongs to their address."""


def listener() -> Listener:
    """An open port, where possible that of a server that has ended."""
    for port in _PORTS:
        with suppress(PortUnusable):
            return Listener(port=port)
    opened = Listener(port=0)
    _PORTS.append(opened.port)
    return opened


@contextmanager
def _tab(browser: Browser) -> Iterator[Watch]:
    """A tab that is free, and is so again when nothing failed."""
    free = [watch for watch in _FREE if watch.browser is browser]
    watch = free[0] if free else Watch(browser)
    if free:
        _FREE.remove(watch)
    yield watch
    watch.leave()
    _FREE.append(watch)


def watched(browser: Browser, server: Server, **options: Any) -> Iterator[Page]:
    """The page as who was never there sees it; at the end, nothing must have gone wrong or out.
    ``options`` are those of `Watch.open`."""
    with _tab(browser) as watch:
        yield watch.open(server, **options)


@contextmanager
def kept(browser: Browser, server: Server) -> Iterator[Watch]:
    """A page that several tests begin anew."""
    with _tab(browser) as watch:
        watch.open(server)
        yield watch


def page_over(
    browser: Browser,
    library: Library,
    model: Paced | None = None,
    *,
    settings: Settings | None = None,
    **options: Any,
) -> Iterator[Page]:
    """The page over a library, watched; ``options`` are those of `Watch.open`."""
    chatbot = Chatbot(library, model=model or Paced(), settings=settings or Settings())
    with Server(library, chatbot, listener()) as running:
        yield from watched(browser, running, **options)


def _is_wrong(message: ConsoleMessage) -> bool:
    # What Gradio says of its own streams when a page is left for another.
    left = ("AbortError: ", "Unexpected error Connection errored out")
    return message.type == "error" and not message.text.startswith(left)


def ask(page: Page, question: str) -> None:
    box = page.get_by_placeholder("Ask a question")
    box.fill(question)
    box.press("Enter")


def answered(page: Page, number: int = 1) -> None:
    expect(page.locator(f"#t{number}")).to_have_attribute("aria-busy", "false")
