"""Takes the README's pictures of the page, with the real models over the sample articles.

    python tests/take_screenshots.py

writes ``page.png``, ``page-dark.png`` and ``reading.png`` (an article opened at a quote) to
``ui/images``. Look at them before committing.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.ui.page.server import Listener, Server

QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"
IMAGES = Path(__file__).resolve().parents[2] / "ui" / "images"
MINUTES = 60_000


def main() -> None:
    """Asks the question in light and in dark and saves what is seen."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        sys.exit("no Chromium here: install the package `chromium`, or set CHROMIUM to its path")
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(folder) as library,
        sync_playwright() as playwright,
    ):
        library.add_sample()
        with Server(library, Chatbot(library), Listener(port=0)) as server:
            browser = playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox", "--disable-gpu"]
            )
            for scheme, name in (("light", "page.png"), ("dark", "page-dark.png")):
                page = browser.new_page(
                    viewport={"width": 1280, "height": 760},
                    color_scheme="dark" if scheme == "dark" else "light",
                    device_scale_factor=2,
                )
                page.goto(server.url)
                page.locator(".sb-ready").wait_for(timeout=5 * MINUTES)
                box = page.get_by_label("Question")
                box.fill(QUESTION)
                box.press("Enter")
                page.locator("#t1[aria-busy=false]").wait_for(timeout=5 * MINUTES)
                page.screenshot(path=IMAGES / name)
                print(IMAGES / name)
                if scheme == "light":
                    page.locator("#t1 .sb-mark a").first.click()
                    page.locator(".sb-reader .sb-here").wait_for()
                    page.screenshot(path=IMAGES / "reading.png")
                    print(IMAGES / "reading.png")
            browser.close()


if __name__ == "__main__":
    main()
