"""What tests of the page stand on: a real Chromium, a model that waits, a watched page."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)

from sourcebook.index import Library
from sourcebook.index.errors import GenerationFailed
from sourcebook.rag import Chatbot, Settings, Turn
from sourcebook.rag.events import Event
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.page.server import Listener, Server

QUESTION = "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?"
WHAT_HAPPENED = "What did Sherman and Ryabkov do in Geneva?"
INVENTED = "Sherman and Ryabkov met for 97 minutes in Geneva."
"""An answer to it with a number that stands nowhere."""
SAID = "Their discussions took about eight hours."
UNANSWERABLE = "What is the population of Kyiv?"
SECOND = 1000


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


# The first three let Chromium run in a container; the others keep it from calling home.
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
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


def watched(browser: Browser, server: Server, **options: Any) -> Iterator[Page]:
    """The page in a browser of its own; at the end, nothing must have gone wrong or out."""
    context: BrowserContext = browser.new_context(**options)
    context.set_default_timeout(20 * SECOND)
    asked: list[str] = []
    wrong: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("console", lambda m: wrong.append(m.text) if _is_wrong(m) else None)

    def dismiss(dialog: Dialog) -> None:
        wrong.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    context.on("dialog", dismiss)
    page = context.new_page()
    page.goto(server.url)
    yield page
    context.close()
    hosts = {
        urlsplit(url).netloc for url in asked if urlsplit(url).scheme in ("http", "https", "ws")
    }
    assert hosts == {urlsplit(server.url).netloc}
    assert not wrong, wrong


def page_over(
    browser: Browser,
    library: Library,
    model: Paced | None = None,
    *,
    settings: Settings | None = None,
    **options: Any,
) -> Iterator[Page]:
    """The page over a library, watched; ``options`` are the browser's."""
    chatbot = Chatbot(library, model=model or Paced(), settings=settings or Settings())
    with Server(library, chatbot, Listener(port=0)) as running:
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
    expect(page.locator(f"#t{number}")).to_have_attribute("aria-busy", "false", timeout=20 * SECOND)
