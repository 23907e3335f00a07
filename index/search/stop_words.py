"""Words too common to tell passages apart."""

from __future__ import annotations

from collections.abc import Collection

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "should",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)
"""Those of English."""

_OTHERS = {
    "de": """
    aber alle allem allen aller alles als also am an ander andere anderen anderer auch auf aus
    bei beim bin bis bist da dabei dadurch dafür dagegen daher damit dann daran darauf darf
    darin darüber das dass dazu daß dein deine dem den denn der deren des dessen die dies diese
    diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwa
    etwas euch euer eure für gegen gibt hab habe haben hat hatte hatten hier hin ich ihm ihn
    ihnen ihr ihre ihrem ihren ihrer im in indem ins ist ja jede jedem jeden jeder jedes jene
    kann kein keine keinem keinen keiner können könnte man mein meine mich mir mit muss musste
    müssen nach nicht noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit
    selbst sich sie sind so solche soll sollte sondern sowie um und uns unser unter vom von vor
    wann war waren warum was weil welche welchem welchen welcher welches wem wen wenn wer werde
    werden weshalb wessen wie wieder wieso will wir wird wo wodurch woher wohin wollen wollte
    womit worin worum wurde wurden würde würden zu zum zur zwar zwischen über
    """,
    "es": """
    a al algo algunas algunos ante antes como con contra cuál cuáles cuándo cuánta cuántas
    cuánto cuántos de del desde donde durante dónde e el ella ellas ellos en entre era es esa
    ese eso esta este esto está están fue fueron ha había han hasta hay la las le les lo los me
    mi muy más ni no nos o otra otro para pero por porque puede que quién quiénes qué se sea
    según ser si sin sobre son su sus también te tiene tienen todo todos tu un una uno unos y ya
    yo
    """,
    "fr": """
    au aux avec ce ces cette combien comment dans de des du elle elles en est et il ils je l la
    le les leur leurs lui ma mais me mes mon n ne nos notre nous on ont ou où par pas pour
    pourquoi quand que quel quelle quelles quels qui quoi s sa se ses son sont sur ta te tes ton
    tu un une vos votre vous y à été être
    """,
}

STOP_WORDS_BY_LANGUAGE = {
    "en": STOP_WORDS,
    **{language: frozenset(words.split()) for language, words in _OTHERS.items()},
}
"""By the codes of languages."""

_OWN = {
    language: words
    - frozenset().union(*(w for other, w in STOP_WORDS_BY_LANGUAGE.items() if other != language))
    for language, words in STOP_WORDS_BY_LANGUAGE.items()
}


def stop_words_in(terms: Collection[str]) -> frozenset[str]:
    """Return the stop words of the language that most stop words of a text are of.

    Args:
        terms: the words of the text, in small letters.
    """
    counts = {language: len(words.intersection(terms)) for language, words in _OWN.items()}
    best = max(counts, key=lambda language: counts[language])
    return STOP_WORDS_BY_LANGUAGE[best if counts[best] > counts["en"] else "en"]
