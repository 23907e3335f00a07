"""The element in a plain page of another origin, and the app of agents in a frame, in Chromium."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from accessibility import serious
from api_server import QUESTION, QUOTE, SENTENCE, UNANSWERABLE, RunningApi, sample_server
from browser import Paced
from playwright.sync_api import Browser, Locator, Page, expect
from web_server import Reply, serving

from sourcebook.ui.api.mcp.app import app_contents
from sourcebook.ui.api.spans import answer_to_dict
from sourcebook.ui.serving import Access

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>News</title></head>
<body><main><h1>News</h1>{body}</main><script src="{script}" defer></script></body></html>"""
BUBBLE = '<sourcebook-chat library="sample.library" heading="Ask the Courier"></sourcebook-chat>'
INLINE = '<sourcebook-chat layout="inline"></sourcebook-chat>'


@dataclass(frozen=True)
class Visited:
    """A page of another origin that has the element in it, and the server it asks."""

    api: RunningApi
    model: Paced
    bubble: str
    inline: str
    foreign: str


@pytest.fixture(scope="module")
def visited(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    model = Paced(SENTENCE)
    with serving() as site, serving() as other:
        access = Access(origins=frozenset({site.url("")}))
        place = tmp_path_factory.mktemp("server")
        with sample_server(sample_folder, place, model=model, access=access) as api:
            api.keys.create("owner", ["ask"], None)
            script = f"{api.url}/api/widget/chat.js"
            for path, body in (("/bubble", BUBBLE), ("/inline", INLINE)):
                page = Reply(PAGE.format(body=body, script=script).encode())
                site.pages[path] = other.pages[path] = page
            yield Visited(
                api, model, site.url("/bubble"), site.url("/inline"), other.url("/inline")
            )


@pytest.fixture
def page(browser: Browser, visited: Visited) -> Iterator[Page]:
    """A page, and what it asked and what went wrong in it."""
    context = browser.new_context(viewport={"width": 1000, "height": 760})
    opened = context.new_page()
    hosts: set[str] = set()
    wrong: list[str] = []
    opened.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    own = {urlsplit(url).netloc for url in (visited.api.url, visited.bubble, visited.foreign)}
    assert hosts - {""} <= own
    assert not wrong


def ask(page: Page, question: str) -> Locator:
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    return page.locator("article").last


def test_a_page_elsewhere_shows_an_answer_and_its_quote(page: Page, visited: Visited) -> None:
    page.goto(visited.bubble)
    page.get_by_role("button", name="Ask the Courier").click()
    reply = ask(page, QUESTION)
    expect(reply).to_contain_text(SENTENCE)
    mark = reply.get_by_role("button", name="Source 1: ").first
    card = reply.locator(".card").first
    expect(card).to_be_hidden()
    mark.hover()
    expect(card).to_be_visible()
    expect(card.locator("q")).to_have_text(QUOTE)
    expect(card).to_contain_text("Harbour Courier, Maren Holloway")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_the_draft_is_shown_as_it_comes_and_can_be_stopped(page: Page, visited: Visited) -> None:
    page.goto(visited.inline)
    visited.model.go_on.clear()
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".draft")).to_contain_text("The discussions")
    expect(page.get_by_role("status")).to_have_text("Writing …")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("article")).to_contain_text("Stopped.")
    assert visited.model.left.wait(60)  # the model was freed
    visited.model.says(SENTENCE)
    expect(ask(page, QUESTION)).to_contain_text(SENTENCE)


def test_everything_is_done_with_the_keyboard(page: Page, visited: Visited) -> None:
    page.goto(visited.bubble)
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("button", name="Ask the Courier")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("textbox", name="Your question")).to_be_focused()
    reply = ask(page, QUESTION)
    card = reply.locator(".card").first
    for _ in range(12):  # backwards over the marks, to the questions and answers
        press("Shift+Tab")
        if page.evaluate(ACTIVE) == "LOG":
            break
    press("Tab")
    assert page.evaluate(ACTIVE) == "MARK"
    expect(card).to_be_visible()
    expect(reply.locator(".mark").first).to_have_attribute("aria-expanded", "true")
    press("Escape")
    expect(card).to_be_hidden()
    expect(reply.locator(".mark").first).to_be_focused()
    press("Enter")
    expect(card).to_be_visible()
    press("Escape")
    press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.get_by_role("button", name="Ask the Courier")).to_be_focused()


ACTIVE = """() => {
  const active = document.querySelector("sourcebook-chat").shadowRoot.activeElement;
  if (!active) return "NONE";
  if (active.classList.contains("mark")) return "MARK";
  return active.classList.contains("log") ? "LOG" : active.tagName;
}"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 375)])
def test_axe_has_no_complaint(page: Page, visited: Visited, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 667})
    page.goto(visited.bubble)
    assert serious(page) == []
    page.get_by_role("button", name="Ask the Courier").click()
    ask(page, UNANSWERABLE)
    reply = ask(page, QUESTION)
    reply.locator("summary").click()
    reply.locator(".mark").first.click()
    assert serious(page) == []
    box = reply.locator(".card").first.bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_a_page_of_another_origin_is_refused_in_a_line(page: Page, visited: Visited) -> None:
    page.goto(visited.foreign)
    expect(ask(page, QUESTION)).to_contain_text("The server cannot be reached.")


def test_what_an_article_or_a_question_says_is_never_markup(page: Page, visited: Visited) -> None:
    page.goto(visited.inline)
    reply = ask(page, f"{QUESTION} <img src=x onerror=\"document.title='hit'\">")
    expect(reply).to_contain_text("<img src=x")
    expect(reply.locator("img")).to_have_count(0)
    assert page.title() == "News"


def test_a_token_that_has_ended_is_renewed(page: Page, visited: Visited) -> None:
    page.goto(visited.inline)
    ask(page, QUESTION)
    asked = 0

    def refuse(route: object) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            route.fulfill(status=401, body="{}", headers={"access-control-allow-origin": "*"})  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/ask", refuse)
    expect(ask(page, QUESTION)).to_contain_text(SENTENCE)
    assert asked == 2


HOST = """<!doctype html><html lang="en"><head><title>Host</title></head><body>
<iframe title="app" sandbox="allow-scripts" style="width:500px;height:400px"></iframe>
<script>
  const frame = document.querySelector("iframe");
  const heard = (window.heard = []);
  addEventListener("message", ({ data, source }) => {
    if (source !== frame.contentWindow) return;
    heard.push(data.method);
    const send = (message) => source.postMessage({ jsonrpc: "2.0", ...message }, "*");
    const result = { protocolVersion: "2026-01-26", hostContext: { theme: "dark" } };
    if (data.method === "ui/initialize") send({ id: data.id, result });
    if (data.method === "ui/notifications/initialized")
      send({ method: "ui/notifications/tool-result", params: RESULT });
  });
  frame.srcdoc = APP;
</script></body></html>"""


def test_a_host_of_agents_shows_the_quotes_in_a_frame(browser: Browser, visited: Visited) -> None:
    answer = answer_to_dict(visited.api.chatbot.ask(QUESTION))
    result = {"content": [], "structuredContent": answer}
    host = HOST.replace("APP", json.dumps(app_contents().text).replace("</", "<\\/"))
    context = browser.new_context()
    page = context.new_page()
    page.set_content(host.replace("RESULT", json.dumps(result).replace("</", "<\\/")))
    app = page.frame_locator("iframe")
    expect(app.locator(".answer")).to_contain_text(SENTENCE)
    app.locator(".mark").first.hover()
    expect(app.locator(".card").first.locator("q")).to_have_text(QUOTE)
    expect(app.locator("html")).to_have_attribute("data-scheme", "dark")
    assert page.evaluate("heard[0]") == "ui/initialize"
    page.wait_for_function("heard.includes('ui/notifications/size-changed')")
    context.close()
