"""The page in a real browser: what a person sees and does. Nothing leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import (
    QUESTION,
    SAID,
    UNANSWERABLE,
    Paced,
    Recording,
    answered,
    ask,
    listener,
    page_over,
    watched,
)
from playwright.sync_api import Browser, Page, expect
from waiting import settle

from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot, Settings, Turn
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser

# --- what the tests stand on ---


@pytest.fixture
def empty(browser: Browser, library: Library) -> Iterator[Page]:
    """The page over an empty library."""
    yield from page_over(browser, library)


# --- asking ---


def test_sources_stand_there_before_the_first_word(page: Page, model: Paced) -> None:
    model.before.clear()
    ask(page, QUESTION)
    card = page.locator("#sources .sb-card").first
    expect(card).to_be_visible()
    expect(card.locator("mark")).to_be_visible()
    expect(page.locator("#t1")).to_contain_text(
        re.compile(r"Reading \d+ sentences from \d+ articles")
    )
    expect(page.locator(".sb-draft")).to_have_count(0)
    model.before.set()
    answered(page)


def test_the_answer_is_seen_growing_and_then_cited(page: Page, model: Paced) -> None:
    model.go_on.clear()
    ask(page, QUESTION)
    draft = page.locator(".sb-draft")
    expect(draft).to_have_text("Their discussions")
    model.go_on.set()
    answered(page)
    expect(draft).to_have_count(0)
    expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)
    expect(page.locator("#t1 .sb-mark a").first).to_have_text("1")
    # The box is cleared and ready for the next question.
    expect(page.get_by_label("Question")).to_have_value("")
    expect(page.get_by_label("Question")).to_be_focused()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def test_the_quote_is_highlighted_in_its_passage_and_pointing_at_a_mark_lights_its_card(
    page: Page,
) -> None:
    ask(page, QUESTION)
    answered(page)
    card = page.locator("#t1-1")
    expect(card).to_be_in_viewport()
    expect(card).to_contain_text("Eight hours in Geneva")
    expect(card).to_contain_text("Harbour Courier · 10 January 2022")
    expect(card.locator("mark")).to_have_text(SAID)
    expect(card.locator("blockquote")).to_contain_text("The pair had already dined together")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert card.locator("mark").evaluate(colour) != card.locator("blockquote").evaluate(colour)
    expect(page.locator(".sb-suggested")).to_be_visible()  # what comes last may move the mark
    page.locator("#t1 .sb-mark a").first.hover()
    expect(card).to_have_class(re.compile("sb-lit"))


def test_a_filter_in_the_question_is_a_chip_that_can_be_taken_away(page: Page) -> None:
    ask(page, f"According to the Harbour Courier, {QUESTION}")
    answered(page)
    chip = page.locator("#t1 .sb-chip")
    expect(chip).to_contain_text("Harbour Courier")
    chip.get_by_role("button", name="Ask again without: Harbour Courier").click()
    expect(page.locator("#t1 .sb-chip")).to_have_count(0)
    answered(page)
    expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)
    expect(page.locator("#t2")).to_have_count(0)
    ask(page, UNANSWERABLE)
    answered(page, 2)


def test_a_refusal_shows_what_was_nearest(page: Page) -> None:
    ask(page, UNANSWERABLE)
    answered(page)
    expect(page.locator("#t1")).to_contain_text("Your articles do not answer this.")
    expect(page.locator("#sources h2")).to_have_text("Nearest in your articles")
    expect(page.locator("#sources .sb-card mark").first).to_be_visible()


def test_an_error_is_a_line_and_the_page_lives_on(page: Page, model: Paced) -> None:
    model.fails = True
    ask(page, QUESTION)
    expect(page.locator("#t1").get_by_role("alert")).to_have_text(
        "the model stopped with an error: see `sourcebook doctor`"
    )
    model.fails = False
    ask(page, QUESTION)
    answered(page, 2)
    expect(page.locator("#t2 .sb-sentence")).to_have_text(SAID)


def test_a_question_far_too_long_is_refused_in_a_line(page: Page) -> None:
    ask(page, "How long? " * 10_000)
    expect(page.locator("#t1").get_by_role("alert")).to_be_visible()
    assert len(page.locator("#t1").inner_text()) < 5_000


def test_a_conversation_stays_at_its_end_while_it_grows(page: Page, model: Paced) -> None:
    page.set_viewport_size({"width": 1280, "height": 560})
    for number in range(1, 5):
        ask(page, QUESTION)
        answered(page, number)
    log = page.locator("#conversation")
    assert log.evaluate("log => log.scrollHeight > log.clientHeight")
    expect(page.locator("#t4 .sb-foot")).to_be_in_viewport()
    model.go_on.clear()
    ask(page, QUESTION)
    expect(page.locator(".sb-draft")).to_be_visible()
    log.evaluate("log => log.scrollTop = 0")
    expect(page.locator("#t1 .sb-question")).to_be_in_viewport()
    model.go_on.set()
    answered(page, 5)
    expect(page.locator("#t1 .sb-question")).to_be_in_viewport()


# --- stopping and starting over ---


def test_stop_frees_the_model_and_keeps_what_there_is(page: Page, model: Paced) -> None:
    model.go_on.clear()
    ask(page, QUESTION)
    expect(page.locator(".sb-draft")).to_have_text("Their discussions")
    page.get_by_role("button", name="Stop").click()
    answered(page)
    assert model.left.is_set()
    expect(page.locator("#t1")).to_contain_text("Their discussions")
    expect(page.locator("#t1")).to_contain_text("Stopped before the end")
    model.go_on.set()
    ask(page, QUESTION)
    answered(page, 2)
    expect(page.locator("#t2 .sb-sentence")).to_have_text(SAID)


def test_enter_while_an_answer_is_written_loses_nothing(page: Page, model: Paced) -> None:
    model.go_on.clear()
    ask(page, QUESTION)
    expect(page.locator(".sb-draft")).to_be_visible()
    with page.expect_response(lambda got: "And where?" in (got.request.post_data or "")):
        ask(page, "And where?")
    model.go_on.set()
    answered(page)
    expect(page.get_by_label("Question")).to_have_value("And where?")
    expect(page.locator(".sb-exchange")).to_have_count(1)


def test_a_follow_up_comes_with_the_conversation_and_a_new_one_forgets_it(
    page: Page, chatbot: Recording
) -> None:
    ask(page, QUESTION)
    answered(page)
    ask(page, "And where?")
    answered(page, 2)
    assert chatbot.histories[-2:] == [[], [Turn(QUESTION, SAID)]]
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".sb-exchange")).to_have_count(0)
    expect(page.locator(".sb-card")).to_have_count(0)
    ask(page, QUESTION)
    answered(page)
    assert chatbot.histories[-1] == []


def test_a_new_conversation_ends_the_answer_being_written(page: Page, model: Paced) -> None:
    model.go_on.clear()
    ask(page, QUESTION)
    expect(page.locator(".sb-draft")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    assert model.left.wait(60)
    expect(page.locator(".sb-exchange")).to_have_count(0)
    model.go_on.set()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    ask(page, QUESTION)
    answered(page)
    expect(page.locator("#t1 .sb-sentence")).to_have_text(SAID)


def test_who_waits_sees_the_place_and_may_leave(page: Page, model: Paced) -> None:
    model.go_on.clear()
    ask(page, QUESTION)
    expect(page.locator(".sb-draft")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    ask(other, QUESTION)
    expect(other.locator("#t1")).to_contain_text("Waiting: 1 question before yours")
    other.get_by_role("button", name="Stop").click()
    expect(other.locator("#t1")).to_contain_text("Stopped.")
    ask(other, QUESTION)
    expect(other.locator("#t2")).to_contain_text("Waiting: 1 question before yours")
    model.go_on.set()
    answered(page)
    answered(other, 2)
    expect(other.locator("#t2 .sb-sentence")).to_have_text(SAID)
    # A tab that is closed frees the model.
    model.go_on.clear()
    ask(other, QUESTION)
    expect(other.locator(".sb-draft")).to_be_visible()
    assert not model.left.is_set()
    other.close()
    assert model.left.wait(60)


# --- the library ---


def test_an_empty_library_offers_the_sample(empty: Page) -> None:
    expect(empty.get_by_role("heading", name="Your library is empty")).to_be_visible()
    expect(empty.locator(".sb-size")).to_have_text("No articles yet")
    expect(empty.get_by_label("Question")).to_have_count(0)
    empty.get_by_role("button", name="Load the sample articles").click()
    expect(empty.locator(".sb-size")).to_have_text(re.compile(r"\d+ articles · \d+ passages"))
    ask(empty, QUESTION)
    answered(empty)
    expect(empty.locator("#t1 .sb-sentence")).to_have_text(SAID)


def test_uploaded_files_are_added_or_skipped_with_the_reason(
    empty: Page, library: Library, tmp_path: Path
) -> None:
    """An article of the same name does not replace another."""
    good, binary, blank = tmp_path / "bridge.txt", tmp_path / "photo.txt", tmp_path / "blank.md"
    good.write_text("The bridge over the Ouse.\n\nThe bridge is 210 metres long.")
    binary.write_bytes(bytes(range(256)) * 20)
    blank.write_text("")
    empty.locator("#first-upload input").set_input_files([good, binary, blank])
    report = empty.locator(".sb-report")
    expect(report).to_contain_text("Added 1 article.")
    expect(report).to_contain_text("Skipped, and why (2)")
    expect(report.locator(".sb-skipped tr", has_text="photo.txt")).to_contain_text("binary data")
    expect(report.locator(".sb-skipped tr", has_text="blank.md")).to_contain_text("file is empty")
    expect(empty.locator(".sb-size")).to_have_text("1 article · 1 passage")
    assert [d.text.count("210 metres") for d in library.documents()] == [1]
    names = [path.name for path in (library.folder / "uploads").rglob("*.*")]
    assert names == ["bridge.txt"]

    article = tmp_path / "index.html"
    empty.get_by_role("tab", name="Articles").click()
    for number, text in enumerate(("The first bridge is long.", "The second bridge is short."), 2):
        article.write_text(f"<html><title>T</title><body><p>{text}</p></body></html>")
        empty.locator("#upload input").set_input_files(article)
        expect(empty.locator(".sb-documents tbody tr")).to_have_count(number)
    assert len(library) == 3


def test_the_articles_are_listed(page: Page, chatbot: Recording) -> None:
    page.get_by_role("tab", name="Articles").click()
    rows = page.locator(".sb-articles tbody tr")
    expect(rows).to_have_count(len(chatbot.library))
    expect(page.locator(".sb-articles")).to_contain_text("Eight hours in Geneva")


def test_the_state_of_the_model_is_shown(browser: Browser, sample: Library) -> None:
    model = Paced()
    model.loaded.clear()
    for page in page_over(browser, sample, model):
        expect(page.locator(".sb-state")).to_have_text("Loading the model …")
        model.loaded.set()
        expect(page.locator(".sb-state")).to_have_text("Ready")


def test_a_model_that_is_not_there_is_named(browser: Browser, sample: Library) -> None:
    chatbot = Chatbot(sample, settings=Settings(language_model="no-such.gguf"))
    with Server(sample, chatbot, listener()) as running:
        for page in watched(browser, running):
            expect(page.locator(".sb-state")).to_have_text("Model not available")
            expect(page.get_by_role("alert")).to_contain_text("no-such.gguf")


# --- only data ---

HOSTILE = (
    "<script>window.hit=1</script><img src=x onerror=window.hit=1>"
    '"><svg onload=window.hit=1> [a](javascript:window.hit=1) ![x](https://evil.example/x.png) '
    "<style>@import url(https://evil.example)</style><iframe src=https://evil.example></iframe> "
    "${window.hit=1} {{constructor.constructor('window.hit=1')()}} $$\\href{javascript:hit}{x}$$"
)


def test_nothing_in_articles_or_answers_is_executed(browser: Browser, library: Library) -> None:
    text = f"The bridge {HOSTILE} is 210 metres long. {HOSTILE}"
    document = make_document(
        text, title=f"Bridge {HOSTILE}", source=HOSTILE, url=f"https://a.example/{HOSTILE}"
    )
    library.add_documents([document])
    model = Paced()
    model.says(f"The bridge {HOSTILE} is 210 metres long.")
    for page in page_over(browser, library, model, settings=Settings(answer_tokens=500)):
        ask(page, f"How long is the bridge? {HOSTILE}")
        answered(page)
        expect(page.locator(".sb-card").first).to_contain_text("<script>window.hit=1</script>")
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator(".sb-articles")).to_contain_text("<script>")
        areas = "#conversation, #sources, .sb-articles, .sb-top"
        foreign = "script, img, svg, style, iframe, object, embed, [onload], [onerror]"
        assert page.locator(areas).locator(foreign).count() == 0
        assert page.locator(areas).locator("a:not([href^='#'])").count() == 0
        assert page.evaluate("window.hit") is None


# --- how it looks ---

CONTRAST = """(element) => {
    const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element, ground = [0, 0, 0, 0];
    while (behind && (ground[3] ?? 1) < 1) {
        ground = channels(getComputedStyle(behind).backgroundColor);
        behind = behind.parentElement;
    }
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
READ = (
    *(".sb-top h1", ".sb-size", ".sb-question", ".sb-sentence", ".sb-foot", ".sb-panel h2"),
    *(".sb-title", ".sb-byline", ".sb-quote", ".sb-quote mark", ".sb-place", "#clear"),
)


def test_words_stand_out_in_light_and_dark(browser: Browser, server: Server) -> None:
    bright = """() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)
        .reduce((sum, each) => sum + Number(each), 0) > 3 * 128"""
    for page in watched(browser, server, color_scheme="dark"):
        assert not page.evaluate(bright)  # from the first on
        ask(page, QUESTION)
        answered(page)
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.wait_for_function(f"({bright})() === {str(scheme == 'light').lower()}")
            contrast = {name: page.locator(name).first.evaluate(CONTRAST) for name in READ}
            # WCAG 2.2, 1.4.3: at least 4.5 to 1.
            assert {name: value for name, value in contrast.items() if value < 4.5} == {}, scheme


def test_no_width_needs_sideways_scrolling(browser: Browser, server: Server) -> None:
    wide = "document.documentElement.scrollWidth"
    # Measured at once, as the page may still move.
    measure = "(ids) => ids.map((id) => document.getElementById(id).getBoundingClientRect())"
    for page in watched(browser, server, viewport={"width": 360, "height": 800}):
        ask(page, QUESTION)
        answered(page)
        for width in (360, 390, 1280, 2560):
            page.get_by_role("tab", name="Ask", exact=True).click()
            expect(page.locator("#sources")).to_be_visible()
            page.set_viewport_size({"width": width, "height": 800})
            settle(page)
            assert page.evaluate(wide) <= width
            box, sources = page.evaluate(measure, ["question", "sources"])
            beside, below = sources["x"] >= box["right"], sources["y"] >= box["bottom"]
            assert (beside, below) == ((False, True) if width < 860 else (True, False))
            page.get_by_role("tab", name="Articles").click()
            expect(page.locator(".sb-articles")).to_be_visible()
            settle(page)
            assert page.evaluate(wide) <= width
