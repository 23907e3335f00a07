"""Conversations in a real browser: kept, found, renamed, exported; answers copied and rated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import (
    QUESTION,
    SAID,
    UNANSWERABLE,
    Paced,
    Recording,
    Watch,
    answered,
    ask,
    listener,
    watched,
)
from playwright.sync_api import Browser, Page, expect
from waiting import until

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.history.conversation_schema import FILE, StoredTurn
from sourcebook.rag.history.conversations import Conversations
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def chatbot(chatbot: Recording) -> Recording:
    """The chatbot of the page, before the first conversation."""
    conversations = Conversations.open(chatbot.library.folder)
    for each in conversations.summaries(limit=len(conversations)):
        conversations.delete(each.id)
    conversations.close()
    return chatbot


@pytest.fixture
def server(chatbot: Recording, server: Server) -> Server:
    """The page over the sample articles, before the first conversation."""
    del chatbot
    return server


@pytest.fixture
def page(chatbot: Recording, kept_page: Watch) -> Iterator[Page]:
    """The page, before the first conversation."""
    del chatbot
    yield kept_page.begin_anew()
    kept_page.check()


@pytest.fixture
def own_chatbot(sample: Library) -> Recording:
    """A chatbot over a library of its own."""
    return Recording(sample, model=Paced(), settings=Settings())


def talks(page: Page) -> Any:
    """The list of conversations, folded out."""
    page.wait_for_function(
        "() => Boolean(window.sourcebook?.found)"
    )  # the script that folds it out
    button = page.get_by_role("button", name="Conversations", exact=True)
    if button.get_attribute("aria-expanded") == "false":
        button.click()
    return page.locator(".sb-talk")


def test_a_conversation_is_there_after_a_restart_with_its_citations(
    browser: Browser, own_chatbot: Recording
) -> None:
    for visit in range(2):
        with Server(own_chatbot.library, own_chatbot, listener()) as running:
            for page in watched(browser, running):
                if visit == 0:
                    ask(page, QUESTION)
                    answered(page)
                    ask(page, UNANSWERABLE)
                    answered(page, 2)
                    continue
                talks(page).get_by_role("button", name=re.compile(QUESTION[:30])).first.click()
                expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)
                expect(page.locator("#t2")).to_contain_text("Your articles do not answer this.")
                page.locator("#t1 .sb-mark a").first.click()
                expect(page.locator(".sb-reader .sb-here")).to_have_text(SAID)
                page.keyboard.press("Escape")
                # It goes on where it was.
                ask(page, QUESTION)
                answered(page, 3)
                turns = own_chatbot.histories[-1]
                assert [turn.question for turn in turns] == [QUESTION, UNANSWERABLE]


def test_a_page_loaded_again_opens_what_it_had_open(page: Page) -> None:
    ask(page, QUESTION)
    answered(page)
    page.reload()
    expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".sb-invitation")).to_be_visible()
    other.close()


def test_a_question_that_was_not_sent_outlives_a_reload(page: Page) -> None:
    page.get_by_label("Question").fill("And where?")
    page.reload()
    expect(page.get_by_label("Question")).to_have_value("And where?")


def test_conversations_are_found_renamed_and_deleted(page: Page) -> None:
    for number, question in enumerate((QUESTION, UNANSWERABLE)):
        if number:
            page.get_by_role("button", name="New conversation").click()
            expect(page.locator(".sb-exchange")).to_have_count(0)
        ask(page, question)
        answered(page)
    rows = talks(page)
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(UNANSWERABLE)
    page.get_by_label("Search conversations").fill("eight hou")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(QUESTION)
    rows.first.hover()
    rows.first.get_by_role("button", name=re.compile("Rename")).click()
    field = page.get_by_label("New name")
    field.fill("Geneva talks")
    field.press("Enter")
    expect(rows.first).to_contain_text("Geneva talks")
    page.get_by_label("Search conversations").fill("no such words")
    expect(page.locator(".sb-talks")).to_contain_text("None contains “no such words”.")
    page.get_by_label("Search conversations").fill("")
    expect(rows).to_have_count(2)
    # The one that is open: the page goes on with an empty one.
    mine = rows.filter(has_text=UNANSWERABLE)
    mine.hover()
    delete = mine.get_by_role("button", name=re.compile("Delete"))
    delete.click()
    expect(delete).to_have_text("Delete?")
    delete.click()
    expect(rows).to_have_count(1)
    expect(page.locator(".sb-invitation")).to_be_visible()


def test_opening_another_conversation_ends_the_answer_being_written(
    page: Page, model: Paced
) -> None:
    ask(page, QUESTION)
    answered(page)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".sb-exchange")).to_have_count(0)
    model.go_on.clear()
    ask(page, UNANSWERABLE.replace("population", "weather"))
    expect(page.locator(".sb-draft")).to_be_visible()
    talks(page).filter(has_text=QUESTION).locator(".sb-talk-open").click()
    assert model.left.wait(60)
    model.go_on.set()
    expect(page.locator("#t1 .sb-question")).to_have_text(QUESTION)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator("#t1 .sb-question")).to_have_text(QUESTION)
    expect(page.locator(".sb-exchange")).to_have_count(1)


def test_an_edited_question_takes_its_place_and_drops_what_followed(
    page: Page, chatbot: Recording
) -> None:
    ask(page, "And where?")
    answered(page)
    ask(page, UNANSWERABLE)
    answered(page, 2)
    page.locator("#t1").get_by_role("button", name="Edit question").click()
    expect(page.locator(".sb-editing")).to_contain_text(
        "question 1. Its answer and 1 question after it will be replaced"
    )
    box = page.get_by_label("Question")
    expect(box).to_have_value("And where?")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".sb-editing")).to_have_count(0)
    expect(box).to_have_value("")
    page.locator("#t1").get_by_role("button", name="Edit question").click()
    expect(box).to_have_value("And where?")
    ask(page, QUESTION)
    expect(page.locator("#t1 .sb-question")).to_have_text(QUESTION)
    answered(page)
    expect(page.locator("#t2")).to_have_count(0)
    expect(page.locator(".sb-editing")).to_have_count(0)
    assert chatbot.histories[-1] == []
    page.reload()
    expect(page.locator("#t1 .sb-question")).to_have_text(QUESTION)
    expect(page.locator(".sb-exchange")).to_have_count(1)


def test_an_answer_is_made_again_in_its_place(page: Page, model: Paced) -> None:
    model.fails = True
    ask(page, QUESTION)
    expect(page.locator("#t1").get_by_role("alert")).to_be_visible()
    model.says(SAID)
    page.get_by_role("button", name="Regenerate").click()
    expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)
    answered(page)
    expect(page.locator(".sb-exchange")).to_have_count(1)
    expect(page.locator("#t1 .sb-question")).to_have_text(QUESTION)


def test_an_answer_is_copied_with_its_sources(browser: Browser, server: Server) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    for page in watched(browser, server, permissions=allowed):
        ask(page, QUESTION)
        answered(page)
        page.locator("#t1").get_by_role("button", name="Copy").click()
        expect(page.locator("#t1 .sb-told")).to_have_text("Copied, with its sources")
        text = page.evaluate("navigator.clipboard.readText()")
        assert SAID in text
        assert re.search(
            r"^\[\^1\]: \*\*Eight hours in Geneva.*Harbour Courier", text, re.MULTILINE
        )


def test_a_copy_is_confirmed_where_the_clipboard_is_not_given(page: Page) -> None:
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()); }")
    ask(page, QUESTION)
    answered(page)
    page.locator("#t1").get_by_role("button", name="Copy").click()
    expect(page.locator("#t1 .sb-told")).to_have_text("Copied, with its sources")


def test_a_rating_with_its_reason_is_kept_and_can_be_taken_back(
    page: Page, chatbot: Recording
) -> None:
    folder = chatbot.library.folder
    ask(page, QUESTION)
    answered(page)
    down = page.locator("#t1").get_by_role("button", name="Bad answer")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Why?").fill("the wrong day")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#t1 .sb-told")).to_have_text("Kept with the answer")
    conversations = Conversations.open(folder)

    def rated() -> StoredTurn:
        ((_, (turn,)),) = conversations.rated_conversations()
        return turn

    until(page, lambda: rated().reason is not None)  # the words above may be those of the thumb
    turn = rated()
    assert (turn.question, turn.rating, turn.reason) == (QUESTION, "down", "the wrong day")
    assert turn.answer
    assert turn.answer["record"]["passages"]
    page.reload()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("Why?")).to_have_value("the wrong day")
    ask(page, UNANSWERABLE)
    answered(page, 2)
    expect(down).to_have_attribute("aria-pressed", "true")
    down.click()
    expect(down).to_have_attribute("aria-pressed", "false")
    assert list(conversations.rated_conversations()) == []


def test_a_conversation_is_exported(page: Page, browser: Browser, tmp_path: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    for form in ("Markdown", "HTML", "JSON"):
        button = page.get_by_role("button", name=form, exact=True)
        expect(button).to_be_hidden()
        page.get_by_text("Export", exact=True).click()
        with page.expect_download() as waited:
            button.click()
        saved = tmp_path / waited.value.suggested_filename
        waited.value.save_as(saved)
        text = saved.read_text("utf-8")
        assert SAID in text
        if form == "JSON":
            assert json.loads(text)["turns"][0]["answer"]["citations"][0]["quote"] == SAID
        if form == "HTML":
            opened = browser.new_page()
            opened.goto(saved.as_uri())
            opened.locator(".sb-mark a").first.click()
            expect(opened.locator(".sb-card:target mark")).to_have_text(SAID)
            opened.close()


def test_first_questions_are_suggested_and_asked_by_a_click(page: Page) -> None:
    suggested = page.locator(".sb-suggested button")
    expect(suggested).to_have_count(4)
    question = suggested.first.inner_text()
    suggested.first.click()
    answered(page)
    expect(page.locator("#t1 .sb-question")).to_have_text(question)


def test_a_refused_question_is_followed_by_some_that_are_answered(page: Page) -> None:
    ask(page, UNANSWERABLE)
    answered(page)
    more = page.get_by_label("You could go on with").get_by_role("button")
    expect(more.first).to_be_visible()
    question = more.first.inner_text()
    more.first.click()
    answered(page, 2)
    expect(page.locator("#t2 .sb-question")).to_have_text(question)


def test_search_lists_passages_and_asks_no_model(page: Page, model: Paced) -> None:
    page.get_by_label("Question").fill("discussions eight hours")
    page.get_by_role("button", name="Search only").click()
    hit = page.locator(".sb-hit").filter(has_text="Eight hours in Geneva").first
    expect(hit.locator("mark").filter(has_text="discussions").first).to_be_visible()
    expect(hit).to_contain_text("Harbour Courier · 10 January 2022")
    expect(page.locator(".sb-exchange")).to_have_count(0)
    assert model.prompts == []
    hit.locator(".sb-read").click()
    expect(page.locator(".sb-reader .sb-here")).to_contain_text("eight hours")
    page.keyboard.press("n")
    expect(page.locator(".sb-reader-at")).to_contain_text("of 20")
    page.keyboard.press("Escape")
    # What was written is still there, to be asked.
    expect(page.get_by_label("Question")).to_have_value("discussions eight hours")
    page.get_by_role("button", name="Back to the sources").click()
    expect(page.locator("#sources h2")).to_have_text("Sources")


def test_conversations_that_cannot_be_kept_are_said_so_and_answers_come(
    browser: Browser, own_chatbot: Recording
) -> None:
    library = own_chatbot.library
    (library.folder / FILE).write_bytes(b"no database" * 1000)
    with Server(library, own_chatbot, listener()) as running:
        for page in watched(browser, running):
            talks(page)
            expect(page.locator(".sb-talks").get_by_role("alert")).to_contain_text("put aside")
            ask(page, QUESTION)
            answered(page)
            expect(talks(page)).to_have_count(1)


def test_how_sure_an_answer_is_is_a_word_with_its_probability_behind(page: Page) -> None:
    ask(page, QUESTION)
    answered(page)
    expect(page.locator(".sb-suggested")).to_be_visible()  # what comes last may move the word
    word = page.locator("#t1 .sb-sure")
    expect(word).to_have_text(re.compile("^(Sure|Likely|Unsure|Doubtful)$"))
    word.hover()
    expect(page.get_by_role("tooltip")).to_have_text(
        re.compile(r"^\d+% likely that this answer is right$")
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()


SCROLL = """() => new Promise((done) => {
    const log = document.querySelector("#conversation");
    let frames = 0, began = performance.now();
    const step = () => {
        log.scrollTop = (frames % 2) * 400;
        if (++frames < 20) requestAnimationFrame(step);
        else done(performance.now() - began);
    };
    requestAnimationFrame(step);
})"""
"""Milliseconds that twenty frames take, each scrolled to elsewhere."""


def test_fifty_turns_stay_smooth_and_the_past_is_not_redrawn_by_a_word(
    browser: Browser, sample: Library
) -> None:
    model = Paced()
    chatbot = Chatbot(sample, model=model, settings=Settings())
    answer = chatbot.ask(QUESTION).to_dict()
    conversations = Conversations.open(sample.folder)
    talk = conversations.begin("A long conversation")
    for number in range(1, 51):
        conversations.ask(talk, number, f"{QUESTION} ({number})")
        conversations.answer(talk, number, answer)
    conversations.close()
    with Server(sample, chatbot, listener()) as running:
        for page in watched(browser, running):
            talks(page).first.locator(".sb-talk-open").click()
            expect(page.locator("#t50 .sb-sentence")).to_have_text(SAID)
            model.go_on.clear()
            ask(page, QUESTION)
            expect(page.locator(".sb-draft")).to_be_visible()
            page.evaluate("""() => {
                window.redrawn = 0;
                new MutationObserver((seen) => (window.redrawn += seen.length)).observe(
                    document.querySelector(".sb-past").parentElement,
                    { childList: true, subtree: true, characterData: true },
                );
            }""")
            # Where others use the processor too, the quickest of several times is the page's own.
            scrolled = min(page.evaluate(SCROLL) for _ in range(3))
            model.go_on.set()
            expect(page.locator("#t51 .sb-sentence")).to_have_text(SAID)
            # The last word redraws nothing of the past; what does is the question's end, once.
            assert page.evaluate("window.redrawn") <= 2
            assert scrolled < 20 * 50
            page.get_by_label("Question").fill("typed")
            expect(page.get_by_label("Question")).to_have_value("typed")
