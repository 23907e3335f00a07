"""Whether citations support an answer, and whether they are the gold sentences.

Citation recall and precision: Gao et al. 2023 (ALCE). Gold sentences: Yang et al. 2018 (HotpotQA).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcebook.eval.questions import EvalQuestion, GoldSpan
from sourcebook.eval.questions.points import holds_word_of
from sourcebook.index.documents.records import Document
from sourcebook.rag.answer import Answer, Citation, OtherSource, Sentence

from .judges import Judge
from .measure import Measure
from .statistics import ratio_of_sums, total

MEASURES: tuple[Measure, ...] = (
    Measure("citation_recall", "Citation recall", "Grounding", ("citation_recall",)),
    Measure("citation_precision", "Citation precision", "Grounding", ("citation_precision",)),
    Measure(
        "gold_sentence_f1",
        "Gold-sentence F1",
        "Grounding",
        ("gold_sentence_f1",),
        note="Cited sentences against gold sentences; a refused answerable question scores 0.",
    ),
    Measure(
        "evidence_recall",
        "Gold sentences among the evidence",
        "Grounding",
        ("evidence_recall",),
        note="Of the sentences that the model was given.",
    ),
    Measure(
        "evidence_rouge_l",
        "ROUGE-L of the instant evidence",
        "Grounding",
        ("evidence_rouge_l",),
        note="Of the quotes shown before the model has said a word, in the order shown, cut at 350 "
        "characters, against the gold answers.",
    ),
    Measure(
        "unsupported",
        "Sentences without support",
        "Grounding",
        ("unsupported_sentences", "sentences"),
        "lower",
        ratio_of_sums,
        note="As Sourcebook marks them itself.",
    ),
    Measure(
        "unsupported_printed",
        "Sentences printed that no source states",
        "Grounding",
        ("unsupported_sentences",),
        "lower",
        total,
        "count",
        gated=False,
        note="Must be 0.",
    ),
    Measure(
        "needed",
        "Answer sentences that were needed",
        "Grounding",
        ("sentences_needed", "sentences_supported"),
        "higher",
        ratio_of_sums,
        note="Of the supported sentences, items, steps and cells of answers to questions with "
        "points: those that make a point or hold a telling word of one. Headings and notes are not "
        "counted.",
    ),
    Measure(
        "broken_quotes",
        "Quotes that do not stand in their document",
        "Grounding",
        ("broken_quotes",),
        "lower",
        total,
        "count",
        note="Must be 0.",
    ),
)


@dataclass(frozen=True, slots=True)
class CitedSentence:
    """One sentence of an answer and the quotes it cites, each under its article's title."""

    text: str
    premises: tuple[str, ...]


def claiming_sentences(answer: Answer) -> list[Sentence]:
    """Return the sentences of an answer without the product's own words: headings, notes, and cells
    that say that nothing was found."""
    own_words = ("heading", "note", "cell")
    return [s for s in answer.sentences if s.citations or s.form not in own_words]


def is_needed(sentence: Sentence, question: EvalQuestion) -> bool:
    """Whether a sentence makes a point of the question, or holds a telling word of one."""
    text = " ".join(filter(None, (sentence.row, sentence.column, sentence.text)))
    return any(question.find_points(text).made) or any(
        holds_word_of(text, group) for group in question.points
    )


def extract_statements(answer: Answer) -> list[CitedSentence]:
    """Return the sentences of an answer that claim something, with the quotes they cite."""
    quotes = {c.number: f"{c.document.title}\n{c.quote}" for c in answer.citations}
    return [
        CitedSentence(s.text, tuple(quotes[n] for n in s.citations if n in quotes))
        for s in claiming_sentences(answer)
    ]


def citation_recall(items: Sequence[CitedSentence], judge: Judge) -> float:
    """Return the share of the sentences that all their citations together support.

    ALCE, Gao et al. 2023, section 3.3. A sentence without citations is not supported; an
    answer without sentences scores 0.
    """
    return sum(_is_supported(item, judge) for item in items) / len(items) if items else 0.0


def citation_precision(items: Sequence[CitedSentence], judge: Judge) -> float:
    """Return the share of the citations that are needed.

    ALCE, Gao et al. 2023, section 3.3: a citation counts when its sentence is supported and
    it is not irrelevant; it is irrelevant when it does not support the sentence alone and the
    other citations do without it. An answer without citations scores 0.
    """
    total = sum(len(item.premises) for item in items)
    good = sum(
        not _is_irrelevant(item, i, judge)
        for item in items
        if _is_supported(item, judge)
        for i in range(len(item.premises))
    )
    return good / total if total else 0.0


def gold_sentence_f1(
    citations: Sequence[tuple[str, int, int]], groups: Sequence[Sequence[GoldSpan]]
) -> float:
    """Return F1 of the citations against the gold sentences, best over the gold answers.

    ``citations``: (document id, start, end). A citation and a gold sentence match when one holds at
    least half of the other, since the cut into sentences may differ. Precision is the share of
    citations that match a gold sentence, recall the share of gold sentences that are matched,
    as for supporting facts in HotpotQA (Yang et al. 2018).
    """
    return max((_set_f1(citations, group) for group in groups), default=0.0)


def broken_quotes(
    citations: Sequence[Citation | OtherSource], document: Callable[[str], Document]
) -> int:
    """Count the citations whose quote differs from the document at its offsets. Must be 0."""
    return sum(
        document(c.document.id).text[c.start : c.end] != c.quote or not c.quote for c in citations
    )


def _is_supported(item: CitedSentence, judge: Judge) -> bool:
    return bool(item.premises) and judge.entails(" ".join(item.premises), item.text)


def _is_irrelevant(item: CitedSentence, i: int, judge: Judge) -> bool:
    """Whether citation ``i`` of a supported sentence is not needed and not enough alone."""
    remaining = item.premises[:i] + item.premises[i + 1 :]
    if not remaining or judge.entails(item.premises[i], item.text):
        return False
    return judge.entails(" ".join(remaining), item.text)


def _set_f1(citations: Sequence[tuple[str, int, int]], golds: Sequence[GoldSpan]) -> float:
    if not citations or not golds:
        return 0.0
    precision = sum(any(_matches(c, g) for g in golds) for c in citations) / len(citations)
    recall = sum(any(_matches(c, g) for c in citations) for g in golds) / len(golds)
    return 2 * precision * recall / (precision + recall) if precision else 0.0


def _matches(citation: tuple[str, int, int], gold: GoldSpan) -> bool:
    document_id, start, end = citation
    overlap = min(gold.end, end) - max(gold.start, start)
    return (
        document_id == gold.document_id
        and 2 * overlap >= min(gold.end - gold.start, end - start) > 0
    )
