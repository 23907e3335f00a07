"""The app that a host shows beside an answer: the sentences, and each quote on its mark."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp_types import Resource, TextResourceContents

from sourcebook.ui.api.widget.static_files import static_text

__all__ = ["ANSWER_APP", "EXTENSION_ID", "app_contents", "app_resource"]

ANSWER_APP = "ui://sourcebook/answer.html"
# It asks no server for anything: the page is whole, and the answer comes from the host.
_META = {"ui": {"csp": {"connectDomains": [], "resourceDomains": []}, "prefersBorder": True}}


def app_resource() -> Resource:
    """Return the app as a resource."""
    return Resource(
        uri=ANSWER_APP,
        name="answer",
        title="The answer with its quotes",
        mime_type=APP_MIME_TYPE,
        _meta=_META,
    )


def app_contents() -> TextResourceContents:
    """Return its page."""
    return TextResourceContents(uri=ANSWER_APP, mime_type=APP_MIME_TYPE, text=_page(), _meta=_META)


@cache
def _page() -> str:
    """Return the page with what shows an answer, the same as in web pages, written into it."""
    page = (files(__package__) / "static" / "answer.html").read_text("utf-8")
    for name in ("answer.css", "answer.js"):
        page = page.replace(f"/* {name} */", static_text(name))
    return page
