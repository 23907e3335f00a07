"""Errors in an event of the page become one line on it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.render import escape, one_line

__all__ = ["show_problems"]

_SECONDS = 20


def show_problems(blocks: gr.Blocks) -> None:
    """Make every event of ``blocks`` show a `SourcebookError` as Gradio's notice.

    This is for errors that no event shows at its own place: a library that breaks, or is deleted
    in another tab, while the page is open. To be called when all events are wired.
    """
    for event in blocks.fns.values():
        if event.fn is not None:
            event.fn = _with_notices(event.fn)


def _with_notices(function: Callable[..., Any]) -> Callable[..., Any]:
    # Gradio looks at the signature and at the kind of function, which `wraps` keeps.
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def step(*args: Any) -> Iterator[Any]:
            with _notices():
                yield from function(*args)

        return step

    @functools.wraps(function)
    def call(*args: Any) -> Any:
        with _notices():
            return function(*args)

    return call


@contextmanager
def _notices() -> Iterator[None]:
    try:
        yield
    except SourcebookError as error:
        message = one_line(str(error))
        # The notice takes HTML.
        raise gr.Error(
            escape(message[:1].upper() + message[1:]),
            duration=_SECONDS,
            title="This did not work",
            print_exception=False,
        ) from error
