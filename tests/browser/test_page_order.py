"""What a reader pressed last counts, whichever request or answer is late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser import QUESTION, SAID, WHAT_HAPPENED, Paced, answered, ask
from playwright.sync_api import APIResponse, Page, Route, expect
from waiting import until

pytestmark = pytest.mark.browser

EVENTS = "**/gradio_api/run/predict*"


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    expect(page.locator(".sb-suggested button").first).to_be_visible()
    yield page
    page.unroute_all(behavior="ignoreErrors")


def delay_question(page: Page) -> list[Route]:
    """Let the first request with QUESTION wait; return the list that it will be in."""
    late: list[Route] = []

    def delay(route: Route) -> None:
        if QUESTION in (route.request.post_data or "") and not late:
            late.append(route)
        else:
            route.continue_()

    page.route(EVENTS, delay)
    return late


def test_a_question_that_comes_late_does_not_take_the_new_conversations_place(page: Page) -> None:
    late = delay_question(page)
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    until(page, lambda: late)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_label("Question")).to_be_focused()  # when it is there
    with page.expect_response(lambda response: response.request == late[0].request):
        late[0].continue_()
    page.wait_for_timeout(1500)
    assert page.locator("#t1").count() == 0
    page.get_by_label("Question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    answered(page)
    expect(page.locator("#t1")).to_contain_text(SAID)


def test_a_question_written_before_the_new_conversation_comes_is_asked_in_it(page: Page) -> None:
    ask(page, QUESTION)
    answered(page)
    expect(page.get_by_label("You could go on with")).to_be_visible()  # the last that comes
    late: list[tuple[Route, APIResponse]] = []

    # The server has begun the new conversation; that the page is told takes a while.
    def delay_new(route: Route) -> None:
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route(EVENTS, delay_new)
    page.get_by_role("button", name="New conversation").click()
    until(page, lambda: late)
    ask(page, WHAT_HAPPENED)
    page.wait_for_timeout(500)  # a question that does not wait would be asked by now
    expect(page.get_by_label("Question")).to_have_value(WHAT_HAPPENED)
    ((route, response),) = late
    route.fulfill(response=response)
    expect(page.locator("#t1 .sb-question")).to_have_text(WHAT_HAPPENED)
    answered(page)
    expect(page.locator(".sb-exchange")).to_have_count(1)
    expect(page.get_by_label("Question")).to_have_value("")


def test_what_is_written_while_a_question_is_on_its_way_stays(page: Page) -> None:
    late = delay_question(page)
    ask(page, QUESTION)
    until(page, lambda: late)
    page.get_by_label("Question").fill("And where?")
    late[0].continue_()
    answered(page)
    expect(page.locator("#t1 .sb-question")).to_have_text(QUESTION)
    expect(page.get_by_label("Question")).to_have_value("And where?")


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
    until(page, lambda: late)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_label("Question")).to_be_focused()  # when it is there
    expect(page.locator("#t1")).to_have_count(0)
    route, body, headers = late[0]
    route.fulfill(body=body, headers=headers)
    page.wait_for_timeout(1500)
    assert page.locator("#t1").count() == 0


def test_an_answer_can_be_copied_before_its_end_has_come(page: Page) -> None:
    late: list[Route] = []
    is_asked = False

    # The question itself goes on; what the page asks of its own accord behind it waits.
    def delay_end(route: Route) -> None:
        nonlocal is_asked
        if is_asked:
            late.append(route)
        else:
            is_asked = QUESTION in (route.request.post_data or "")
            route.continue_()

    page.route(EVENTS, delay_end)
    ask(page, QUESTION)
    answered(page)
    until(page, lambda: late)
    page.locator("#t1").get_by_role("button", name="Copy").click()
    expect(page.locator("#t1 .sb-told")).to_contain_text("Cop")
    for each in late:
        each.continue_()


def test_a_question_in_a_new_conversation_waits_for_the_old_answer_to_stop(
    page: Page, model: Paced
) -> None:
    model.before.clear()  # the model reads the first question: it does not stop at once
    ask(page, QUESTION)
    expect(page.locator("#t1")).to_contain_text("Reading")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#t1")).to_have_count(0)
    ask(page, WHAT_HAPPENED)
    expect(page.get_by_label("Question")).to_have_value("")
    expect(page.locator("#t1")).to_contain_text(WHAT_HAPPENED)
    expect(page.locator("#t1")).to_contain_text("Waiting: 1 question before yours")
    model.before.set()
    answered(page)
    expect(page.locator("#t1")).to_contain_text(SAID)
    expect(page.locator("#t1")).to_contain_text(WHAT_HAPPENED)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    expect(page.locator(".sb-exchange")).to_have_count(1)
    expect(page.locator("#conversation")).not_to_contain_text(QUESTION)
