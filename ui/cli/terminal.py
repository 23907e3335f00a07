"""What moves on a terminal: progress, a streamed answer. Elsewhere just the result is written."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sourcebook.rag.events import AnswerReady, Event, EvidenceFound, TextDelta
from sourcebook.ui.render import clean, one_line, pace
from sourcebook.ui.render.text import to_text

__all__ = ["Show", "answer_on_terminal", "progress"]

Show = Callable[[int, int | None, str], None]
"""Takes what is done, the whole (None: not known), and what it is at."""

_MAX_WIDTH = 100


@contextmanager
def progress(title: str, *, size: bool = False) -> Iterator[Show]:
    """Show a bar on stderr while stderr is a terminal; else nothing.

    Args:
        title: stands before the bar.
        size: whether the numbers are bytes.
    """
    if not sys.stderr.isatty():
        yield lambda count, total, current: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if size else MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
        TextColumn("{task.fields[current]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None, current="", pace="")
        start = time.monotonic()

        def show(count: int, total: int | None, current: str) -> None:
            seconds = time.monotonic() - start
            bars.update(
                task,
                completed=count,
                total=total,
                current=escape(one_line(current)[:60]),
                pace="" if size else pace(count, total, seconds),
            )

        yield show


def answer_on_terminal(events: Iterator[Event]) -> None:
    """Writes the answer to stdout with its sources; on a terminal its draft is seen growing."""
    if not sys.stdout.isatty():
        for event in events:
            if isinstance(event, AnswerReady):
                print(to_text(event.answer), end="")
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(highlight=False, markup=False)
    draft = ""
    with ExitStack() as stack:
        waiting = stack.enter_context(console.status("Looking through your articles …"))
        live: Live | None = None
        for event in events:
            if isinstance(event, EvidenceFound):
                articles = len({citation.document.id for citation in event.evidence})
                waiting.update(f"Reading {len(event.evidence)} sentences, articles: {articles} …")
            elif isinstance(event, TextDelta):
                draft += event.text
                if live is None:
                    waiting.stop()
                    live = stack.enter_context(Live(console=console, transient=True))
                live.update(Text(clean(draft)))
            elif isinstance(event, AnswerReady):
                # The draft goes; what stays is the verified answer.
                stack.close()
                width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
                print(to_text(event.answer, width), end="")
