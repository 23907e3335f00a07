"""What axe-core finds wrong with a page."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page
from waiting import settle

# axe-core (MPL-2.0), as axe-playwright-python brings it along. For tests alone.
AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
# Each width and each scheme once: no rule of colour asks for the width.
LOOKS = ((360, "dark"), (1280, "light"))
TABS = ("Ask", "Articles", "Evaluate", "Settings")


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, once nothing fades: the rule, and the elements."""
    settle(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"
    )
    return [
        f"{each['id']} ({each['impact']}): {node['target']} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
