"""The sentences that carry an article or a topic, chosen without a language model.

A sentence's score is the sum of z-scores: how near it is to the middle of its article (centrality;
Radev et al. 2004), how near to its title and to the request, how early it stands, and whether it
tells something that can be checked: a figure, a name, a decision. Of the best, those that repeat
another are passed over (maximal marginal relevance; Carbonell and Goldstein 1998).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.documents.words import count_words
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.search.ranking import weighted_z_scores
from sourcebook.index.structure.context import context_at
from sourcebook.rag.language.word_lists import any_of, read_words
from sourcebook.rag.retrieval import Evidence

MOST_SENTENCES = 160
"""Sentences that are embedded; of a longer article the first of each section and those with the
most figures and names."""

_DIVERSITY = 0.2
"""Share of a candidate's value that its likeness to one already chosen takes away."""

SPREAD = 0.15
"""What each sentence of a section takes from the value of its others, so that all are heard."""

_TWIN = 0.86
"""Cosine from which two sentences say the same."""

_SEEDS = 4
"""The best sentences about a topic, whose words belong to it too."""

_OF_PASSAGE = 0.67
"""What the mean of the two best sentences of a passage counts for its others: where a topic is
dealt with, the sentences around tell of it too."""

_TELLING = ("paragraph", "item", "quote")
_SHORTEST, _LONGEST = 5, 60
_CLOSED = re.compile(r"[.!…。][”\"'»)\]]*$")
_UNCLOSED = 8
"""Words from which a run without a full stop is a sentence all the same."""

_LEANING = re.compile(
    r"\W*(he|she|it|they|this|that|these|those|there|his|her|its|their|so|but|and|or|then|not|no"
    r"|yes|er|sie|es|dies\w*|das|dort|dann|da|und|aber|doch|denn|sein|seine|ihr|ihre|nein|ja|auch)\b"
    r"(?!\s+(is|are) (a|an|no) )",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<=[^\W\d_]\s)[A-Z][\w’'-]+")
_WORD = re.compile(r"\w+(?:[.,’'-]\w+)*")
_LEAN_COST = 0.5
_MOST_NAMES, _MOST_CAPITALS = 0.42, 0.65
"""Share of names and figures from which a run of words is an address, a reference or a byline; in
German of all words with a capital."""
_APPARATUS = re.compile(any_of(read_words("summary/apparatus")), re.IGNORECASE)
_DECISION = re.compile(rf"\b(?:{any_of(read_words('summary/decision_words'))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SalienceWeights:
    """What each trait of a sentence counts."""

    middle: float = 0.4
    topic: float = 0.2
    place: float = 0.2
    figures: float = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """How many sentences there may be, and how many characters together."""

    sentences: int
    characters: int


ARTICLE = SalienceWeights()
BRIEF = SalienceWeights(middle=1.0, topic=0.6, place=0.4, figures=0.4)
"""For a single sentence, which must say what the whole is about."""

TOPIC = SalienceWeights(middle=0.2, topic=0.8, place=0.0, figures=0.8)


def is_telling(sentence: Evidence) -> bool:
    """Return whether a sentence may stand in a summary: prose or an item, no question."""
    kind = sentence.block.kind if sentence.block else "paragraph"
    return kind in _TELLING and is_prose(sentence)


def is_prose(sentence: Evidence) -> bool:
    """Return whether a sentence is one: no address, byline, reference, question or lead."""
    kind = sentence.block.kind if sentence.block else "paragraph"
    words = count_words(sentence.text)
    least = 2 if kind == "item" else _SHORTEST
    return (
        least <= words <= _LONGEST
        and (kind == "item" or words >= _UNCLOSED or bool(_CLOSED.search(sentence.text)))
        and not sentence.is_title
        and not sentence.text.rstrip("”\"'").endswith(("?", ":", ","))
        and _share_of_names(sentence.text)
        < (_MOST_CAPITALS if _is_german(sentence) else _MOST_NAMES)
        and not _is_apparatus(sentence)
    )


def _share_of_names(text: str) -> float:
    """Return the share of names among the words of a sentence; a figure is half of one."""
    words = _WORD.findall(text)
    names = sum(1.0 if word[0].isupper() else 0.5 for word in words[1:] if not word[0].islower())
    return names / (len(words) or 1)


def _is_apparatus(sentence: Evidence) -> bool:
    """Return whether it stands below "References" or another heading of what is no content."""
    above = context_at(sentence.document.blocks, sentence.start)
    return bool(above) and any(_APPARATUS.fullmatch(part.strip(" .:0123456789")) for part in above)


def preselect(sentences: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences to embed, in order: all of a short article."""
    if len(sentences) <= MOST_SENTENCES:
        return list(sentences)
    firsts: dict[tuple[str, str], int] = {}
    scores: list[float] = []
    for n, sentence in enumerate(sentences):
        key = (sentence.document.id, sentence.context)
        first = firsts.setdefault(key, n)
        scores.append(3.0 / (1 + n - first) + len(_NAME.findall(sentence.text)) / 4)
    best = sorted(range(len(sentences)), key=lambda n: -scores[n])[:MOST_SENTENCES]
    return [sentences[n] for n in sorted(best)]


def score_sentences(sentences: Sequence[Evidence], weights: SalienceWeights) -> NDArray[np.float64]:
    """Return how well each sentence carries its article.

    Args:
        sentences: with vectors and their similarity with the topic, in the order of the text.
        weights: what each trait counts.
    """
    vectors = np.stack([sentence.vector for sentence in sentences])
    middle = vectors.mean(axis=0)
    scores = weighted_z_scores(
        (weights.middle, (vectors @ middle).tolist()),
        (weights.topic, [sentence.similarity for sentence in sentences]),
        (weights.figures, [count_facts(sentence) for sentence in sentences]),
        (weights.place, _earliness(sentences)),
    )
    return np.asarray(scores, np.float64) + [_bonus(sentence) for sentence in sentences]


def score_for_topic(sentences: Sequence[Evidence], query: Vectors) -> NDArray[np.float64]:
    """Return how well each sentence tells of a topic. What the best of them are about belongs to
    the topic too (pseudo-relevance feedback; Rocchio 1971).

    Args:
        sentences: with vectors and their score for the topic.
        query: the vector of the topic.
    """
    vectors = np.stack([sentence.vector for sentence in sentences])
    best = sorted(range(len(sentences)), key=lambda n: -sentences[n].score)[:_SEEDS]
    topic = query + vectors[best].mean(axis=0)
    scores = weighted_z_scores(
        (1.0, (vectors @ topic).tolist()),
        (0.5, [sentence.score for sentence in sentences]),
        (0.4, [count_facts(sentence) for sentence in sentences]),
    )
    own = np.asarray(scores, np.float64) + [_bonus(sentence) for sentence in sentences]
    of_passage: dict[str, list[float]] = {}
    for sentence, score in zip(sentences, own, strict=True):
        of_passage.setdefault(sentence.passage_id, []).append(float(score))
    tops = {key: sum(sorted(values)[-2:]) / len(values[-2:]) for key, values in of_passage.items()}
    return own + [_OF_PASSAGE * tops[sentence.passage_id] for sentence in sentences]


def count_facts(sentence: Evidence) -> float:
    """Return how many figures and names a sentence has, three at most. In German every noun has a
    capital, so only figures count."""
    figures = len(_FIGURE.findall(sentence.text))
    if _is_german(sentence):
        return min(3.0, figures)
    return min(3.0, figures + 0.5 * len(_NAME.findall(sentence.text)))


def _is_german(sentence: Evidence) -> bool:
    return (sentence.document.language or "").startswith("de")


def _earliness(sentences: Sequence[Evidence]) -> list[float]:
    total = len(sentences)
    return [1.0 / (1 + n) + 0.3 * (1 - n / total) for n in range(total)]


def _bonus(sentence: Evidence) -> float:
    bonus = 0.0
    if _LEANING.match(sentence.text):
        bonus -= _LEAN_COST
    if _DECISION.search(sentence.text):
        bonus += 0.5
    return bonus


def choose_diverse(
    sentences: Sequence[Evidence],
    scores: NDArray[np.float64],
    room: Room,
    groups: Sequence[object],
    *,
    spread: float = SPREAD,
) -> list[Evidence]:
    """Return the best sentences that do not repeat each other, in the order given.

    Args:
        sentences: with vectors.
        scores: of each.
        room: how many, and how long together.
        groups: the section of each.
        spread: what each sentence of a section takes from the value of its others.
    """
    vectors = np.stack([sentence.vector for sentence in sentences])
    value = (scores - scores.min()) / (float(scores.max() - scores.min()) or 1.0)
    selection: list[int] = []
    used: Counter[object] = Counter()
    length = 0
    while len(selection) < min(room.sentences, len(sentences)):
        nearest = (
            (vectors @ vectors[selection].T).max(axis=1) if selection else np.zeros(len(sentences))
        )
        gain = (1 - _DIVERSITY) * value - _DIVERSITY * nearest
        for n, group in enumerate(groups):
            if n in selection or nearest[n] > _TWIN:
                gain[n] = -np.inf
            gain[n] -= spread * used[group]
        best = int(np.argmax(gain))
        length += len(sentences[best].text)
        if not np.isfinite(gain[best]) or (selection and length > room.characters):
            break
        selection.append(best)
        used[groups[best]] += 1
    return [sentences[n] for n in sorted(selection)]
