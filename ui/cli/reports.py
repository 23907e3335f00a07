"""The report of an addition on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from sourcebook.index import AddReport

__all__ = ["print_report"]


def print_report(report: AddReport, *, json: bool) -> None:
    """Print what an addition did. Raises typer.Exit with 130 where it was stopped."""
    from sourcebook.ui.render.listing import report_text
    from sourcebook.ui.render.text import to_json

    print(to_json(report.to_dict()) if json else report_text(report))
    if report.stopped:
        raise typer.Exit(130)
