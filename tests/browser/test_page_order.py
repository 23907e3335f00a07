"""What a reader pressed last counts, whichever request or answer is late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import QUESTION, SAID, Paced, answered, page_over
from playwright.sync_api import Browser, Page, Route, expect

from sourcebook.index import Library

pytestmark = pytest.mark.browser

EVENTS = "**/gradio_api/run/predict*"


@pytest.fixture
def page(browser: Browser, library: Library) -> Iterator[Page]:
    library.add_sample()
    model = Paced()
    model.says(SAID)
    for page in page_over(browser, library, model):
        expect(page.locator(".sb-suggested button").first).to_be_visible()
        yield page


def test_a_question_that_comes_late_does_not_take_the_new_conversations_place(page: Page) -> None:
    late: list[Route] = []

    def delay_question(route: Route) -> None:
        if QUESTION in (route.request.post_data or "") and not late:
            late.append(route)
        else:
            route.continue_()

    page.route(EVENTS, delay_question)
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.wait_for_timeout(100)
    assert late
    with page.expect_response(EVENTS):
        page.get_by_role("button", name="New conversation").click()
    with page.expect_response(lambda response: response.request == late[0].request):
        late[0].continue_()
    page.wait_for_timeout(1500)
    assert page.locator("#t1").count() == 0
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    answered(page)
    expect(page.locator("#t1")).to_contain_text(SAID)


def test_an_end_that_comes_late_does_not_bring_the_old_conversation_back(page: Page) -> None:
    late: list[tuple[Route, str, dict[str, str]]] = []

    # The answer is there; what its end brings to the page is on its way while its reader goes.
    def delay_end(route: Route) -> None:
        response = route.fetch()
        if '"Ask"' in response.text() and SAID in response.text() and not late:
            late.append((route, response.text(), response.headers))
        else:
            route.fulfill(response=response)

    page.route(EVENTS, delay_end)
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    answered(page)
    for _ in range(100):
        if late:
            break
        page.wait_for_timeout(50)
    assert late
    with page.expect_response(EVENTS):
        page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#t1")).to_have_count(0)
    route, body, headers = late[0]
    route.fulfill(body=body, headers=headers)
    page.wait_for_timeout(1500)
    assert page.locator("#t1").count() == 0
