"""Waits for what Playwright has no expectation of: none of a fixed length, as machines are busy."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page

MOST_SECONDS = 60.0
"""The longest wait: what takes longer is wrong, not slow."""

_SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const ends = (one) => one.playState === "running"
        && one.effect.getComputedTiming().endTime !== Infinity;
    for (let calm = 0; calm < 3; ) {
        await frame();
        calm = document.getAnimations().some(ends) ? 0 : calm + 1;
    }
}"""


def until(page: Page, holds: Callable[[], object]) -> None:
    """Wait until ``holds`` returns something true; the page's own events go on meanwhile."""
    deadline = time.monotonic() + MOST_SECONDS
    while not (last := holds()):
        assert time.monotonic() < deadline, last
        page.wait_for_timeout(50)


def settle(page: Page) -> None:
    """Wait until whatever fades or slides has ended, and three frames were drawn since.

    A panel that is half seen has no contrast, and one that slides is nowhere.
    """
    page.evaluate(_SETTLED)
