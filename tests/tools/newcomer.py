"""A newcomer with no instructions: three articles added, a question asked, its mark followed.

    python tests/tools/newcomer.py [--real]

Prints for each step how many actions it takes a person, how long it takes the machine, and whether
the next step is to be seen on the screen (in the window, without scrolling). The models are the
shipped fakes; ``--real`` takes the real ones.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from browser import Paced, chromium
from playwright.sync_api import Locator, Page, ViewportSize, expect

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Listener, Server

FACT = "The harbour bridge is 312 metres long, its engineer Maren Holloway said."
ARTICLES = {
    "bridge.txt": f"A bridge for the harbour\n\nThe town waited four years. {FACT} It is blue.",
    "market.txt": "The market moves\n\nThe fish market moves to the old station in October 2023.",
    "school.txt": "A school reopens\n\nThe school on the hill reopened on Monday with 240 pupils.",
}
QUESTION = "How long is the harbour bridge?"
WINDOW: ViewportSize = {"width": 1280, "height": 800}
_MINUTE = 60_000


def main() -> None:
    """Take every step once."""
    real = "--real" in sys.argv
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        for name in ("LIBRARIES", "SETTINGS", "CACHE"):
            os.environ[f"SOURCEBOOK_{name}"] = str(folder / name.lower())
        files = [folder / name for name in ARTICLES]
        for file, text in zip(files, ARTICLES.values(), strict=True):
            file.write_text(text)
        embedder = None if real else HashEmbedder()
        with Library.open(folder / "library", embedder=embedder) as library, chromium() as browser:
            settings = Settings()
            bot = Chatbot(library, settings=settings)
            if not real:
                bot = Chatbot(library, model=Paced(FACT), settings=settings)
            began = time.perf_counter()
            with Server(library, bot, Listener(port=0)) as server:
                page = browser.new_page(viewport=WINDOW)
                page.goto(server.url)
                walk(page, files, began, real=real)
                page.close()


def walk(page: Page, files: list[Path], began: float, *, real: bool) -> None:
    """Take the steps one after another."""
    drop = page.locator("#first-upload")
    expect(drop).to_be_visible()
    report_step("the page is open", 0, began, drop, "the box for files")
    if real:
        page.locator(".sb-ready").wait_for(timeout=5 * _MINUTE)

    began = time.perf_counter()
    page.locator("#first-upload input").set_input_files(files)
    expect(page.locator(".sb-size")).to_contain_text("3 articles", timeout=_MINUTE)
    box = page.get_by_placeholder("Ask a question")
    expect(box).to_be_visible()
    report_step("three articles are added", 1, began, box, "the question box, focused or not")

    began = time.perf_counter()
    box.fill(QUESTION)
    box.press("Enter")
    page.locator("#sources .sb-card").first.wait_for(timeout=_MINUTE)
    report_step(
        "the evidence is shown", 2, began, page.locator("#sources .sb-card").first, "a card"
    )
    page.locator("#t1[aria-busy=false]").wait_for(timeout=5 * _MINUTE)
    mark = page.locator("#t1 .sb-mark a").first
    report_step("the answer is complete", 0, began, mark, "the mark in the answer")

    began = time.perf_counter()
    mark.click()
    highlight = page.locator(".sb-reader .sb-here")
    highlight.wait_for()
    report_step("the quote is open", 1, began, highlight, "the quote, highlighted")
    print(f"quote: {highlight.inner_text()}")
    print(f"highlight: {highlight.evaluate('e => getComputedStyle(e).backgroundColor')}")


def report_step(step: str, actions: int, began: float, following: Locator, name: str) -> None:
    """Print one line."""
    seconds = time.perf_counter() - began
    box = following.bounding_box()
    is_visible = box is not None and box["y"] >= 0 and box["y"] + min(box["height"], 40) <= 800
    visibility = "in sight" if is_visible else "NOT in sight"
    print(
        f"{step:26} {actions} actions {seconds:6.2f} s   next: {name} is {visibility}",
        flush=True,
    )


if __name__ == "__main__":
    main()
