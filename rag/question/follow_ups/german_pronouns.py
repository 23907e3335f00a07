"""German pronouns, and words like them, that nothing in their own question explains."""

from __future__ import annotations

import re

GERMAN = (
    r"\b(?:er|sie|ihn|ihm|ihnen|ihre?[rmns]?|seine?[rmns]?|dort|damals|davon|dazu|dafür|damit|darüber"
    r"|daran|dabei|danach|dagegen|darauf)\b"
    r"|\b(?:das|dies|es)\b"
    r"(?= (?:gesagt|genau|passiert|geschehen|denn|so|heute|jetzt|damals)\b|\W*$)"
    r"|(?<!gibt )(?<!gab )(?<!geht )(?<!ging )(?<!ist )(?<!wird )(?<!sind )\bes\b"
    r"(?= (?:für|mit|ohne|bei|beim|ab|pro|dann)\b)"
)
"""A pattern of them; "das" before a noun is an article."""


def is_explained_in_german(match: re.Match[str], question: str) -> bool:
    """Return whether a noun before a pronoun explains it, or it addresses the reader ("Sie").

    Args:
        match: of the pronoun in the question.
        question: German nouns have capitals.
    """
    before = question[: match.start()]
    is_address = match.group()[0].isupper() and bool(before.strip())
    return is_address or bool(re.search(r"(?<=\w )[A-ZÄÖÜ]", before))
