"""The page's HTML templates."""

from __future__ import annotations

from pathlib import Path

from sourcebook.ui.render import count
from sourcebook.ui.render.citations import human_date, place_html, title
from sourcebook.ui.render.templating import make_environment, render_macro

__all__ = ["render"]

_ENVIRONMENT = make_environment(Path(__file__).parent / "html" / "templates")
_ENVIRONMENT.filters.update(human_date=human_date, thousands="{:,}".format, title_of=title)
_ENVIRONMENT.globals.update(count=count, place_html=place_html)


def render(template: str, macro: str, **values: object) -> str:
    """Return the HTML of a macro.

    Args:
        template: the file in ``html/templates`` that has the macro.
        macro: its name.
        values: its arguments. What is not HTML yet is escaped.

    Raises:
        jinja2.UndefinedError: an argument that the macro shows is not among ``values``.
    """
    return str(render_macro(_ENVIRONMENT, template, macro, **values))
