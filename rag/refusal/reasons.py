"""The reason of a refusal in one plain line, from the signals behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sourcebook.index.structure.context import context_at
from sourcebook.rag.answer import Sentence
from sourcebook.rag.language import Claim, ParsedSentence, content_stems, find_names
from sourcebook.rag.language.negation_words import ADVERBS, AUXILIARIES, PREPOSITIONS
from sourcebook.rag.language.reading import text_language
from sourcebook.rag.language.word_lists import read_lines
from sourcebook.rag.question.answer_type import missing_answer_type
from sourcebook.rag.retrieval import Evidence

NOTHING_FOUND = "No passage of the articles was found for this question."
NOTHING_WRITTEN = "The language model wrote no answer from the nearest sentences."
DECLINED = "The language model read the nearest sentences and found no answer in them."
RULES_LEAKED = "The language model repeated its instructions instead of an answer."
UNSUPPORTED = "A draft was dropped: the articles support no sentence of it."
ABSENT = "No article mentions {}."
REMOVED = "The articles it rested on were removed while it was being written: ask again."

_ASKING_WORDS = frozenset(
    content_stems(" ".join([*read_lines("question_words"), *read_lines("request_verbs")]))
)
"""Stems of words that ask, which need stand in no article."""

_SMALL = PREPOSITIONS | ADVERBS | AUXILIARIES
_MOST = 3
"""The largest number of names or words in one line."""


@dataclass(frozen=True, slots=True)
class RefusalCase:
    """The material of a refusal.

    ``draft`` is None when the model wrote none; ``declined``: the draft itself says that there is
    no answer. ``needed`` is the probability that an answer needs.
    """

    question: str
    evidence: Sequence[Evidence]
    confidence: float
    needed: float
    draft: str | None = None
    sentences: Sequence[Sentence] = ()
    declined: bool = False


def explain_refusal(case: RefusalCase) -> str:
    """Return one line for a reader; it quotes only the question, the draft and the articles."""
    if not case.evidence:
        return NOTHING_FOUND
    return (
        _nothing_written(case)
        or _missing_names(case)
        or _missing_kind(case)
        or (DECLINED if case.declined else "")
        or _unsupported_claim(case)
        or _beside_the_point(case)
        or _missing_words(case)
        or _too_unsure(case)
    )


def explain_dropped(case: RefusalCase) -> str:
    """Return why a draft was dropped of which the articles support no sentence."""
    return _unsupported_claim(case) or UNSUPPORTED


def _nothing_written(case: RefusalCase) -> str:
    empty = case.draft is not None and not re.search(r"\w", case.draft)
    return NOTHING_WRITTEN if empty else ""


def _too_unsure(case: RefusalCase) -> str:
    return (
        "The nearest sentences are about this, but hardly state the answer: "
        f"{case.confidence:.0%} likely, {case.needed:.0%} needed."
    )


def _missing_names(case: RefusalCase) -> str:
    present, missing = _split_names(case)
    if not missing:
        return ""
    if present:
        return f"The nearest sentences name {_join(present, 'and')}, but not {_join(missing)}."
    return f"The nearest sentences do not name {_join(missing)}."


def _missing_kind(case: RefusalCase) -> str:
    kind = missing_answer_type(case.question, [item.text for item in case.evidence])
    if not kind:
        return ""
    present, _ = _split_names(case)
    article = "an" if kind[0] in "aeiou" else "a"
    if present:
        return f"The nearest sentences name {_join(present, 'and')}, but give no {kind}."
    return f"The question asks for {article} {kind}, and the nearest sentences give none."


def _missing_words(case: RefusalCase) -> str:
    evidence_stems = set(content_stems(_evidence_text(case))) | _ASKING_WORDS
    names = [] if text_language() == "de" else find_names(case.question)
    name_stems = {stem for name in names for stem in content_stems(name.text)}
    words = [
        word
        for word in re.findall(r"[^\W\d_][\w’'-]*", case.question)
        if word.casefold() not in _SMALL
        and (stems := content_stems(word))
        and not set(stems) & (evidence_stems | name_stems)
    ]
    if not words:
        return ""
    quoted = [f"“{word}”" for word in dict.fromkeys(words)]
    return f"The nearest sentences say nothing of {_join(quoted)}."


def _unsupported_claim(case: RefusalCase) -> str:
    for sentence in case.sentences:
        if sentence.contrary:
            return f"A draft was dropped: the articles say the opposite, “{sentence.contrary}”."
        if sentence.unsupported:
            fault = explain_unsupported(sentence.unsupported, _evidence_text(case))
            return f"A draft was dropped, as {fault}."
    return ""


def explain_unsupported(words: Sequence[str], evidence: str) -> str:
    """Return the fault of a sentence of which no source states some words about the question.

    "“68” stands in no source"; a word that the evidence has is about something else there.

    Args:
        words: those of the sentence that no source states.
        evidence: the text of the sources.
    """
    sources = ParsedSentence(evidence)
    nowhere = [word for word in words if not sources.states_words(word)]
    if nowhere:
        return f"{_join([f'“{word}”' for word in nowhere])} stands in no source"
    return f"what it says of {_join([f'“{word}”' for word in words])} stands in no source"


def _beside_the_point(case: RefusalCase) -> str:
    kind = missing_answer_type(case.question, [case.draft]) if case.draft else None
    return f"A draft was dropped, as it gives no {kind}." if kind else ""


def _split_names(case: RefusalCase) -> tuple[list[str], list[str]]:
    """Return the names of the question that are in the evidence, and those that are not.

    Adjacent names ("Wendy Sherman") are one; a single word of it in the evidence is enough. In
    German every noun is written like a name: none is called one.
    """
    if text_language() == "de":
        return [], []
    evidence = ParsedSentence(_evidence_text(case))
    runs: list[list[Claim]] = []
    at = 0
    for name in find_names(case.question):
        start = case.question.find(name.text, at)
        if runs and start >= 0 and not case.question[at:start].strip():
            runs[-1].append(name)
        else:
            runs.append([name])
        at = start + len(name.text) if start >= 0 else at
    presence: dict[str, bool] = {}
    for run in runs:
        is_present = any(map(evidence.states, run))
        presence.setdefault(" ".join(name.text for name in run), is_present)
    return [name for name, is_present in presence.items() if is_present], [
        n for n, is_present in presence.items() if not is_present
    ]


def _evidence_text(case: RefusalCase) -> str:
    """The sentences with what a reader sees above them: a word of a heading is not missing."""
    above = (
        part
        for item in case.evidence
        for part in context_at(item.document.blocks, item.start)
        if not item.context
    )
    return ". ".join([*(item.with_title for item in case.evidence), *dict.fromkeys(above)])


def _join(words: Sequence[str], last: str = "or") -> str:
    short_words = [word[:60] for word in words[:_MOST]]
    return (
        short_words[0]
        if len(short_words) == 1
        else f"{', '.join(short_words[:-1])} {last} {short_words[-1]}"
    )
