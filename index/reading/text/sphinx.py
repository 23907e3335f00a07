"""The directives and roles that Sphinx adds to reStructuredText, made known to docutils as text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils import nodes

# Of Sphinx: what a reader sees of a directive is its argument and its content.
_SPHINX_DIRECTIVES = (
    *(
        "versionadded",
        "versionchanged",
        "deprecated",
        "versionremoved",
        "centered",
        "only",
        "ifconfig",
    ),
    *("glossary", "productionlist", "hlist", "tabs", "tab", "tab-set", "tab-item", "grid", "card"),
    *(
        "grid-item",
        "grid-item-card",
        "dropdown",
        "todo",
        "function",
        "class",
        "method",
        "attribute",
    ),
    *(
        "module",
        "data",
        "exception",
        "option",
        "envvar",
        "program",
        "confval",
        "describe",
        "object",
    ),
    *("py:function", "py:class", "py:method", "py:attribute", "py:module", "py:data"),
    *("c:function", "cpp:function", "js:function", "rst:directive", "rst:role"),
)
# Directives that only say where other text is to be put.
_EMPTY_DIRECTIVES = (
    *(
        "toctree",
        "index",
        "currentmodule",
        "py:currentmodule",
        "tabularcolumns",
        "only",
        "ifconfig",
    ),
    *("automodule", "autoclass", "autofunction", "autosummary", "literalinclude", "graphviz"),
    *("mermaid", "highlight", "sectionauthor", "codeauthor", "plot", "image-sg", "minigallery"),
)
_CODE_OPTIONS = (
    *("caption", "name", "class", "linenos", "lineno-start", "emphasize-lines", "dedent"),
    *("force", "number-lines"),
)
_SPHINX_ROLES = (
    *("ref", "doc", "term", "func", "class", "meth", "attr", "mod", "data", "exc", "obj", "file"),
    *("option", "envvar", "keyword", "program", "command", "guilabel", "menuselection", "kbd"),
    *("download", "any", "numref", "samp", "dfn", "py:func", "py:class", "py:meth", "py:mod"),
    *("py:attr", "py:data", "py:exc", "py:obj", "c:func", "cpp:func", "eq", "issue", "gh", "user"),
    *("external", "manpage", "mimetype", "newsgroup", "token", "const", "source", "pep", "rfc"),
)
_TARGET = re.compile(r"(?P<text>[^<]*\S)\s*<[^<>]*>", re.DOTALL)
_UNKNOWN_ROLE = re.compile(r":[\w:+.-]+:`(?P<text>[^`]*)`|`(?P<plain>[^`]*)`(?::[\w:+.-]+:|__?)?")


@lru_cache(maxsize=1)
def register_sphinx() -> None:
    """Make docutils take what Sphinx knows."""
    from docutils import nodes
    from docutils.parsers.rst import Directive, directives, roles
    from docutils.parsers.rst.directives.body import CodeBlock

    class TextDirective(Directive):  # type: ignore[misc]
        """A directive of which its argument and its content are read."""

        optional_arguments = 1
        final_argument_whitespace = True
        has_content = True

        def run(self) -> list[nodes.Node]:
            """Return the argument as a paragraph, and the content as it is."""
            # Options are for the look of a page.
            body = nodes.container()
            if self.arguments:
                body += nodes.paragraph(text=" ".join(self.arguments[0].split()))
            self.state.nested_parse(self.content, self.content_offset, body)
            return [body]

    class EmptyDirective(TextDirective):
        """A directive that only says where other text is to be put."""

        def run(self) -> list[nodes.Node]:
            """Return nothing."""
            return []

    def role(
        _name: str, _raw: str, text: str, *_others: Any, **_options: Any
    ) -> tuple[list[nodes.Node], list[nodes.Node]]:
        return [nodes.inline(text=_role_text(text))], []

    class AnyOption(dict[str, Any]):
        """Takes options of any name."""

        def __getitem__(self, _name: str) -> Any:
            return lambda argument: argument

    class CodeDirective(CodeBlock):  # type: ignore[misc]
        """Code with Sphinx's options, of which the caption is read."""

        options: dict[str, Any]

        def run(self) -> list[nodes.Node]:
            """Return the caption as a paragraph, and the code."""
            caption = self.options.get("caption")
            self.options = {"classes": []}
            return [*([nodes.paragraph(text=caption)] if caption else []), *super().run()]

    TextDirective.option_spec = AnyOption()
    CodeDirective.option_spec = dict.fromkeys(_CODE_OPTIONS, lambda text: text)
    for name in ("code-block", "sourcecode", "code"):
        directives.register_directive(name, CodeDirective)
    EmptyDirective.option_spec = AnyOption()
    for name in _SPHINX_DIRECTIVES:
        directives.register_directive(name, TextDirective)
    for name in _EMPTY_DIRECTIVES:
        directives.register_directive(name, EmptyDirective)
    for name in _SPHINX_ROLES:
        roles.register_local_role(name, role)


def _role_text(text: str) -> str:
    text = text.replace("\0", "")
    match = _TARGET.fullmatch(text)
    return match["text"] if match else text.lstrip("~!")


def without_roles(text: str) -> str:
    """Return a text without the marks of roles that nobody knows."""
    return _UNKNOWN_ROLE.sub(_bare_text, text)


def _bare_text(match: re.Match[str]) -> str:
    return _role_text(match["text"] if match["text"] is not None else match["plain"])
