"""Conversations as the page shows them: opened again, exported, searched, and nothing but data."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sourcebook.index import Library
from sourcebook.index.documents.records import Hit, Passage
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.history.conversation_schema import ConversationSummary, parse_time
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.page.ask.actions import NOT_SAVED, AnswerActions
from sourcebook.ui.page.ask.export import export
from sourcebook.ui.page.html.conversations import (
    conversations_html,
    editing_html,
    hits_html,
    suggestions_html,
)
from sourcebook.ui.page.html.exchange import current_html, new_exchange
from sourcebook.ui.page.state import Conversation, ConversationStore, open_conversation
from sourcebook.ui.page.state.conversations import CHANGE_NOTE, REMOVAL_NOTE, UNFINISHED

QUESTION = "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?"
SAID = "Their discussions took about eight hours."
HOSTILE = '<script>x()</script>"><img src=x onerror=x()> [a](javascript:x) </title></style>'


def save_talk(conversations: Conversations, library: Library, *questions: str) -> str:
    bot = Chatbot(library, model=ScriptedModel(SAID), settings=Settings())
    talk = conversations.begin(questions[0])
    for number, question in enumerate(questions, 1):
        conversations.ask(talk, number, question)
        conversations.answer(talk, number, bot.ask(question).to_dict())
    return talk


@pytest.fixture
def conversations(sample: Library) -> Iterator[Conversations]:
    store = Conversations.open(sample.folder)
    yield store
    store.close()


def test_a_conversation_from_disk_opens_with_the_cards_it_had(
    sample: Library, conversations: Conversations
) -> None:
    talk = open_conversation(
        conversations, sample, save_talk(conversations, sample, QUESTION, "And where?")
    )
    assert [e.question for e in talk.exchanges] == [QUESTION, "And where?"]
    assert all(e.is_done and e.answer for e in talk.exchanges)
    assert f"<mark>{SAID}</mark>" in talk.exchanges[0].panel
    assert 'id="t1-1"' in talk.exchanges[0].panel
    assert 'id="t2-1"' in talk.exchanges[1].panel
    assert "The pair had already dined together" in talk.exchanges[0].panel


def test_a_card_of_a_removed_article_says_so_and_opens_nothing(
    sample: Library, conversations: Conversations
) -> None:
    conversation_id = save_talk(conversations, sample, QUESTION)
    answer = open_conversation(conversations, sample, conversation_id).exchanges[0].answer
    assert answer
    (cited,) = {citation.document.id for citation in answer.citations}
    sample.remove(cited)
    panel = open_conversation(conversations, sample, conversation_id).exchanges[0].panel
    assert REMOVAL_NOTE in panel
    assert f'data-document="{cited}"' not in panel
    assert f"<mark>{SAID}</mark>" in panel


def test_an_unfinished_or_failed_question_says_so(
    sample: Library, conversations: Conversations
) -> None:
    conversation_id = conversations.begin("a")
    conversations.ask(conversation_id, 1, "a")
    conversations.ask(conversation_id, 2, "b")
    conversations.answer(conversation_id, 2, None, "the model stopped")
    conversations.ask(conversation_id, 3, "c")
    conversations.answer(conversation_id, 3, {"text": "no answer of ours"})
    problems = [
        e.problem for e in open_conversation(conversations, sample, conversation_id).exchanges
    ]
    assert problems[:2] == [UNFINISHED, "the model stopped"]
    assert problems[2]
    assert problems[2].startswith("What was kept of an answer cannot be read")


def test_a_talk_goes_on_from_any_of_its_questions() -> None:
    a, b, c = map(new_exchange, "abc")
    talk = Conversation("id").with_exchange(a).with_exchange(b)
    assert talk.with_exchange(c).exchanges == (a, b, c)
    assert talk.with_exchange(c, 1).exchanges == (c,)
    assert talk.with_last(c).exchanges == (a, c)


def test_saving_fails_in_a_line_and_the_answer_goes_on(sample: Library) -> None:
    (sample.folder / "conversations.sqlite").mkdir()
    store = ConversationStore()
    talk = store.save_question(sample, Conversation().with_exchange(new_exchange("a")))
    assert talk.id
    problem = store.problem(sample)
    assert problem
    assert problem.startswith("Conversations are not kept: ")
    store.for_library(sample).delete(talk.id)
    second = store.save_question(sample, talk)
    assert second.id is None
    assert second.exchanges == talk.exchanges
    store.save_answer(sample, second)
    store.close()


# --- exports ---


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_html_links_every_mark_to_a_card_in_the_same_file(
    sample: Library, conversations: Conversations
) -> None:
    conversation_id = save_talk(
        conversations, sample, QUESTION, f"According to the Harbour Courier, {QUESTION}"
    )
    file = export(
        "Talks",
        open_conversation(conversations, sample, conversation_id).exchanges,
        conversations.turns(conversation_id),
        "html",
    )
    assert (file.name, file.media_type) == ("talks.html", "text/html")
    html_tags = Tags(file.text)
    ids = {a["id"] for _, a in html_tags.tags if a.get("id")}
    links = [a["href"] for tag, a in html_tags.tags if tag == "a"]
    assert len(links) >= 2
    assert {str(link).removeprefix("#") for link in links} <= ids
    assert {"t1-1", "t2-1"} <= ids
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in html_tags.tags}


def test_markdown_has_a_footnote_of_its_own_for_every_mark(
    sample: Library, conversations: Conversations
) -> None:
    conversation_id = save_talk(
        conversations, sample, QUESTION, "How long did their discussions take?"
    )
    text = export(
        "Talks",
        open_conversation(conversations, sample, conversation_id).exchanges,
        conversations.turns(conversation_id),
        "markdown",
    ).text
    marks = re.findall(r"(?<!^)\[\^(\d-\d)\]", text, re.MULTILINE)
    notes = re.findall(r"^\[\^(\d-\d)\]:", text, re.MULTILINE)
    assert set(marks) <= set(notes)
    assert len(notes) == len(set(notes))
    assert {"1-1", "2-1"} <= set(notes)
    assert text.startswith("# Talks\n")


def test_json_has_the_turns_as_they_are_on_disk(
    sample: Library, conversations: Conversations
) -> None:
    conversation_id = save_talk(conversations, sample, QUESTION)
    conversations.rate(conversation_id, 1, "down", "wrong")
    exported = export(
        "Talks",
        open_conversation(conversations, sample, conversation_id).exchanges,
        conversations.turns(conversation_id),
        "json",
    )
    data = json.loads(exported.text)
    (turn,) = data["turns"]
    assert turn["answer"] == conversations.turns(conversation_id)[0].answer
    assert (turn["rating"], turn["reason"]) == ("down", "wrong")
    assert data["name"] == "Talks"


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_nothing_hostile_works_in_an_export(
    sample: Library, conversations: Conversations, form: Any
) -> None:
    conversation_id = conversations.begin(HOSTILE)
    conversations.ask(conversation_id, 1, HOSTILE)
    conversations.answer(conversation_id, 1, None, HOSTILE)
    file = export(
        HOSTILE,
        open_conversation(conversations, sample, conversation_id).exchanges,
        conversations.turns(conversation_id),
        form,
    )
    assert re.fullmatch(r"[\w-]+\.(md|html|json)", file.name)
    if form != "json":
        html = file.text if form == "html" else MarkdownIt("commonmark").render(file.text)
        tags = {tag for tag, _ in Tags(html).tags}
        assert not tags & {"script", "img", "a"}


# --- messages of the browser ---


def test_an_answer_is_copied_exported_and_rated(sample: Library) -> None:
    store = ConversationStore()
    conversation_id = save_talk(store.for_library(sample), sample, QUESTION)
    copy, save, rate = AnswerActions(lambda _: sample, store).functions()
    text = copy({"talk": conversation_id, "number": 1})["text"]
    assert SAID in text
    assert "[^1]:" in text
    assert save({"talk": conversation_id, "form": "html"})["text"].startswith("<!doctype html>")
    assert rate({"talk": conversation_id, "number": 1, "rating": "up", "reason": "clear"}) == {
        "rating": "up"
    }
    assert store.for_library(sample).ratings(conversation_id) == {1: ("up", "clear")}
    talk = store.with_ratings(
        sample, open_conversation(store.for_library(sample), sample, conversation_id)
    )
    assert 'value="clear"' in current_html(talk.exchanges)
    store.close()


@pytest.mark.parametrize(
    "message",
    [None, 7, {}, {"talk": 5}, {"talk": ""}, {"talk": "no such"}, {"talk": "ID", "number": "x"},
     {"talk": "ID", "number": 99},
     {"talk": "ID", "number": -1, "form": 7, "rating": [], "reason": {}}],
)  # fmt: skip
def test_any_message_of_a_browser_gets_a_reply(sample: Library, message: Any) -> None:
    store = ConversationStore()
    conversation_id = save_talk(store.for_library(sample), sample, QUESTION)
    if isinstance(message, dict) and message.get("talk") == "ID":
        message = {**message, "talk": conversation_id}
    for function in AnswerActions(lambda _: sample, store).functions():
        reply = function(message)
        assert json.dumps(reply)
        if not isinstance(message, dict) or not message.get("talk") or message["talk"] == 5:
            assert reply["problem"] in (NOT_SAVED, "this conversation was deleted: begin a new one")
    store.close()


# --- HTML ---


def test_conversations_are_listed_with_the_open_one_marked() -> None:
    when = parse_time("2022-01-10T10:00:00+00:00")
    html = conversations_html(
        [ConversationSummary("a", "One", when, 1), ConversationSummary("b", "Two", when, 3)], "b"
    )
    assert html.index("One") < html.index("Two")
    assert "10 January 2022 · 1 question<" in html
    assert html.count('aria-current="true"') == 1
    assert 'data-talk="b"' in html
    assert "None yet." in conversations_html([], None)
    assert "None contains “x”." in conversations_html([], None, "x")


def test_editing_says_what_will_be_replaced() -> None:
    assert editing_html(None) == ""
    assert "question 2. Its answer will" in editing_html(2)
    assert "question 1. Its answer and 2 questions after it will" in editing_html(1, 2)


def test_a_search_marks_the_words_and_opens_at_the_best_sentence(sample: Library) -> None:
    hits = sample.search("eight hours discussions", 3)
    html = hits_html("eight hours discussions", hits)
    assert "<mark>discussions</mark>" in html
    assert "<mark>eight</mark>" in html
    first = next(hit for hit in hits if SAID in hit.passage.text)
    start = first.document.text.index(SAID)
    assert f'data-start="{start}" data-end="{start + len(SAID)}"' in html
    assert "Nothing found for “x”." in hits_html("x", [])


@given(st.text(max_size=80), st.text(max_size=80))
def test_names_and_words_are_only_text(text: str, words: str) -> None:
    from sourcebook.index import make_document

    hostile = make_document(f"{text} {HOSTILE} {words}", title=text, source=words)
    passage = Passage("p", hostile.id, hostile.text, 0, len(hostile.text))
    summary = ConversationSummary("a", f"{text}{HOSTILE}", parse_time("x"), 1)
    html = (
        conversations_html([summary], None, words, HOSTILE)
        + suggestions_html([f"{text}{HOSTILE}"], "More")
        + (hits_html(f"{words} script", [Hit(passage, hostile, 0.5)]) if hostile.text else "")
    )
    allowed = {"nav", "ul", "ol", "li", "button", "bdi", "span", "section", "p", "h2", "div"}
    html_tags = Tags(html)
    assert {tag for tag, _ in html_tags.tags} <= allowed | {"blockquote", "mark", "br"}
    assert not [a for _, attrs in html_tags.tags for a in attrs if a.startswith("on")]


def test_the_notes_on_articles_that_changed_are_two(sample_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(sample_folder, tmp_path / "x")
    with Library.open(tmp_path / "x", embedder=HashEmbedder()) as library:
        conversations = Conversations.open(library.folder)
        conversation_id = save_talk(conversations, library, QUESTION)
        data = conversations.turns(conversation_id)[0].answer
        assert data
        spoiled = json.loads(json.dumps(data))
        for citation in spoiled["citations"]:
            citation["quote"] = "Nobody ever wrote this."
        conversations.answer(conversation_id, 1, spoiled)
        panel = open_conversation(conversations, library, conversation_id).exchanges[0].panel
        assert CHANGE_NOTE in panel
        assert REMOVAL_NOTE not in panel
        conversations.close()
