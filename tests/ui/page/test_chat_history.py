"""A follow-up question is told the words of an answer before it, not the product's remarks."""

from __future__ import annotations

from sourcebook.rag.answer import Answer, Sentence
from sourcebook.ui.page.html.exchange import answer_words


def test_a_remark_of_the_product_is_no_part_of_what_was_answered() -> None:
    sentences = (
        Sentence("Im Wortlaut der Artikel:", 0, 24, (), 1.0, True, form="note"),
        Sentence("The port is 7455.", 25, 42, (1,), 1.0, True, quoted=True),
    )
    answer = Answer("Welcher Port?", "Which port?", "", sentences, (), False, 0.9)
    assert answer_words(answer) == ["The port is 7455."]
