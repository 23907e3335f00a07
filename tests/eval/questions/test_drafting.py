"""Questions drafted from articles: only what can be checked is kept."""

from __future__ import annotations

import threading

import pytest

from sourcebook.eval import EvaluationError
from sourcebook.eval.questions.dataset import parse_jsonl, write_jsonl
from sourcebook.eval.questions.drafting import DraftProgress, draft
from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel

ARTICLE = (
    "Wendy Sherman met Sergei Ryabkov in Geneva on Monday for talks. "
    "He left early. "
    "The delegation of Poland proposed a new forum in Vienna on Thursday."
)


@pytest.fixture
def news(library: Library) -> Library:
    library.add_documents([make_document(ARTICLE, title="Talks")])
    return library


def writes(text: str, *, odds: float = -5.0) -> ScriptedModel:
    return ScriptedModel(text, log_odds=odds)


GOOD = "Question: Whom did Wendy Sherman meet in Geneva on Monday?\nAnswer: Sergei Ryabkov"


def test_a_good_draft_keeps_its_sentence_as_evidence(news: Library) -> None:
    (question,) = draft(Chatbot(news, model=writes(GOOD)), 1)
    assert question.id == "q001"
    assert question.answers == ("Sergei Ryabkov",)
    assert question.evidence[0].quote == ARTICLE.split(" He left", maxsplit=1)[0]
    assert parse_jsonl(write_jsonl([question])) == [question]


@pytest.mark.parametrize(
    "reply",
    [
        "I cannot do that.",
        "Question: Whom did Sherman meet in Geneva on Monday?",  # no answer
        "Question: What does the sentence say of Geneva?\nAnswer: talks",  # points at its source
        "Question: Whom did she meet in Geneva on Monday?\nAnswer: Sergei Ryabkov",  # who is she?
        "Question: Who is it?\nAnswer: Sergei Ryabkov",  # too short to be found
        "Question: Whom did Sherman meet in Geneva on Monday?\nAnswer: Putin",  # stands nowhere
        "Question: Did Sherman meet Ryabkov in Geneva on Monday?\nAnswer: Ryabkov",  # given away
    ],
)
def test_a_draft_that_fails_a_check_is_dropped(reply: str, news: Library) -> None:
    assert list(draft(Chatbot(news, model=writes(reply)), 1)) == []


def test_a_question_whose_sentence_is_not_found_is_dropped(library: Library) -> None:
    others = [
        make_document(f"Bananas from Ecuador cost {n} dollars on Monday in Quito.", title=f"B{n}")
        for n in range(20)
    ]
    library.add_documents([make_document(ARTICLE, title="Talks"), *others])
    reply = "Question: Which dollars did bananas from Ecuador cost in Quito?\nAnswer: Poland"
    assert list(draft(Chatbot(library, model=writes(reply)), 1)) == []


def test_unanswerable_drafts_are_marked_for_the_user(news: Library) -> None:
    replies = iter(range(100))

    def reply(prompt: Prompt) -> str:
        if "asks for" in prompt[-1].content:
            return "Question: How old was Wendy Sherman when she came to Geneva?".replace(
                "she", "the"
            )
        words = "Sergei Ryabkov" if "Ryabkov" in prompt[-1].content else "a new forum"
        return f"Question: What about Poland or Sherman, number {next(replies)}?\nAnswer: {words}"

    documents = [
        make_document(ARTICLE.replace("Monday", f"{n} May"), title=f"T{n}") for n in range(8)
    ]
    news.add_documents(documents)
    questions = list(draft(Chatbot(news, model=ScriptedModel(reply, log_odds=-5.0)), 5))
    assert [q.answerable for q in questions].count(False) == 1
    (check,) = [q for q in questions if not q.answerable]
    assert check.id == "check001"
    assert check.answers == ()
    assert check.evidence[0].quote == ""


def test_an_unanswerable_draft_that_the_article_answers_is_dropped(news: Library) -> None:
    assert list(draft(Chatbot(news, model=writes(GOOD, odds=5.0)), 5))[1:] == []


def test_drafting_reports_and_stops(news: Library) -> None:
    progress: list[DraftProgress] = []
    list(draft(Chatbot(news, model=writes(GOOD)), 1, on_progress=progress.append))
    assert (progress[-1].done, progress[-1].total) == (1, 1)
    stop = threading.Event()
    stop.set()
    assert list(draft(Chatbot(news, model=writes(GOOD)), 1, stop=stop)) == []


def test_a_library_without_telling_sentences_is_said(library: Library) -> None:
    library.add_documents([make_document("Nothing here.", title="Empty")])
    with pytest.raises(EvaluationError, match="no sentence to ask about"):
        list(draft(Chatbot(library, model=writes(GOOD)), 3))
