"""The Settings tab: what is saved, what holds at once, what waits for a restart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import INVENTED, WHAT_HAPPENED, Paced, answered, ask, listener, watched
from playwright.sync_api import Browser, Page, expect

from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.settings import settings_file
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def library(sample: Library) -> Library:
    """The sample articles."""
    return sample


@pytest.fixture
def page(browser: Browser, library: Library) -> Iterator[Page]:
    yield from settings_page(browser, library)


def settings_page(browser: Browser, library: Library) -> Iterator[Page]:
    model = Paced()
    model.says(INVENTED)
    chatbot = Chatbot(library, model=model, settings=Settings.load())
    with Server(library, chatbot, listener()) as running:
        for page in watched(browser, running):
            page.get_by_role("tab", name="Settings").click()
            expect(page.locator(".sb-model-state")).to_be_visible()
            yield page


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()


BAD_VALUES = (
    ("Threads", "0", "'threads'"),
    ("Threads", "many", "'threads'"),
    ("Language model", "no-such.gguf", "no-such.gguf is no file here"),
)


def test_what_no_article_supports_is_left_out_or_marked_from_the_next_question(page: Page) -> None:
    """The model and its state are named; a bad value is one line, and nothing is saved."""
    expect(page.locator(".sb-model-state")).to_contain_text("qwen2.5-coder-1.5b-instruct-q4_k_m")
    for label, value, message in BAD_VALUES:
        field = page.get_by_label(label)
        before = field.input_value()
        field.fill(value)
        save(page)
        problem = page.get_by_role("alert").filter(has_text=message)
        expect(problem).to_contain_text("Nothing was saved")
        assert not settings_file().exists()
        expect(field).to_have_value(value)
        field.fill(before)
    expect(page.get_by_label("Leave it out")).to_be_checked()
    page.get_by_role("tab", name="Ask").click()
    ask(page, WHAT_HAPPENED)
    answered(page)
    expect(page.locator("#t1")).not_to_contain_text("97 minutes")
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Mark it").check()
    save(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert settings_file().read_text() == 'unsupported = "mark"\n'
    page.get_by_role("tab", name="Ask").click()
    ask(page, WHAT_HAPPENED)
    answered(page, 2)
    doubtful = page.locator("#t2 .sb-unsupported")
    expect(doubtful).to_have_text(INVENTED)
    style = "element => getComputedStyle(element).textDecorationStyle"
    assert doubtful.evaluate(style) == "dotted"
    expect(page.locator("#t2 .sb-note")).to_contain_text("97")


def test_threads_wait_for_a_restart_and_reset_goes_back_to_what_it_was_at_first(
    page: Page,
) -> None:
    page.get_by_label("Threads").fill("3")
    save(page)
    expect(page.get_by_text("Saved. After a restart: its threads.")).to_be_visible()
    assert settings_file().read_text() == "threads = 3\n"
    page.reload()
    page.get_by_role("tab", name="Settings").click()
    expect(page.get_by_label("Threads")).to_have_value("3")

    settings_file().write_text("hits = 5\n")
    page.get_by_label("Strict", exact=True).check()
    page.get_by_label("Offline").check()
    save(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator(".sb-offline")).to_be_visible()
    page.get_by_role("tab", name="Settings").click()
    page.get_by_role("button", name="Reset all of these").click()
    expect(page.get_by_text("Back to the defaults.")).to_be_visible()
    expect(page.get_by_label("Balanced")).to_be_checked()
    expect(page.get_by_label("Offline")).not_to_be_checked()
    assert settings_file().read_text() == "hits = 5\n"


def test_what_a_variable_decides_cannot_be_changed_here(
    browser: Browser, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_UNSUPPORTED", "drop")
    for page in settings_page(browser, library):
        expect(page.locator("#setting-unsupported")).to_contain_text(
            "Set by SOURCEBOOK_UNSUPPORTED"
        )
        expect(page.get_by_label("Mark it")).to_be_disabled()
