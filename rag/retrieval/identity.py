"""Evidence about the identifier in question, and none about its neighbours."""

from __future__ import annotations

from collections.abc import Sequence

from sourcebook.rag.language.identifiers import Identifier, find_identifiers, is_neighbour

from .evidence import Evidence


def without_neighbours(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence without sentences about a neighbour of an identifier in the question.

    "AB-1243-X lifts 400" says nothing of AB-1234-X. Where no sentence names the identifier itself,
    all stay, so that a refusal can show what came nearest.

    Args:
        question: the stand-alone one.
        evidence: best first.
    """
    result = list(evidence)
    for identifier in find_identifiers(question):
        named = [item for item in result if _names(identifier, item)]
        if named:
            result = [
                item for item in result if item in named or not is_neighbour(identifier, item.text)
            ]
    return result


def find_absent(question: str, evidence: Sequence[Evidence]) -> list[Identifier]:
    """Return the exact identifiers of a question that no evidence names.

    Args:
        question: the stand-alone one.
        evidence: every sentence that was found.
    """
    return [
        identifier
        for identifier in find_identifiers(question)
        if identifier.is_exact and not any(_names(identifier, item) for item in evidence)
    ]


def _names(identifier: Identifier, item: Evidence) -> bool:
    """Whether a sentence, its title or what stands above it names an identifier."""
    return identifier.stands_in(item.with_title)
