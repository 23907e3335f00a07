"""What goes wrong in an event of the page becomes one line on it, in our words."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.render.escaping import escape, one_line

__all__ = ["tell_problems"]

_SECONDS = 20


def tell_problems(blocks: gr.Blocks) -> None:
    """Make every event of ``blocks`` show an error of ours as Gradio's notice.

    For what no event can show in its place: a library that breaks, or is deleted from another tab,
    while the page is open. To be called when all events are there.
    """
    for event in blocks.fns.values():
        if event.fn is not None:
            event.fn = _telling(event.fn)


def _telling(function: Callable[..., Any]) -> Callable[..., Any]:
    # Gradio looks at the signature and at the kind of function, which `wraps` keeps.
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def step(*given: Any) -> Iterator[Any]:
            with _told():
                yield from function(*given)

        return step

    @functools.wraps(function)
    def call(*given: Any) -> Any:
        with _told():
            return function(*given)

    return call


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SourcebookError as error:
        said = one_line(str(error))
        # The notice takes HTML.
        raise gr.Error(
            escape(said[:1].upper() + said[1:]),
            duration=_SECONDS,
            title="This did not work",
            print_exception=False,
        ) from error
