"""The substitutions of reStructuredText, which may stand in one another: a limit of what they make.

docutils has none: ten definitions of ten references each become ten thousand million.
"""

from __future__ import annotations

from typing import Any

from sourcebook.index.errors import OverLimit

MAX_REFERENCES = 20_000
"""References that come out of other substitutions, each of which docutils copies by itself."""

MAX_CHARACTERS = 10_000_000
"""Characters that all substitutions together become."""

_MOST = 1 << 62  # enough of both, as numbers of a thousand digits take time too


def make_parser() -> Any:
    """Return the parser of docutils, with the limits. Its ``parse`` raises OverLimit."""
    from docutils.parsers.rst import Parser

    class LimitedParser(Parser):  # type: ignore[misc]  # docutils has no types
        def parse(self, inputstring: str, document: Any) -> None:
            super().parse(inputstring, document)
            _check_substitutions(document)

    return LimitedParser()


def _check_substitutions(document: Any) -> None:
    """Add up what the substitutions of a parsed document become. Raises OverLimit."""
    from docutils import nodes

    definitions = {name.lower(): node for name, node in document.substitution_defs.items()}
    references = {
        name: [ref["refname"].lower() for ref in node.findall(nodes.substitution_reference)]
        for name, node in definitions.items()
    }
    sizes: dict[str, tuple[int, int]] = {}
    for name in _innermost_first(references):
        inner = [sizes.get(other, (0, 0)) for other in references[name]]
        sizes[name] = (
            min(_MOST, len(inner) + sum(count for count, _ in inner)),
            min(_MOST, len(definitions[name].astext()) + sum(length for _, length in inner)),
        )
    count = length = 0
    for ref in document.findall(nodes.substitution_reference):
        of_one = sizes.get(ref["refname"].lower(), (0, 0))
        count, length = count + of_one[0], length + of_one[1]
    if count > MAX_REFERENCES or length > MAX_CHARACTERS:
        raise OverLimit(
            "its substitutions (|name|) would become a text many times as long: "
            "write their text where they stand"
        )


def _innermost_first(references: dict[str, list[str]]) -> list[str]:
    """Return the names so that each comes behind those that it refers to. Of a circle, which
    docutils finds itself, each name comes once."""
    order: list[str] = []
    names: set[str] = set()
    for root in references:
        stack = [(root, False)]
        while stack:
            name, is_done = stack.pop()
            if is_done:
                order.append(name)
            elif name in references and name not in names:
                names.add(name)
                stack.append((name, True))
                stack += [(other, False) for other in dict.fromkeys(references[name])]
    return order
