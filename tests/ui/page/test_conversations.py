"""Conversations as the page shows them: opened again, exported, searched, and nothing but data."""

from __future__ import annotations

import json
import re
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
from sourcebook.rag.history.conversation_schema import Summary, moment
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.ui.page.ask.actions import NOT_KEPT, AnswerDoor
from sourcebook.ui.page.ask.export import export
from sourcebook.ui.page.html import exchange as parts
from sourcebook.ui.page.html.conversations import (
    editing_html,
    hits_html,
    suggestions_html,
    talks_html,
)
from sourcebook.ui.page.state.conversations import (
    CHANGED,
    REMOVED,
    UNFINISHED,
    Kept,
    Talk,
    open_talk,
)

QUESTION = "About how many hours did the discussions of Sherman and Ryabkov in Geneva take?"
SAID = "Their discussions took about eight hours."
HOSTILE = '<script>x()</script>"><img src=x onerror=x()> [a](javascript:x) </title></style>'


@pytest.fixture
def sample(library: Library) -> Library:
    library.add_sample()
    return library


def kept_talk(kept: Conversations, library: Library, *questions: str) -> str:
    bot = Chatbot(library, model=ScriptedModel(SAID), settings=Settings())
    talk = kept.begin(questions[0])
    for number, question in enumerate(questions, 1):
        kept.ask(talk, number, question)
        kept.answer(talk, number, bot.ask(question).to_dict())
    return talk


@pytest.fixture
def kept(sample: Library) -> Iterator[Conversations]:
    opened = Conversations.open(sample.folder)
    yield opened
    opened.close()


def test_a_kept_conversation_opens_with_the_cards_it_had(
    sample: Library, kept: Conversations
) -> None:
    talk = open_talk(kept, sample, kept_talk(kept, sample, QUESTION, "And where?"))
    assert [e.question for e in talk.exchanges] == [QUESTION, "And where?"]
    assert all(e.done and e.answer for e in talk.exchanges)
    assert f"<mark>{SAID}</mark>" in talk.exchanges[0].panel
    assert 'id="t1-1"' in talk.exchanges[0].panel
    assert 'id="t2-1"' in talk.exchanges[1].panel
    assert "The pair had already dined together" in talk.exchanges[0].panel


def test_a_card_of_a_removed_article_says_so_and_opens_nothing(
    sample: Library, kept: Conversations
) -> None:
    which = kept_talk(kept, sample, QUESTION)
    (cited,) = {c.document.id for c in open_talk(kept, sample, which).exchanges[0].answer.citations}  # type: ignore[union-attr]
    sample.remove(cited)
    panel = open_talk(kept, sample, which).exchanges[0].panel
    assert REMOVED in panel
    assert f'data-document="{cited}"' not in panel
    assert f"<mark>{SAID}</mark>" in panel


def test_an_unfinished_or_failed_question_says_so(sample: Library, kept: Conversations) -> None:
    which = kept.begin("a")
    kept.ask(which, 1, "a")
    kept.ask(which, 2, "b")
    kept.answer(which, 2, None, "the model stopped")
    kept.ask(which, 3, "c")
    kept.answer(which, 3, {"text": "no answer of ours"})
    problems = [e.problem for e in open_talk(kept, sample, which).exchanges]
    assert problems[:2] == [UNFINISHED, "the model stopped"]
    assert problems[2]
    assert problems[2].startswith("What was kept of an answer cannot be read")


def test_a_talk_goes_on_from_any_of_its_questions() -> None:
    a, b, c = map(parts.asked, "abc")
    talk = Talk("id").then(a).then(b)
    assert talk.then(c).exchanges == (a, b, c)
    assert talk.then(c, 1).exchanges == (c,)
    assert talk.with_last(c).exchanges == (a, c)


def test_keeping_fails_in_a_line_and_the_answer_goes_on(sample: Library) -> None:
    (sample.folder / "conversations.sqlite").mkdir()
    kept = Kept()
    talk = kept.asked(sample, Talk().then(parts.asked("a")))
    assert talk.id
    problem = kept.problem(sample)
    assert problem
    assert problem.startswith("Conversations are not kept: ")
    kept.of(sample).delete(talk.id)
    again = kept.asked(sample, talk)
    assert again.id is None
    assert again.exchanges == talk.exchanges
    kept.answered(sample, again)
    kept.close()


# --- exports ---


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_html_links_every_mark_to_a_card_in_the_same_file(
    sample: Library, kept: Conversations
) -> None:
    which = kept_talk(kept, sample, QUESTION, f"According to the Harbour Courier, {QUESTION}")
    made = export("Talks", open_talk(kept, sample, which).exchanges, kept.turns(which), "html")
    assert (made.name, made.media_type) == ("talks.html", "text/html")
    seen = Seen(made.text)
    ids = {a["id"] for _, a in seen.tags if a.get("id")}
    links = [a["href"] for tag, a in seen.tags if tag == "a"]
    assert len(links) >= 2
    assert {str(link).removeprefix("#") for link in links} <= ids
    assert {"t1-1", "t2-1"} <= ids
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in seen.tags}


def test_markdown_has_a_footnote_of_its_own_for_every_mark(
    sample: Library, kept: Conversations
) -> None:
    which = kept_talk(kept, sample, QUESTION, "How long did their discussions take?")
    text = export(
        "Talks", open_talk(kept, sample, which).exchanges, kept.turns(which), "markdown"
    ).text
    marks = re.findall(r"(?<!^)\[\^(\d-\d)\]", text, re.MULTILINE)
    notes = re.findall(r"^\[\^(\d-\d)\]:", text, re.MULTILINE)
    assert set(marks) <= set(notes)
    assert len(notes) == len(set(notes))
    assert {"1-1", "2-1"} <= set(notes)
    assert text.startswith("# Talks\n")


def test_json_gives_out_what_was_kept_unchanged(sample: Library, kept: Conversations) -> None:
    which = kept_talk(kept, sample, QUESTION)
    kept.rate(which, 1, "down", "wrong")
    exported = export("Talks", open_talk(kept, sample, which).exchanges, kept.turns(which), "json")
    data = json.loads(exported.text)
    (turn,) = data["turns"]
    assert turn["answer"] == kept.turns(which)[0].answer
    assert (turn["rating"], turn["reason"]) == ("down", "wrong")
    assert data["name"] == "Talks"


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_nothing_hostile_works_in_an_export(
    sample: Library, kept: Conversations, form: Any
) -> None:
    which = kept.begin(HOSTILE)
    kept.ask(which, 1, HOSTILE)
    kept.answer(which, 1, None, HOSTILE)
    made = export(HOSTILE, open_talk(kept, sample, which).exchanges, kept.turns(which), form)
    assert re.fullmatch(r"[\w-]+\.(md|html|json)", made.name)
    if form != "json":
        html = made.text if form == "html" else MarkdownIt("commonmark").render(made.text)
        tags = {tag for tag, _ in Seen(html).tags}
        assert not tags & {"script", "img", "a"}


# --- what the browser asks for ---


def test_the_door_copies_exports_and_rates(sample: Library) -> None:
    known = Kept()
    which = kept_talk(known.of(sample), sample, QUESTION)
    copy, save, rate = AnswerDoor(lambda _: sample, known).functions()
    text = copy({"talk": which, "number": 1})["text"]
    assert SAID in text
    assert "[^1]:" in text
    assert save({"talk": which, "form": "html"})["text"].startswith("<!doctype html>")
    assert rate({"talk": which, "number": 1, "rating": "up", "reason": "clear"}) == {"rating": "up"}
    assert known.of(sample).ratings(which) == {1: ("up", "clear")}
    talk = known.rated(sample, open_talk(known.of(sample), sample, which))
    assert 'value="clear"' in parts.actions_html(1, talk.exchanges[0])
    known.close()


@pytest.mark.parametrize(
    "asked",
    [None, 7, {}, {"talk": 5}, {"talk": ""}, {"talk": "no such"}, {"talk": "ID", "number": "x"},
     {"talk": "ID", "number": 99},
     {"talk": "ID", "number": -1, "form": 7, "rating": [], "reason": {}}],
)  # fmt: skip
def test_whatever_is_asked_the_door_replies(sample: Library, asked: Any) -> None:
    known = Kept()
    which = kept_talk(known.of(sample), sample, QUESTION)
    if isinstance(asked, dict) and asked.get("talk") == "ID":
        asked = {**asked, "talk": which}
    for function in AnswerDoor(lambda _: sample, known).functions():
        reply = function(asked)
        assert json.dumps(reply)
        if not isinstance(asked, dict) or not asked.get("talk") or asked["talk"] == 5:
            assert reply["problem"] in (NOT_KEPT, "this conversation was deleted: begin a new one")
    known.close()


# --- parts ---


def test_conversations_are_listed_with_the_open_one_marked() -> None:
    when = moment("2022-01-10T10:00:00+00:00")
    html = talks_html([Summary("a", "One", when, 1), Summary("b", "Two", when, 3)], "b")
    assert html.index("One") < html.index("Two")
    assert "10 January 2022 · 1 question<" in html
    assert html.count('aria-current="true"') == 1
    assert 'data-talk="b"' in html
    assert "None yet." in talks_html([], None)
    assert "None holds “x”." in talks_html([], None, "x")


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
    summary = Summary("a", f"{text}{HOSTILE}", moment("x"), 1)
    html = (
        talks_html([summary], None, words, HOSTILE)
        + suggestions_html([f"{text}{HOSTILE}"], "More")
        + (hits_html(f"{words} script", [Hit(passage, hostile, 0.5)]) if hostile.text else "")
    )
    allowed = {"nav", "ul", "ol", "li", "button", "bdi", "span", "section", "p", "h2", "div"}
    seen = Seen(html)
    assert {tag for tag, _ in seen.tags} <= allowed | {"blockquote", "mark", "br"}
    assert not [a for _, attrs in seen.tags for a in attrs if a.startswith("on")]


def test_the_notes_on_articles_that_changed_are_two(tmp_path: Path) -> None:
    with Library.open(tmp_path / "x", embedder=HashEmbedder()) as library:
        library.add_sample()
        kept = Conversations.open(library.folder)
        which = kept_talk(kept, library, QUESTION)
        data = kept.turns(which)[0].answer
        assert data
        spoiled = json.loads(json.dumps(data))
        for citation in spoiled["citations"]:
            citation["quote"] = "Nobody ever wrote this."
        kept.answer(which, 1, spoiled)
        panel = open_talk(kept, library, which).exchanges[0].panel
        assert CHANGED in panel
        assert REMOVED not in panel
        kept.close()
