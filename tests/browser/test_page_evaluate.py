"""The Evaluate tab in a real browser: what was rated is asked again, and its report is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import QUESTION, UNANSWERABLE, answered, ask, page_over
from playwright.sync_api import Browser, Page, expect

from sourcebook.eval import load
from sourcebook.index import Library

pytestmark = pytest.mark.browser


@pytest.fixture
def page(
    browser: Browser, sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """The page over the sample articles; its runs are kept by themselves."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    yield from page_over(browser, sample)


def test_the_answers_that_were_rated_are_asked_again(page: Page, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    page.get_by_label("The answers I rated").check()
    expect(page.locator("#rated-questions")).to_contain_text("press a thumb below one")
    page.locator("#evaluate").click()
    expect(page.get_by_role("alert")).to_contain_text("No answer was rated good")
    page.get_by_role("tab", name="Ask").click()
    ask(page, QUESTION)
    answered(page)
    page.locator("#t1").get_by_label("Good answer").click()
    expect(page.locator("#t1 .sb-told")).to_have_text("Kept with the answer")
    ask(page, UNANSWERABLE)
    answered(page, 2)
    page.locator("#t2").get_by_label("Bad answer").click()
    page.locator("#t2").get_by_label("Why?").fill("it is in the first article")
    page.locator("#t2").get_by_role("button", name="Save").click()
    page.get_by_role("tab", name="Evaluate").click()
    page.get_by_label("My questions").check()
    page.get_by_label("The answers I rated").check()
    expect(page.locator("#rated-questions")).to_contain_text("1 answer rated good")
    expect(page.locator("#rated-questions")).to_contain_text("1 question to be completed")
    with page.expect_download() as downloading:
        page.locator("#save-rated").click()
    file = tmp_path / "saved.jsonl"
    downloading.value.save_as(file)
    assert [question.text for question in load(file).questions] == [QUESTION]
    assert "it is in the first article" in file.read_text()
    page.locator("#evaluate").click()
    report = page.frame_locator("iframe.sb-evaluation")
    expect(report.locator("h1")).to_contain_text("rated-rag-12-1")
    expect(report.locator(".lead")).to_contain_text("1 of 1 answerable questions answered right")
