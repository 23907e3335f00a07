"""An answer in the reader's language: its prose translated and compared, its quotes as they are."""

from __future__ import annotations

from dataclasses import replace

from sourcebook.rag.answer import Answer, Sentence
from sourcebook.rag.verification import Part, VerifiedDraft, compose, parts_of, remark

from .languages import Direction
from .terms import keeps_negation, keeps_terms
from .translator import Translator

MOST_SENTENCES = 4
"""Sentences that are translated; a longer text stays in the articles' words."""

_PHRASES = {
    "de": {
        "original": "Im Wortlaut der Artikel, die in einer anderen Sprache sind:",
        "refusal": "Ihre Artikel beantworten das nicht.",
    },
    "es": {
        "original": "En las palabras de los artículos, que están en otro idioma:",
        "refusal": "Sus artículos no responden a esto.",
    },
    "fr": {
        "original": "Dans les mots des articles, qui sont dans une autre langue :",
        "refusal": "Vos articles ne répondent pas à cela.",
    },
    "it": {
        "original": "Con le parole degli articoli, che sono in un’altra lingua:",
        "refusal": "I suoi articoli non rispondono a questo.",
    },
}
_ENGLISH = {
    "original": "In the words of the articles, which are in another language:",
    "refusal": "Your articles do not answer this.",
}


def translate_answer(answer: Answer, direction: Direction, translator: Translator) -> Answer:
    """Return an answer with its prose in the reader's language.

    Each sentence was verified in the articles' language; its translation stands in its place where
    it keeps the numbers, codes and names. What stays in the articles' words is led in.

    Args:
        answer: in the articles' language, verified.
        direction: the two languages.
        translator: asked once for each sentence of prose.

    Raises:
        ModelError: the model cannot run.
    """
    phrases = _PHRASES.get(direction.reader, _ENGLISH)
    if answer.abstained:
        return replace(answer, text=phrases["refusal"])
    if answer.stopped:
        return answer
    draft = VerifiedDraft(answer.text, answer.sentences, answer.citations, answer.left_out)
    prose = [s for s in answer.sentences if s.form == "sentence"]
    parts: list[Part] = []
    is_led_in = False
    for part in parts_of(draft):
        sentence = part.sentence
        if sentence.form == "sentence" and len(prose) <= MOST_SENTENCES:
            translated = _translate(sentence, direction, translator)
            if translated:
                parts.append(Part(translated, part.citations))
                continue
        if sentence.citations and not is_led_in:
            parts.append(remark(phrases["original"]))
            is_led_in = True
        parts.append(part)
    reply = compose(parts, answer.left_out)
    return replace(answer, text=reply.text, sentences=reply.sentences, citations=reply.citations)


def _translate(sentence: Sentence, direction: Direction, translator: Translator) -> Sentence | None:
    """The sentence in the reader's language; None where the translation lost something."""
    text = translator.translate(sentence.text, direction.articles, direction.reader, "sentence")
    if not text or not keeps_terms(sentence.text, text, direction.articles):
        return None
    if not keeps_negation(sentence.text, text, direction.articles, direction.reader):
        return None
    return replace(sentence, text=text, quoted=False, unsupported=(), contrary=None)
