"""The answer as it is given: the model's sentence, or one sentence of an article in its place.

A draft that the articles support is the answer as it stands. No further sentence is put beside it:
the one nearest in words is mostly that of another item, year or person. "Yes" mostly says the
question again, and a small model says it too readily (of seven to questions over articles one was
right), so it gives way to what the article says; "no" stays, as it needs a word of denial in the
source. A draft that no source supports gives way where one sentence says what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.search.ranking import weighted_z_scores
from sourcebook.rag.answer import Sentence
from sourcebook.rag.language import ParsedSentence, content_stems
from sourcebook.rag.language.reading import text_language
from sourcebook.rag.prompting import clean_draft
from sourcebook.rag.question import asks_yes_or_no
from sourcebook.rag.retrieval import Evidence, bm25

from .attribution import text_around
from .composing import Part, VerifiedDraft, cite, compose
from .contradiction import affirms
from .corroboration import CorroborationFinder
from .coverage import unit_after
from .support import CHECKS, Checks

_CORRECTION_SHARE = 0.6
"""Share of an unsupported draft's content words in the sentence that stands in its place."""

_DRAFT, _QUESTION = 0.7, 0.3
"""Weights of nearness to the draft and to the question, in what a yes gives way to."""

_CLOSED = re.compile(r"[.!…。！][”’»\"')\]]*$")

_POINTING = re.compile(
    r"\W*(he|she|it|they|this|that|these|those|his|her|its|their)\b", re.IGNORECASE
)
"""The beginning of a sentence that says of whom or what it speaks in the one before it."""


def quote_articles(
    question: ParsedSentence,
    draft: VerifiedDraft,
    evidence: Sequence[Evidence],
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    checks: Checks = CHECKS,
) -> VerifiedDraft:
    """Return ``draft``, or the one sentence of an article that stands in its place.

    A quoted sentence is a citation of itself.

    Args:
        question: the stand-alone one.
        draft: the verified one.
        evidence: what the draft was written from, best first.
        hits: passages in which the other documents that say the same are looked up.
        embedder: for the nearness of the sentences.
        checks: the checks of a sentence to make.
    """
    draft_sentence = ParsedSentence(" ".join(sentence.text for sentence in draft.sentences))
    is_yes = asks_yes_or_no(question.text) and affirms(draft_sentence)
    if not draft_sentence.stems or (not is_yes and all(s.supported for s in draft.sentences)):
        return draft
    quotable = [item for item in evidence if _is_quotable(item)]
    if not quotable:
        return draft
    if is_yes:
        telling = [item for item in quotable if _tells_of(item, question)]
        if not telling:
            return draft
        quote = _nearest(question, draft_sentence, telling, embedder)
    else:
        quote = max(quotable, key=lambda item: item.sentence.stem_share(draft_sentence.stems))
        if not _corrects(quote, draft, question, evidence):
            return draft
    return _quotation(quote, draft, checks.corroborate(hits, embedder))


def _is_quotable(item: Evidence) -> bool:
    """Whether it is a whole sentence that tells something, a row of a table or an item, without
    markup and addresses; a headline or a question is none."""
    letters = "".join(item.text.split())
    bare = "".join(clean_draft(item.text).split()) == letters
    is_whole = item.is_under_context or bool(_CLOSED.search(letters))
    return bare and is_whole and not item.is_title and not letters.endswith("?")


def _nearest(
    question: ParsedSentence,
    draft_sentence: ParsedSentence,
    quotable: Sequence[Evidence],
    embedder: Embedder,
) -> Evidence:
    """The nearest to what was written and asked, of those that state most of the numbers and names
    that the question holds: a sentence about another room is as near as the one about this."""
    contexts = [ParsedSentence(_in_context(item)) for item in quotable]
    counts = [sum(map(context.states, question.claims)) for context in contexts]
    most = max(counts)
    about_it = [item for item, n in zip(quotable, counts, strict=True) if n == most]
    texts = [context.text for context, n in zip(contexts, counts, strict=True) if n == most]
    parts: list[tuple[float, list[float]]] = []
    both = (draft_sentence.text, question.text)
    for weight, text, vector in zip((_DRAFT, _QUESTION), both, embedder.embed(both), strict=True):
        parts.append((0.6 * weight, [float(vector @ item.vector) for item in about_it]))
        parts.append((0.4 * weight, bm25(text, texts)))
    scores = weighted_z_scores(*parts)
    return about_it[max(range(len(about_it)), key=lambda index: scores[index])]


def _tells_of(quote: Evidence, question: ParsedSentence) -> bool:
    """Whether a quote is prose, which may lean on what stands around it, an item that is a sentence
    ("name of the owner" in a list of what to send says neither yes nor no), or a row with a word of
    the question beside its names: the row of a moon of Neptune has nothing of rings. In German all
    nouns are written like names, and count."""
    if quote.block is not None and quote.block.kind == "item":
        return bool(_CLOSED.search(quote.text))
    if quote.block is None or quote.block.kind != "row":
        return True
    is_english = text_language() == "en"
    names = {stem for name in question.names if is_english for stem in content_stems(name.text)}
    words = set(question.stems) - names
    return not words or bool(words & set(ParsedSentence(_in_context(quote)).stems))


def _corrects(
    quote: Evidence, draft: VerifiedDraft, question: ParsedSentence, evidence: Sequence[Evidence]
) -> bool:
    """Whether a sentence of an article says what an unsupported draft should have said.

    It must hold the words of question and draft that any of the evidence holds (its title may),
    state what else the draft adds to the question, count the same things ("hours"), and name
    somebody where the draft named the wrong one. A draft about somebody of whom the source does not
    speak stays, with its mark.
    """
    if len(draft.sentences) > 1:
        return False
    draft_sentence, source = ParsedSentence(draft.sentences[0].text), quote.sentence
    missing = draft.sentences[0].unsupported
    if any(words.casefold() in question.text.casefold() for words in missing):
        return False
    stems = {*question.stems, *draft_sentence.stems} - set(content_stems(" ".join(missing)))
    stems &= set(content_stems(" ".join(item.with_title for item in evidence)))
    if source.stem_share(draft_sentence.stems) < _CORRECTION_SHARE:
        return False
    if ParsedSentence(quote.with_title).stem_share(stems) < 1:
        return False
    new = [claim for claim in draft_sentence.claims if not question.states(claim)]
    wrong = [claim for claim in new if any(claim.text in words for words in missing)]
    units = {unit_after(number.text, source.text) for number in source.numbers} - {None}
    other_names = [claim for claim in source.names if not question.states(claim)]
    return (
        all(source.states(claim) for claim in new if claim not in wrong)
        and all(unit_after(c.text, draft_sentence.text) in units for c in wrong if c.is_number)
        and (bool(other_names) or all(claim.is_number for claim in wrong))
    )


def _quotation(
    quote: Evidence, draft: VerifiedDraft, corroboration: CorroborationFinder
) -> VerifiedDraft:
    """The answer that is ``quote`` alone, cited from where it stands."""
    same = (citation for citation in draft.citations if citation.place == quote.place)
    citation = next(same, None) or replace(
        cite(1, quote), also=corroboration.find(quote, quote.sentence, {quote.document.id})
    )
    sentence = Sentence(" ".join(quote.text.split()), 0, 0, (), 1.0, True, quoted=True)
    return compose([Part(sentence, (citation,))], draft.left_out)


def _in_context(item: Evidence) -> str:
    """Its title and its words, behind the sentence before it where they point back there."""
    return text_around(item, 1, 0) if _POINTING.match(item.text) else item.with_title
