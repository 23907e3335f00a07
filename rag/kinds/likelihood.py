"""How likely it is that a section or a list is the one that a question asks for.

Whether it is near to the question and stands out among those that were found says most of steps.
Where that leaves doubt, the model's odds for "Do the excerpts state the answer?" are added. Alone
they say little of steps: they were about 0 for two of three sections that were asked for, and for
others. Of lists they say most: of nine lists that were near to their questions, the five that were
asked for had 1.8 to 2.7, three of the four others below .6.
"""

from __future__ import annotations

import math
import re

from sourcebook.index.documents.records import Document
from sourcebook.rag.language import content_stems, find_names
from sourcebook.rag.question import Question
from sourcebook.rag.refusal.abstention import BESIDE_THE_POINT

_WORDS = 0.2
"""What the share of the question's words that stand in a text adds to its cosine."""

_NEAR, _PER_NEARNESS = 0.38, 30.0
_GOOD, _PER_SCORE = 1.25, 2.5
"""The nearness and the score at which an answer is as likely right as wrong, and their weights.
They were set on 12 how-tos of six libraries, all of which were likelier than that in their own
library and none in the five others. Of 21 questions of the same subjects that nothing answers, some
7 were: these the nearness does not tell apart."""

_LEAST, _MOST = 0.3, 0.97
_PER_ODDS, _EVEN_ODDS = 0.8, 0.3
"""The weight of the model's odds, and the odds at which they say nothing."""

_PER_LIST_ODDS, _EVEN_LIST_ODDS = 2.0, 1.0
"""The weight of the odds for a list, and those at which it is as likely right as wrong."""

_PER_NEEDED = 1.6
"""The likelihood that a section or a list needs, for each unit of what a sentence needs. Its scale
is set by hand, that of sentences is fitted to right answers: .4 there gives up as much as .25."""

_IDENTIFIER = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[^\W\d_])\w[\w-]*\w\b")


def likelihood(
    question: Question, document: Document, text: str, similarity: float, score: float | None = None
) -> float:
    """Return the probability that a text is what a question asks for.

    Args:
        question: the stand-alone one.
        document: the article that the text is from; a name or identifier of the question that
            stands nowhere in it makes the text that of something else.
        text: a section, or a list under its headings.
        similarity: the cosine of question and text.
        score: the rank score of the text; None where others are not to be compared.
    """
    stems = set(content_stems(question.standalone))
    share = len(stems & set(content_stems(text))) / len(stems) if stems else 0.0
    margin = _PER_NEARNESS * (similarity + _WORDS * share - _NEAR)
    if score is not None:
        margin = min(margin, _PER_SCORE * (score - _GOOD))
    probable = 1 / (1 + math.exp(-max(-50.0, min(50.0, margin))))
    return probable * (BESIDE_THE_POINT if _lacks_name(question, document) else 1.0)


def is_beyond_doubt(probable: float) -> bool:
    """Return whether the model need not be asked: its odds could hardly change the decision."""
    return not _LEAST <= probable < _MOST


def is_likely(probable: float, needed: float) -> bool:
    """Return whether a section or a list is likely enough to be given as the answer.

    Args:
        probable: from `likelihood`.
        needed: the probability that an answer of one sentence needs.
    """
    return threshold_reached(probable) >= needed


def threshold_reached(probable: float) -> float:
    """Return the highest probability that an answer of one sentence may need, with which a section
    or a list as likely as ``probable`` is given."""
    return 1.0 if probable >= _MOST else probable / _PER_NEEDED


def add_odds(probable: float, log_odds: float) -> float:
    """Return the probability with the model's odds that the text states the answer.

    Args:
        probable: from `likelihood`.
        log_odds: the model's, of Yes over No.
    """
    margin = math.log(probable / (1 - probable)) + _PER_ODDS * (log_odds - _EVEN_ODDS)
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, margin))))


def limit_by_odds(probable: float, log_odds: float) -> float:
    """Return the probability that a list is what was asked for: no more than the model's odds say.

    "These gifts are fine" is as near as can be to "Which gifts are a no-go?".

    Args:
        probable: from `likelihood`.
        log_odds: the model's, of Yes over No, that the list states the answer.
    """
    return min(probable, 1 / (1 + math.exp(-_PER_LIST_ODDS * (log_odds - _EVEN_LIST_ODDS))))


def _lacks_name(question: Question, document: Document) -> bool:
    """Return whether a name or an identifier of the question stands nowhere in a document; German
    nouns are no names."""
    text = question.standalone
    names = [match.group() for match in _IDENTIFIER.finditer(text)]
    if (document.language or "en").startswith("en"):
        names += [claim.text for claim in find_names(text)]
    in_filters = " ".join(item.text for item in question.filters)
    words = f"{document.title} {document.source or ''} {document.text}".casefold()
    return any(name.casefold() not in words for name in names if name not in in_filters)
