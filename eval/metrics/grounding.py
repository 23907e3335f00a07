"""Whether an answer's citations carry it, and whether they are the right sentences to cite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcebook.eval.questions.gold import Gold
from sourcebook.index.documents.records import Document
from sourcebook.rag.answer import Answer, Citation, Source

from .judges import Judge


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer and the quotes it cites, each under its article's title."""

    text: str
    premises: tuple[str, ...]


def statements(answer: Answer) -> list[Statement]:
    """The sentences of an answer with what they cite."""
    quotes = {c.number: f"{c.document.title}\n{c.quote}" for c in answer.citations}
    return [
        Statement(s.text, tuple(quotes[n] for n in s.citations if n in quotes))
        for s in answer.sentences
    ]


def citation_recall(items: Sequence[Statement], judge: Judge) -> float:
    """Share of the sentences that their citations carry, all taken together.

    ALCE, Gao et al. 2023, section 3.3. A sentence without citations is not carried; an answer
    without sentences scores 0.
    """
    return sum(_carried(item, judge) for item in items) / len(items) if items else 0.0


def citation_precision(items: Sequence[Statement], judge: Judge) -> float:
    """Share of the citations that are needed.

    ALCE, Gao et al. 2023, section 3.3: a citation counts when its sentence is carried and it is
    not irrelevant; it is irrelevant when it does not carry the sentence alone and the others do
    without it. An answer without citations scores 0.
    """
    total = sum(len(item.premises) for item in items)
    good = sum(
        not _irrelevant(item, i, judge)
        for item in items
        if _carried(item, judge)
        for i in range(len(item.premises))
    )
    return good / total if total else 0.0


def gold_sentence_f1(
    cited: Sequence[tuple[str, int, int]], groups: Sequence[Sequence[Gold]]
) -> float:
    """F1 of the cited places against the gold sentences, best over the gold answers.

    ``cited``: (document id, start, end). A cited place and a gold sentence match when one holds at
    least half of the other, since the cut into sentences may differ. Precision is the share of
    cited places that match a gold sentence, recall the share of gold sentences that are matched,
    as for supporting facts in HotpotQA (Yang et al. 2018).
    """
    return max((_set_f1(cited, group) for group in groups), default=0.0)


def broken_quotes(
    citations: Sequence[Citation | Source], document: Callable[[str], Document]
) -> int:
    """Citations whose quote does not stand at its place in the library's document. Must be 0."""
    return sum(
        document(c.document.id).text[c.start : c.end] != c.quote or not c.quote for c in citations
    )


def _carried(item: Statement, judge: Judge) -> bool:
    return bool(item.premises) and judge.entails(" ".join(item.premises), item.text)


def _irrelevant(item: Statement, i: int, judge: Judge) -> bool:
    """Whether citation ``i`` of a carried sentence could be left out and says too little alone."""
    others = item.premises[:i] + item.premises[i + 1 :]
    if not others or judge.entails(item.premises[i], item.text):
        return False
    return judge.entails(" ".join(others), item.text)


def _set_f1(cited: Sequence[tuple[str, int, int]], golds: Sequence[Gold]) -> float:
    if not cited or not golds:
        return 0.0
    precision = sum(any(_same(c, g) for g in golds) for c in cited) / len(cited)
    recall = sum(any(_same(c, g) for c in cited) for g in golds) / len(golds)
    return 2 * precision * recall / (precision + recall) if precision else 0.0


def _same(cited: tuple[str, int, int], gold: Gold) -> bool:
    document_id, start, end = cited
    shared = min(gold.end, end) - max(gold.start, start)
    return (
        document_id == gold.document_id
        and 2 * shared >= min(gold.end - gold.start, end - start) > 0
    )
