"""HTML templates: compiled once, and every value in them escaped by `escape`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from .escaping import escape, one_line

__all__ = ["make_environment", "render_macro"]


class _JoinLines(Extension):
    """Join the lines of a template: with nothing beside a tag, with a space within a text.

    So templates are indented for their readers, and no space comes between two inline elements.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        beside_tags = r"(?<=>)\s*\n\s*|(?<=[%#]\})\s*\n\s*|\s*\n\s*(?=<|\{%|\{#)"
        return re.sub(r"\s*\n\s*", " ", re.sub(beside_tags, "", source)).strip()


def _finalize(value: object) -> Markup:
    # Jinja calls this for each value; its own escaping then leaves Markup as it is.
    return value if isinstance(value, Markup) else Markup(escape(str(value)))  # noqa: S704


def make_environment(folder: Path) -> Environment:
    """Return an environment for the templates in a folder.

    Every value is escaped by `escape` unless it is Markup; a name that has no value is an error.
    The filter ``one_line`` is there.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        extensions=[_JoinLines],
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters["one_line"] = one_line
    return environment


def render_macro(environment: Environment, template: str, macro: str, **values: object) -> Markup:
    """Return the HTML of a macro.

    Args:
        environment: the templates.
        template: the file that has the macro.
        macro: its name.
        values: its arguments. What is not Markup is escaped.

    Raises:
        jinja2.UndefinedError: an argument that the macro shows is not among ``values``.
    """
    module: Any = environment.get_template(template).module
    html: Markup = getattr(module, macro)(**values)
    return html


ENVIRONMENT = make_environment(Path(__file__).parent / "templates")
"""The templates of answers and articles."""
