"""Measures the page in a real browser: until it is usable, and from a click to the quote.

    python tests/tools/measure_page.py

The library holds 500 articles; the models are the shipped fakes, so that the page alone is timed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from statistics import median

from browser import Paced, answered, ask, chromium
from playwright.sync_api import Page

from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Listener, Server

FACT = "The harbour bridge is 312 metres long, its engineer said."
TIMES = 9
_CLICK = """() => new Promise((done) => {
    const began = performance.now();
    const look = () => {
        const box = document.querySelector(".sb-reader:not([hidden]) .sb-here")
            ?.getBoundingClientRect();
        if (box && box.height > 0 && box.top >= 0 && box.bottom <= innerHeight)
            done(performance.now() - began);
        else requestAnimationFrame(look);
    };
    document.querySelector("#t1 .sb-mark a").click();
    requestAnimationFrame(look);
})"""


def main() -> None:
    """Print both, as median and spread."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(folder, embedder=HashEmbedder())
        filler = "An orchard of {0} trees stands on hill {0}, its owner said. "
        many = [make_document(filler.format(n) * 100, title=f"Report {n}") for n in range(499)]
        bridge = make_document(f"{FACT}\n\n" + "The river is wide. " * 500, title="The bridge")
        with library:
            library.add_documents([*many, bridge])
            bot = Chatbot(library, model=Paced(lambda _: FACT), settings=Settings())
            with Server(library, bot, Listener(port=0)) as server, chromium() as browser:
                page = browser.new_page()
                report("page usable", "s", [_ready(page, server.url) for _ in range(TIMES)])
                ask(page, "How long is the harbour bridge?")
                answered(page)
                report("click to quote", "ms", [_click(page) for _ in range(TIMES)])


def report(name: str, unit: str, values: Sequence[float]) -> None:
    """Print one line."""
    low, high = min(values), max(values)
    print(f"{name:16} {median(values):.3g} {unit} ({low:.3g} to {high:.3g}, {len(values)} times)")


def _ready(page: Page, url: str) -> float:
    began = time.perf_counter()
    page.goto(url)
    page.get_by_label("Question").fill("Ready")
    return time.perf_counter() - began


def _click(page: Page) -> float:
    milliseconds: float = page.evaluate(_CLICK)
    page.keyboard.press("Escape")
    return milliseconds


if __name__ == "__main__":
    main()
