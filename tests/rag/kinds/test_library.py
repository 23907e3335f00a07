"""Questions about the library itself: computed exactly, cited, and in the reader's language."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from described import make_described

from sourcebook.index import Filters, Library, make_document
from sourcebook.rag import Answer, Chatbot, Turn
from sourcebook.rag.testing import ScriptedModel

NOW = datetime(2024, 6, 1, tzinfo=UTC)
ARTICLES = [
    # title, author, source, month, text, media type
    ("Quay to be widened", "Orla Fenwick", "Marwick Courier", 1,
     "The harbour board met in Marwick. It agreed to widen the quay. No refund is planned.",
     "text/markdown"),
    ("Swimming pool closed", "Bruno Kask", "Marwick Courier", 2,
     "The pool in Quay Street is closed. Refunds are paid in Tallberg.", "text/markdown"),
    ("New ferry to Skerry", "Lise Holm and Bruno Kask", "Island Post", 3,
     "The ferry sails from Marwick and from Tallberg at noon.", "text/html"),
    ("Minutes of 4 April", None, None, 4,
     "Minutes of 4 April\nPresent: five members. The roof leaks again.", "text/plain"),
    ("Minutes of 2 May", None, None, 5,
     "Minutes of 2 May\nMinutes taken by Ann Lee, secretary\nPresent: four members.", "text/plain"),
    ("Re: the boiler", "Tom Okafor", None, None,
     "The boiler is cold. Please call the plumber.", "message/rfc822"),
]  # fmt: skip


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_documents(
        make_described(
            title,
            text,
            author=author,
            source=source,
            month=month,
            media_type=media_type,
            path=f"/articles/{number}.txt",
        )
        for number, (title, author, source, month, text, media_type) in enumerate(ARTICLES)
    )
    return library


def ask(library: Library, question: str, filters: Filters | None = None) -> Answer:
    model = ScriptedModel("The quay is widened.")
    answer = Chatbot(library, model=model).ask(question, now=NOW, filters=filters)
    assert answer.kind != "library" or model.prompts == []
    return answer


def lines(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


@pytest.mark.parametrize(
    ("question", "first", "titles"),
    [
        ("How many articles do I have?", "The library holds 6 articles.", []),
        ("How many documents mention Marwick?", "2 of 6 documents mention “Marwick”.",
         ["Quay to be widened", "New ferry to Skerry"]),
        ("Which articles mention a refund?", "2 of 6 articles mention “refund” (or “refunds”).",
         ["Quay to be widened", "Swimming pool closed"]),
        ("Which articles mention both Marwick and Tallberg?",
         "1 of 6 articles mentions “Marwick” and “Tallberg”.", ["New ferry to Skerry"]),
        ("Which articles mention Marwick or the plumber?",
         "3 of 6 articles mention “Marwick” or “plumber”.",
         ["Quay to be widened", "New ferry to Skerry", "Re: the boiler"]),
        ("How many articles mention Geneva?", "None of the 6 articles mentions “Geneva”.", []),
        ("Which documents do not mention the quay?", "4 of 6 documents do not mention “quay”.",
         ["New ferry to Skerry", "Minutes of 4 April", "Minutes of 2 May", "Re: the boiler"]),
        ("What do I have about the quay?",
         "2 of 6 articles mention “quay”, 1 of them in the title.",
         ["Quay to be widened", "Swimming pool closed"]),
        ("How many articles did Bruno Kask write?", "2 of 6 articles are by Bruno Kask.",
         ["Swimming pool closed", "New ferry to Skerry"]),
        ("Which articles are from the Marwick Courier?",
         "2 of 6 articles are from Marwick Courier.",
         ["Quay to be widened", "Swimming pool closed"]),
        ("How many articles were published since March 2024?",
         "3 of 6 articles were published since March 2024.",
         ["New ferry to Skerry", "Minutes of 4 April", "Minutes of 2 May"]),
        ("How many e-mails do I have?", "1 of 6 documents is an e-mail.", ["Re: the boiler"]),
        ("How many sets of minutes do I have?",
         "2 of 6 documents have “minutes” in their title or file name.",
         ["Minutes of 4 April", "Minutes of 2 May"]),
        ("Which articles have no date?", "1 of 6 articles names no date.", ["Re: the boiler"]),
        ("Wie viele Artikel erwähnen Marwick?", "2 von 6 Artikeln erwähnen „Marwick“.",
         ["Quay to be widened", "New ferry to Skerry"]),
        ("Welche Artikel sind im Januar 2024 erschienen?",
         "1 von 6 Artikeln ist im Januar 2024 erschienen.", ["Quay to be widened"]),
    ],
)  # fmt: skip
def test_documents_are_counted_and_named(
    filled: Library, question: str, first: str, titles: list[str]
) -> None:
    answer = ask(filled, question)
    assert answer.kind == "library"
    said, *items = lines(answer)
    assert said == first
    assert [item.partition(" (")[0] for item in items] == titles
    assert all(sentence.citations for sentence in answer.sentences[1:])


def test_an_item_cites_the_sentence_that_mentions_it(filled: Library) -> None:
    answer = ask(filled, "Which articles mention Tallberg?")
    assert [citation.quote for citation in answer.citations] == [
        "Refunds are paid in Tallberg.",
        "The ferry sails from Marwick and from Tallberg at noon.",
    ]
    for citation in answer.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which is the newest article?",
         ["The newest of 5 articles is “Minutes of 2 May”, published on 10 May 2024.",
          "1 article without a date left out."]),
        ("What is the longest document?",
         ["The longest of 6 documents is “Quay to be widened”, with 16 words."]),
        ("Who wrote the article about the quay?", ["“Quay to be widened” is by Orla Fenwick."]),
        ("Who wrote “New ferry to Skerry”?",
         ["“New ferry to Skerry” is by Lise Holm and Bruno Kask."]),
        ("Who wrote the minutes of 4 April?", ["“Minutes of 4 April” names no author."]),
        ("Who wrote the newest minutes?", ["“Minutes of 2 May” is by Ann Lee."]),
        ("When was the article about the pool published?",
         ["“Swimming pool closed” was published on 10 February 2024."]),
        ("Wer hat den Artikel über die Fähre geschrieben?", None),
        ("Wer hat den Artikel über Skerry geschrieben?",
         ["„New ferry to Skerry“ ist von Lise Holm und Bruno Kask."]),
        ("Welcher Artikel ist der älteste und wann ist er erschienen?",
         ["Der älteste von 5 Artikeln ist „Quay to be widened“, erschienen am 10. Januar 2024.",
          "1 Artikel ohne Datum nicht berücksichtigt."]),
        ("Who are the authors?",
         ["5 authors of 6 articles; 1 names none:", "Bruno Kask: 2 articles", "Ann Lee: 1 article",
          "Lise Holm: 1 article", "Orla Fenwick: 1 article", "Tom Okafor: 1 article"]),
        ("Which newspapers do I have?",
         ["2 sources of 6 articles; 3 name none:", "Marwick Courier: 2 articles",
          "Island Post: 1 article"]),
    ],
)  # fmt: skip
def test_what_is_known_of_documents(filled: Library, question: str, said: list[str] | None) -> None:
    answer = ask(filled, question)
    if said is None:
        assert answer.kind != "library"
    else:
        assert lines(answer) == said


def test_a_question_may_ask_two_things(filled: Library) -> None:
    answer = ask(filled, "How many sets of minutes do I have, and who wrote the latest of them?")
    first, *_, last = lines(answer)
    assert first.startswith("2 of 6 documents")
    assert last == "“Minutes of 2 May” is by Ann Lee."
    answer = ask(filled, "How many articles did Bruno Kask write, and what are their titles?")
    assert len(lines(answer)) == 3


@pytest.mark.parametrize(
    ("first", "then", "said"),
    [
        ("Which is the newest article?", "Who wrote it?", ["“Minutes of 2 May” is by Ann Lee."]),
        ("How many e-mails do I have?", "Which ones?", ["Re: the boiler"]),
        ("Which articles did Bruno Kask write?", "And which is the newest of them?",
         ["The newest of 2 articles is “New ferry to Skerry”, published on 10 March 2024."]),
        ("Which articles mention Marwick?", "How many of them mention Tallberg?",
         ["1 of 2 articles mentions “Tallberg”.", "New ferry to Skerry (10 March 2024)"]),
        ("Welcher Artikel ist der älteste?", "Und wer hat ihn geschrieben?",
         ["„Quay to be widened“ ist von Orla Fenwick."]),
    ],
)  # fmt: skip
def test_a_turn_may_ask_of_the_documents_of_the_last_one(
    filled: Library, first: str, then: str, said: list[str]
) -> None:
    chatbot = Chatbot(filled, model=ScriptedModel("The quay is widened."))
    turn = Turn(first, chatbot.ask(first, now=NOW).text)
    assert lines(chatbot.ask(then, history=[turn], now=NOW)) == said


def test_topics_are_the_titles(filled: Library) -> None:
    answer = ask(filled, "What topics are in my library?")
    assert [line.partition(" (")[0] for line in lines(answer)[1:]] == [row[0] for row in ARTICLES]


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the symphony?",
        "How many documents do I need for the ferry?",
        "Who wrote the article about the moon landing?",
        "When was the quay published?",
    ],
)
def test_what_is_not_about_the_library_is_answered_from_the_articles(
    filled: Library, question: str
) -> None:
    assert ask(filled, question).kind != "library"


def test_a_day_that_the_library_does_not_know_is_looked_for_in_that_article_alone(
    filled: Library,
) -> None:
    answer = ask(filled, "When was the e-mail about the boiler sent?")
    assert answer.kind == "fact"
    assert {place.document.title for place in (*answer.places, *answer.nearest)} == {
        "Re: the boiler"
    }


def test_the_callers_filters_hold(filled: Library) -> None:
    filters = Filters(sources=frozenset({"Marwick Courier"}))
    assert lines(ask(filled, "How many articles are there?", filters)) == [
        "The library holds 2 articles."
    ]
    assert lines(ask(filled, "How many articles mention Tallberg?", filters))[0] == (
        "1 of 2 articles mentions “Tallberg”."
    )


def test_long_lists_say_how_many_more_there_are(library: Library) -> None:
    library.add_documents(
        make_document(f"Report {n} tells of the harbour.", title=f"Report {n}") for n in range(40)
    )
    answer = ask(library, "Which documents mention the harbour?")
    assert lines(answer)[0] == "40 of 40 documents mention “harbour”."
    assert lines(answer)[-1] == "And 10 more."
    assert len(answer.citations) == 30
    assert lines(ask(library, "How many documents mention the harbour?"))[-1] == "And 28 more."


def test_an_empty_library_says_so(library: Library) -> None:
    answer = ask(library, "How many articles are there?")
    assert answer.abstained
    assert answer.text == "There are no articles to answer from yet."


def test_an_answer_is_there_at_once(filled: Library) -> None:
    ask(filled, "How many articles mention Marwick?")
    start = time.perf_counter()
    ask(filled, "Which articles mention Tallberg?")
    assert time.perf_counter() - start < 0.5  # 0.1 s on a quiet machine
