"""Files and folders dropped on a box of a page from outside of the browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page


def drop(page: Page, on: str, *files: Path) -> None:
    """Drop ``files`` on the middle of the element of a selector, once it stands still."""
    place = page.locator(on)
    place.hover(trial=True)
    box = place.bounding_box()
    assert box
    tools = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        tools.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + box["width"] / 2,
                "y": box["y"] + box["height"] / 2,
                "data": {"items": [], "files": [*map(str, files)], "dragOperationsMask": 1},
            },
        )
