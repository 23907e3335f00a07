"""The scores of a question whose answer must make points, and the figures of each kind."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sourcebook.eval.metrics import KindRow, LexicalJudge, compute_figures, rows_by_kind, scoring
from sourcebook.eval.questions import EvalQuestion, GoldLocations
from sourcebook.index import make_document
from sourcebook.rag.answer import Answer, Citation, Form, Sentence
from sourcebook.rag.testing import HashEmbedder

ARTICLE = make_document("A job is stopped by SIGTERM. Ctrl+C stops it too. It has a queue.")
LIST = EvalQuestion(
    "l",
    "What stops a job?",
    (),
    True,
    kind="list",
    points=(("SIGTERM",), ("SIGINT", "Ctrl+C"), ("SIGHUP",)),
    needed=2,
    forbidden=("SIGKILL",),
)
HELLO = EvalQuestion("h", "Hello!", (), True, kind="small-talk")
NONE = EvalQuestion("n", "What starts a job?", (), False, kind="none")


def sentence(text: str, form: Form = "item", *, row: str | None = None) -> Sentence:
    """Return a sentence; with a source where the article says it, else the product's own words."""
    is_cited = text in ARTICLE.text
    supported = is_cited or form in ("note", "heading")
    return Sentence(
        text, 0, 0, (1,) if is_cited else (), 1.0, supported, form=form, quoted=is_cited, row=row
    )


def answer(*sentences: Sentence, abstained: bool = False, text: str | None = None) -> Answer:
    quote = next((s.text for s in sentences if s.citations), "")
    start = ARTICLE.text.index(quote)
    citations = (Citation(1, ARTICLE, "p", quote, start, start + len(quote)),) if quote else ()
    lines = [f"{s.text}{' [1]' if s.citations else ''}" for s in sentences]
    return Answer(
        question="?",
        standalone_question="?",
        text="\n".join(lines) if text is None else text,
        sentences=sentences,
        citations=citations,
        abstained=abstained,
        confidence=0.5,
        kind="list",
    )


def score(question: EvalQuestion, reply: Answer) -> dict[str, float]:
    judge = LexicalJudge(HashEmbedder())
    return scoring.score_answer(question, reply, GoldLocations(), judge, lambda _: ARTICLE)


def test_enough_points_make_a_right_answer() -> None:
    scores = score(
        LIST,
        answer(sentence("A job is stopped by SIGTERM."), sentence("Ctrl+C stops it too.")),
    )
    assert (scores["right"], scores["correct"], scores["correct_if_answered"]) == (1, 1, 1)
    assert scores["points_made"] == pytest.approx(2 / 3)
    assert scores["wrongly_refused"] == 0
    assert scores["kind_found"] == 1
    assert "f1" not in scores
    assert "rouge_l" not in scores


def test_a_missing_point_or_a_forbidden_word_makes_it_wrong() -> None:
    one = score(LIST, answer(sentence("A job is stopped by SIGTERM.")))
    assert one["right"] == 0
    assert one["points_made"] == pytest.approx(1 / 3)
    forbidden = score(LIST, answer(sentence("SIGTERM, SIGINT, SIGHUP and SIGKILL.", "sentence")))
    assert (forbidden["right"], forbidden["points_made"]) == (0, 1)


def test_a_refusal_makes_no_points_even_where_its_text_holds_them() -> None:
    scores = score(LIST, answer(abstained=True, text="Not found. Nearest: SIGTERM, Ctrl+C."))
    assert (scores["right"], scores["points_made"], scores["wrongly_refused"]) == (0, 0, 1)
    assert "sentences_needed" not in scores


def test_rows_columns_notes_and_the_brackets_of_code_are_read() -> None:
    question = EvalQuestion("t", "?", (), True, points=(("Leeks … 9.50",), ("items[0]",)), needed=2)
    cell = sentence("9.50", "cell", row="Leeks")
    code = sentence("print(items[0])", "code")
    reply = answer(cell, code, text="Leeks\n  Price: 9.50\nprint(items[0])")
    assert score(question, reply)["right"] == 1
    note = answer(sentence("Looked at SIGTERM and SIGINT.", "note"))
    assert score(LIST, note)["right"] == 1


def test_small_talk_is_right_when_it_is_no_refusal() -> None:
    greeting = answer(sentence("Hello! Ask me what your articles say.", "note"))
    scores = score(HELLO, greeting)
    assert scores["right"] == 1
    assert "points_made" not in scores
    assert "citation_recall" not in scores  # it claims nothing
    assert score(HELLO, answer(abstained=True, text="Not found."))["right"] == 0
    assert scoring.score_failure(HELLO, GoldLocations(), "rag")["right"] == 0


def test_what_is_computed_of_the_library_is_not_judged_by_what_it_cites() -> None:
    reply = answer(sentence("A job is stopped by SIGTERM."))
    assert score(LIST, reply)["citation_recall"] == 1
    assert "citation_recall" not in score(LIST, replace(reply, kind="library"))


def test_a_question_without_an_answer_is_right_when_refused() -> None:
    assert score(NONE, answer(abstained=True, text="Not found."))["correct"] == 1
    invented = score(NONE, answer(sentence("A job is stopped by SIGTERM.")))
    assert (invented["correct"], invented["unanswerable_rejected"]) == (0, 0)
    assert "squad2_f1" not in invented
    assert "kind_found" not in invented  # "none" is no kind that a question shows


def test_supported_sentences_that_make_a_point_were_needed() -> None:
    scores = score(
        LIST,
        answer(
            sentence("Signals", "heading"),
            sentence("A job is stopped by SIGTERM."),
            sentence("Ctrl+C stops it too."),
            sentence("It has a queue."),
            sentence("SIGHUP stops it."),  # stands in no source
            sentence("Looked at 3 passages.", "note"),
        ),
    )
    assert scores["sentences"] == 4  # without heading and note
    assert scores["unsupported_sentences"] == 1
    assert (scores["sentences_needed"], scores["sentences_supported"]) == (2, 3)
    figures = compute_figures([scores])
    assert figures["needed"].value == pytest.approx(2 / 3)
    assert figures["unsupported_printed"].value == 1
    assert figures["unsupported"].value == pytest.approx(1 / 4)


def test_the_row_of_a_kind_counts_its_questions() -> None:
    right, wrong = {"correct": 1.0, "total": 2.0}, {"correct": 0.0, "total": 4.0}
    refused = {"correct": 0.0, "wrongly_refused": 1.0, "total": 9.0}
    good_refusal = {"correct": 1.0, "unanswerable_rejected": 1.0}
    rows = rows_by_kind(
        [
            ("zoo", right),
            ("list", right),
            ("none", good_refusal),
            ("list", wrong),
            ("list", right),
            ("list", refused),
        ]
    )
    assert [row.kind for row in rows] == ["list", "none", "zoo", "all"]
    of_lists = rows[0]
    assert of_lists.right
    assert (of_lists.n, of_lists.right.value, of_lists.right.n) == (4, 2 / 4, 4)
    assert (of_lists.refused, of_lists.wrongly_refused) == (1, 1)
    assert (of_lists.first_words, of_lists.total) == (None, 3)  # the middle of 2, 2, 4, 9
    none = rows[1]
    assert none.right
    # Clopper and Pearson for 1 of 1: from 0.025 to 1.
    assert none.right.low == pytest.approx(0.025)
    assert none.right.high == 1
    assert (none.refused, none.wrongly_refused, none.total) == (1, 0, None)
    everything = rows[-1]
    assert everything.right
    assert (everything.n, everything.right.value, everything.refused) == (6, 4 / 6, 2)
    assert [KindRow.from_dict(row.to_dict()).to_dict() for row in rows] == [
        row.to_dict() for row in rows
    ]


def test_one_kind_needs_no_row_over_all() -> None:
    assert [row.kind for row in rows_by_kind([("list", {"correct": 1.0})])] == ["list"]
    assert rows_by_kind([]) == []
    assert rows_by_kind([("list", {"rouge_l": 0.4})])[0].right is None
