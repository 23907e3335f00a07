"""Filters that a question names: found, applied where they are meant, and taken away again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Filters, Library, make_document
from sourcebook.index.search.names import Contents, name_key
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.language.calendar import DateRange
from sourcebook.rag.question.filters import QuestionFilter, find_filters, reporting_period
from sourcebook.rag.question.understanding import understand
from sourcebook.rag.retrieval.passages import retrieve
from sourcebook.rag.testing import ScriptedModel

NOW = datetime(2022, 1, 27, 12, tzinfo=UTC)
ROWS = [
    ("a", "Bridges of the north", "The Irish Times", "Ann O'Hara", "2021-12-03T10:00:00+00:00"),
    ("b", "Allies meet", "NATO", None, "2021-12-20T10:00:00+00:00"),
    (
        "c",
        "Rates rise again this spring",
        "irishtimes.com",
        "Lee Wong",
        "2022-01-13T10:00:00+00:00",
    ),
    ("d", "A new comet is seen", "Nature", "Ann O'Hara", None),
    ("e", "Storm", "BBC News", None, "2022-01-20T10:00:00+00:00"),
    ("f", "Talks", "Süddeutsche Zeitung", None, "2022-01-21T10:00:00+00:00"),
]
CONTENTS = Contents.of(ROWS)


def named(question: str, ignore: frozenset[str] = frozenset()) -> list[QuestionFilter]:
    return list(find_filters(question, CONTENTS, NOW, ignore))


@pytest.mark.parametrize(
    ("question", "text", "key"),
    [
        ("According to the Irish Times, who won?", "Irish Times", "source:irishtimes"),
        ("according to irish times who won?", "irish times", "source:irishtimes"),
        ("What does irishtimes.com write about rates?", "irishtimes.com", "source:irishtimescom"),
        ("What did the IRISH TIMES report?", "IRISH TIMES", "source:irishtimes"),
        ("Who won, as reported by the Irish Times?", "Irish Times", "source:irishtimes"),
        ("Was it in the Irish Times?", "Irish Times", "source:irishtimes"),
        ("What does NATO say about Ukraine?", "NATO", "source:nato"),
        ("What did Nato say about Ukraine?", "Nato", "source:nato"),
        ("What do NATO's reports say?", "NATO", "source:nato"),
        ("What happened according to the BBC?", "BBC", "source:bbc"),
        ("What is the news from BBC News?", "BBC News", "source:bbcnews"),
        ("What does Suddeutsche Zeitung say?", "Suddeutsche Zeitung", "source:suddeutschezeitung"),
        ("What was published in Nature?", "Nature", "source:nature"),
        ("What do the articles by Ann O'Hara say?", "Ann O'Hara", "author:annohara"),
        ("What does Lee Wong write about rates?", "Lee Wong", "author:leewong"),
        ("What is said in “Allies meet”?", "Allies meet", "title:alliesmeet"),
        ("Who is in A new comet is seen?", "A new comet is seen", "title:anewcometisseen"),
    ],
)
def test_a_source_of_the_library_is_named(question: str, text: str, key: str) -> None:
    (found,) = [f for f in named(question) if f.kind == "source"]
    assert (found.text, found.key) == (text, key)
    assert question[found.start : found.end] == text
    assert found.strict


@pytest.mark.parametrize(
    "question",
    [
        "When did NATO expel the Russian mission?",
        "Which countries are in NATO?",
        "What happened after NATO said that it would grow?",
        "Is it in the nature of comets to burn?",
        "Why is nature important?",
        "Does nature heal?",
        "What does Reuters say?",
        "Who met Ann O'Hara in Dublin?",
        "How do talks end?",
        "What is a storm?",
        "Who owns bridges?",
        "Who is the editor of the Irish Times?",
        "Who owns the Irish Times?",
    ],
)
def test_a_topic_is_no_source(question: str) -> None:
    assert [f for f in named(question) if f.kind == "source"] == []


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("What is in the January reports?", "Published January 2022"),
        ("What was in last week's articles?", "Published 17–23 January 2022"),
        ("What do the articles from December say?", "Published December 2021"),
        ("What do reports published since 10 January say?", "Published since 10 January 2022"),
        ("Who met, according to NATO in December?", "Published December 2021"),
        ("What did NATO say in December about it?", "Published December 2021"),
        ("What did the Irish Times report on 13 January?", "Published 13 January 2022"),
        ("Who won in Thursday's Irish Times?", "Published 27 January 2022"),
        ("only from 2021", "Published 2021"),
        ("I only want what was written in 2021", "Published 2021"),
    ],
)
def test_a_time_of_reporting_limits_the_search(question: str, label: str) -> None:
    (found,) = [f for f in named(question) if f.kind == "date"]
    assert (found.strict, found.label) == (True, label)


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("What happened in December?", "Prefer December 2021"),
        ("Who met on Thursday?", "Prefer 27 January 2022"),
        ("According to the Irish Times, what happened in December?", "Prefer December 2021"),
        ("Who won the election of 2021?", "Prefer 2021"),
        ("Was the toll taken only from 2021?", "Prefer 2021"),
    ],
)
def test_a_time_of_the_event_is_a_preference(question: str, label: str) -> None:
    (found,) = [f for f in named(question) if f.kind == "date"]
    assert (found.strict, found.label) == (False, label)


def test_all_forms_of_a_source_are_searched_together() -> None:
    (found,) = named("What does the Irish Times say?")
    assert getattr(found.value, "values", None) == {"The Irish Times", "irishtimes.com"}


def test_a_filter_that_was_taken_away_is_not_named_again() -> None:
    question = "Who met, according to NATO in December?"
    keys = [f.key for f in named(question)]
    assert keys == ["source:nato", "date:2021-12-01..2021-12-31"]
    assert [f.key for f in named(question, frozenset(keys[:1]))] == [keys[1]]
    assert named(question, frozenset(keys)) == []


def test_what_happened_is_reported_a_while_after() -> None:
    one = date(2022, 1, 13)
    assert reporting_period(DateRange(one, one)) == DateRange(one, date(2022, 1, 16))
    month = DateRange(date(2021, 12, 1), date(2021, 12, 31))
    assert reporting_period(month).last == date(2022, 1, 15)  # 31 // 2 = 15 days
    assert reporting_period(DateRange(one, None)) == DateRange(one, None)


@given(st.text(max_size=80))
def test_any_question_may_name_filters_and_offsets_hold(question: str) -> None:
    for found in named(question):
        assert question[found.start : found.end] == found.text


@given(st.text(max_size=40))
def test_a_name_has_the_same_key_in_any_case(name: str) -> None:
    if name.upper().casefold() == name.casefold():
        assert name_key(name.upper()) == name_key(name.casefold())


# --- in a library -----------------------------------------------------------------------------


@pytest.fixture
def news(library: Library) -> Library:
    def article(text: str, source: str, published: str | None, author: str | None = None) -> None:
        moment = datetime.fromisoformat(published) if published else None
        document = make_document(
            text,
            title=text.split(".", maxsplit=1)[0],
            source=source,
            author=author,
            published=moment,
            path=text,
        )
        library.add_documents([document])

    for text, source, published in (
        (
            "The dam holds 10 million litres of water, engineers say.",
            "Harbour Paper",
            "2021-12-05T09:00:00+00:00",
        ),
        (
            "The dam holds 12 million litres of water, engineers say now.",
            "Hill Paper",
            "2021-12-28T23:30:00-05:00",
        ),
        (
            "The dam holds 15 million litres of water, engineers report.",
            "Harbour Paper",
            "2022-01-13T09:00:00+01:00",
        ),
        ("The dam was built of stone by two hundred workers, and holds water.", "Hill Paper", None),
        (
            "A market sells fish and bread in the harbour every morning.",
            "Hill Paper",
            "2022-01-20T09:00:00+00:00",
        ),
    ):
        article(text, source, published)
    return library


def ask(library: Library, question: str, **more: object) -> Answer:
    model = ScriptedModel()
    return Chatbot(library, model=model).ask(question, now=NOW, **more)  # type: ignore[arg-type]


def documents(answer: Answer) -> set[str | None]:
    return {citation.document.source for citation in answer.citations or answer.nearest}


def test_a_named_source_limits_the_answer_and_is_shown(news: Library) -> None:
    answer = ask(news, "According to the Hill Paper, how much water does the dam hold?")
    assert documents(answer) == {"Hill Paper"}
    (chip,) = answer.filters
    assert (chip.kind, chip.label, chip.applied) == ("source", "Hill Paper", True)
    assert answer.to_dict()["filters"][0]["key"] == "source:hillpaper"


def test_asked_again_without_a_filter_all_sources_answer(news: Library) -> None:
    question = "According to the Hill Paper, how much water does the dam hold?"
    (chip,) = ask(news, question).filters
    again = ask(news, question, ignore={chip.key})
    assert again.filters == ()
    assert again.record["ignored"] == [chip.key]


def test_source_and_time_together(news: Library) -> None:
    hits, asked = retrieve(
        news,
        understand(
            "How much water, according to the Harbour Paper in December?",
            sources=news.contents(),
            now=NOW,
        ),
        8,
        None,
    )
    assert [hit.document.published for hit in hits] == [datetime(2021, 12, 5, 9, tzinfo=UTC)]
    assert [f.applied for f in asked.filters] == [True, True]


def test_a_day_is_the_one_the_article_shows(news: Library) -> None:
    # Half past eleven in the evening there is the next morning in UTC.
    hits, _ = retrieve(
        news,
        understand("What do the articles from 28 December say?", sources=news.contents(), now=NOW),
        8,
        None,
    )
    assert [hit.document.source for hit in hits] == ["Hill Paper"]


def test_a_limit_that_leaves_nothing_is_dropped_and_said(news: Library) -> None:
    answer = ask(news, "What did the Harbour Paper report in March 2019 about the dam?")
    assert documents(answer) == {"Harbour Paper"}
    assert [(f.kind, f.applied) for f in answer.filters] == [("source", True), ("date", False)]


def test_the_time_of_an_event_never_costs_the_answer(news: Library) -> None:
    with_date = ask(news, "How many workers built the dam of stone in March 2019?")
    assert "two hundred workers" in (with_date.citations or with_date.nearest)[0].quote
    assert with_date.filters == ()  # nothing met it: no chip


def test_the_time_of_an_event_prefers_the_reports_of_it(news: Library) -> None:
    question = "How much water did the dam hold in January?"
    answer = ask(news, question)
    assert "15 million" in answer.citations[0].quote
    assert [f.label for f in answer.filters] == ["Prefer January 2022"]
    before = ask(news, question.replace("January", "early December"))
    assert "10 million" in before.citations[0].quote


def test_the_newest_stands_first_and_says_as_of_when(news: Library) -> None:
    answer = ask(news, "What is the latest on how much water the dam holds?")
    assert "15 million" in answer.citations[0].quote
    assert answer.as_of == date(2022, 1, 13)
    assert answer.to_dict()["as_of"] == "2022-01-13"
    assert [f.label for f in answer.filters] == ["Newest first"]


def test_without_a_question_for_the_newest_no_day_is_claimed(news: Library) -> None:
    assert ask(news, "How much water does the dam hold?").as_of is None


def test_the_callers_limits_stand(news: Library) -> None:
    hits, _ = retrieve(
        news,
        understand("What does the Hill Paper say?", sources=news.contents(), now=NOW),
        8,
        Filters(sources=frozenset({"Harbour Paper"})),
    )
    assert {hit.document.source for hit in hits} == {"Harbour Paper"}


def test_contents_follow_the_library(news: Library) -> None:
    assert news.contents() is news.contents()
    assert "hillpaper" in news.contents().names
    assert news.contents().newest == date(2022, 1, 20)
    for document in list(news.documents()):
        news.remove(document.id)
    assert news.contents() == Contents({}, None, None)


def test_filters_by_author_and_day_are_sql_conditions() -> None:
    filters = Filters(authors=frozenset({"A"}), first_day=date(2022, 1, 1))
    assert filters.condition() == (
        "d.author IN (?) AND substr(d.published, 1, 10) >= ?",
        ["A", "2022-01-01"],
    )
