"""Which article sentences support which answer sentence, decided by code.

The model's own marks are ignored. Each sentence of the answer is compared with every sentence that
was found: by meaning (cosine of their embeddings) and by words (share of its content words that
stand there). The best one is cited; others are added only to cover numbers and names that the best
one does not state. What then stands in no cited sentence makes the answer sentence unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..index.embedding import Embedder
from ..index.sentences import sentence_spans
from .answer import Citation, Sentence
from .evidence import Evidence
from .prompts import heading
from .words import Claim, claims, content_stems, names, states

SUPPORTED_FROM = 0.5
"""Support below this marks a sentence as unsupported."""

MOST_CITED = 3
"""Sources one answer sentence cites at most."""

_SHARES_SUBJECT = 0.4
"""Share of the answer sentence's other words that a sentence must hold to vouch for its numbers,
unless it counts the same thing ("hours"). Less, and any "30" would vouch for any other."""

_SAME_SUBJECT = 0.55
"""Cosine from which it vouches for them whatever its words."""

_MARKS = re.compile(r"\s*\[\d+\](?:\s*\[\d+\])*")


@dataclass(frozen=True, slots=True)
class Verified:
    """A draft with its marks, and what each sentence rests on."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


def verify(draft: str, question: str, evidence: Sequence[Evidence], embedder: Embedder) -> Verified:
    """Cite every sentence of ``draft`` from ``evidence`` (best first), or say that it has none."""
    draft = _MARKS.sub("", draft).strip()
    spans = sentence_spans(draft)
    numbering: dict[tuple[str, int, int], int] = {}
    cited: list[Citation] = []
    sentences: list[Sentence] = []
    written = ""
    last = 0
    matching = [_matching_text(draft[s:e], question) for s, e in spans]
    similarities = _similarities(matching, evidence, embedder)
    for (start, end), text, similarity in zip(spans, matching, similarities, strict=True):
        written += draft[last:start]
        last = end
        sources, missing, support = _sources(
            draft[start:end], text, claims(question), evidence, similarity
        )
        if sources and not missing:
            missing = _beside_the_point(draft[start:end], question, sources)
        numbers: list[int] = []
        for source in sources:
            place = (source.document.id, source.start, source.end)
            if place not in numbering:
                numbering[place] = len(numbering) + 1
                cited.append(cite(numbering[place], source))
            numbers.append(numbering[place])
        sentences.append(
            Sentence(
                text=draft[start:end],
                start=len(written),
                end=len(written) + end - start,
                citations=tuple(numbers),
                support=support,
                supported=not missing and support >= SUPPORTED_FROM,
                unsupported=tuple(claim.text for claim in missing),
            )
        )
        marks = "".join(f"[{number}]" for number in numbers)
        written += draft[start:end] + (f" {marks}" if marks else "")
    return Verified(written, tuple(sentences), tuple(cited))


def cite(number: int, source: Evidence) -> Citation:
    """A citation of an evidence sentence."""
    return Citation(
        number=number,
        document=source.document,
        passage_id=source.passage_id,
        quote=source.text,
        start=source.start,
        end=source.end,
        page=source.page,
    )


def _matching_text(sentence: str, question: str) -> str:
    """A short sentence ("About eight hours.") is compared together with its question."""
    return sentence if len(content_stems(sentence)) >= 4 else f"{question} {sentence}"


def _similarities(
    texts: Sequence[str], evidence: Sequence[Evidence], embedder: Embedder
) -> list[list[float]]:
    if not texts or not evidence:
        return [[] for _ in texts]
    vectors = embedder.embed(texts)
    return [[float(vector @ source.vector) for source in evidence] for vector in vectors]


def _sources(
    sentence: str,
    matching: str,
    given: Sequence[Claim],
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
) -> tuple[list[Evidence], list[Claim], float]:
    """Sources of one sentence, the claims that none of them states, and its support in [0, 1].

    What the sentence repeats from the question (``given``) is not its own claim: it helps to choose
    the source and need not stand there.
    """
    if not evidence:
        return [], claims(sentence), 0.0
    stems = set(content_stems(matching))
    required = claims(sentence)
    overlap = [_share(stems, source.text) for source in evidence]
    subject = stems - {stem for claim in required for stem in content_stems(claim.text)}
    stated = [
        [
            claim
            for claim in required
            if states(source.text, claim)
            and not (
                claim.is_number
                and not _same_unit(claim, sentence, source.text)
                and _another_subject(subject, source, similarity)
            )
        ]
        for source, similarity in zip(evidence, similarities, strict=True)
    ]
    already = {claim.key for claim in given}
    new = [claim for claim in required if claim.key not in already]
    # A number says more of where a sentence comes from than the names around it.
    telling = [claim for claim in new if claim.is_number] or new or required

    def worth(index: int) -> float:
        carried = sum(c in stated[index] for c in telling) / len(telling) if telling else 0.0
        return (max(0.0, similarities[index]) + overlap[index]) / 2 + carried

    best = max(range(len(evidence)), key=worth)
    chosen = [best]
    missing = [c for c in required if c not in stated[best] and c.key not in already]
    while missing and len(chosen) < MOST_CITED:
        index, covered = _best_cover(missing, stated, chosen, overlap, evidence)
        if index is None:
            break
        chosen.append(index)
        missing = [claim for claim in missing if claim not in covered]
    # The heading a sentence is shown under, its article's title and date, is part of what was read.
    headings = [heading(evidence[index].document) for index in chosen]
    missing = [c for c in missing if not any(states(text, c) for text in headings)]
    together = _share(stems, " ".join(evidence[index].text for index in chosen))
    support = (max(0.0, similarities[best]) + together) / 2
    return [evidence[index] for index in chosen], missing, min(1.0, support)


def _beside_the_point(sentence: str, question: str, sources: Sequence[Evidence]) -> list[Claim]:
    """The names asked about, when what is new in the sentence was said of somebody else.

    A sentence about a president's spokesman answers nothing about another president's. So the
    source of what the answer adds to the question must have at least one of the question's names
    in it, in its article's title, or within two sentences of it.
    """
    asked = names(question)
    known = {claim.key for claim in claims(question)}
    new = [claim for claim in claims(sentence) if claim.key not in known]
    if not asked or not new:
        return []
    carrying = [
        source for source in sources if any(states(source.text, claim) for claim in new)
    ] or list(sources[:1])
    near = " ".join(_surroundings(source) for source in carrying)
    return [] if any(states(near, name) for name in asked) else asked


def _surroundings(source: Evidence, reach: int = 2) -> str:
    """The source with its title and the sentences around it."""
    text = source.document.text
    spans = sentence_spans(text)
    here = next((i for i, (start, end) in enumerate(spans) if start <= source.start < end), 0)
    first, last = spans[max(0, here - reach)], spans[min(len(spans) - 1, here + reach)]
    return f"{source.document.title}. {text[first[0] : last[1]]}"


def _best_cover(
    missing: Sequence[Claim],
    stated: Sequence[Sequence[Claim]],
    chosen: Sequence[int],
    overlap: Sequence[float],
    evidence: Sequence[Evidence],
) -> tuple[int | None, list[Claim]]:
    """The source that states most of what is missing, and what it states; None: there is none."""
    best: tuple[int | None, list[Claim]] = (None, [])
    for index in range(len(evidence)):
        if index in chosen:
            continue
        same_article = evidence[index].document.id == evidence[chosen[0]].document.id
        covered = [
            claim
            for claim in missing
            if claim in stated[index] and (same_article or overlap[index] >= _SHARES_SUBJECT)
        ]
        if len(covered) > len(best[1]):
            best = (index, covered)
    return best


def _same_unit(number: Claim, sentence: str, source: str) -> bool:
    """Whether the word that the sentence has behind its number stands in the source: "hours"."""
    behind = content_stems(sentence.partition(number.text)[2])[:1]
    return bool(behind) and behind[0] in content_stems(source)


def _another_subject(subject: set[str], source: Evidence, similarity: float) -> bool:
    """Whether a sentence speaks of something else, so that its numbers vouch for nothing here."""
    return similarity < _SAME_SUBJECT and _share(subject, source.text) < _SHARES_SUBJECT


def _share(stems: set[str], text: str) -> float:
    """Share of ``stems`` that stand in ``text``; 1 when there are none."""
    return len(stems & set(content_stems(text))) / len(stems) if stems else 1.0
