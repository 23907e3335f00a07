"""Answers as HTML, Markdown, plain text, JSON: what is shown, and that all of it is only data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote as percent

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sourcebook.index import Document
from sourcebook.rag.answer import Answer, Citation, Conflict, OtherSource, Sentence, Side, Timings
from sourcebook.rag.question.filters import QuestionFilter
from sourcebook.ui.render import clean, escape, one_line
from sourcebook.ui.render import text as render
from sourcebook.ui.render.citations import at_quote, human_date
from sourcebook.ui.render.escaping import safe_url

TEXT = (
    "GENEVA. The two sides met on Monday.\n\nTheir discussions took about eight hours. "
    "Nobody gave way. A second round was left open."
)
QUOTE = "Their discussions took about eight hours."


def document(text: str = TEXT, **fields: Any) -> Document:
    defaults: dict[str, Any] = {
        "title": "Eight hours in Geneva",
        "source": "Harbour Courier",
        "published": datetime(2022, 1, 10, 21, 30, tzinfo=UTC),
        "path": "articles/geneva.md",
    }
    return Document(id="d1", text=text, **{**defaults, **fields})


def cite(number: int, quote: str = QUOTE, source: Document | None = None, **more: Any) -> Citation:
    source = source or document()
    start = source.text.index(quote)
    return Citation(number, source, "p1", quote, start, start + len(quote), **more)


def answer(*sentences: Sentence, citations: tuple[Citation, ...] = (), **more: Any) -> Answer:
    """An answer whose text is ``sentences`` with the marks behind, offsets worked out."""
    text, placed = "", []
    for sentence in sentences:
        text += " " if text else ""
        placed.append(replace(sentence, start=len(text), end=len(text) + len(sentence.text)))
        text += sentence.text
        text += "".join(f" [{n}]" for n in sentence.citations)
    defaults: dict[str, Any] = {"abstained": False, "confidence": 0.9, "text": text}
    return Answer(
        question="How long?",
        standalone_question="How long did the talks last?",
        sentences=tuple(placed),
        citations=citations,
        **{**defaults, **more},
    )


def sentence(text: str, *citations: int, unsupported: tuple[str, ...] = ()) -> Sentence:
    supported = bool(citations) and not unsupported
    return Sentence(text, 0, 0, citations, 0.9, supported, unsupported)


GOOD = answer(sentence("The talks took about eight hours.", 1), citations=(cite(1),))
DOUBTFUL = answer(
    sentence("The talks took about eight hours.", 1),
    sentence("Sherman was 68.", unsupported=("68",)),
    citations=(cite(1),),
)
REFUSED = answer(abstained=True, text="Your articles do not answer this.", nearest=(cite(1),))


FORMS = [render.to_text, render.to_markdown, render.to_html]


OTHER = document(
    "They negotiated for more than seven hours.",
    source="Ledger",
    published=datetime(2022, 1, 11, tzinfo=UTC),
    path="b.md",
)
DIFFER = replace(
    GOOD,
    conflicts=(
        Conflict(
            "hours",
            "number",
            (
                Side("more than seven hours", 25200.0, "above", (cite(2, OTHER.text, OTHER),)),
                Side("about eight hours", 28800.0, "about", (cite(1),)),
            ),
        ),
    ),
)


class Page(HTMLParser):
    """Every tag with its attributes, and all text, as a browser would read them."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.inside: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag in set(self._open):
            self.inside[tag] = self.inside.get(tag, "") + data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


# --- what is shown ---


def test_the_quote_is_marked_in_its_surroundings() -> None:
    page = Page(render.sources_html([cite(1)]))
    assert page.inside["mark"] == QUOTE
    assert "The two sides met on Monday." in page.inside["blockquote"]
    assert "Nobody gave way." in page.inside["blockquote"]


def test_a_card_names_title_source_date_page_and_place() -> None:
    output = Page(render.sources_html([cite(3, page=7)])).text
    for words_expected in (
        "3",
        "Eight hours in Geneva",
        "Harbour Courier",
        "10 January 2022",
        "page 7",
    ):
        assert words_expected in output
    assert "geneva.md" in output


def test_a_mark_leads_to_its_card() -> None:
    page = Page(render.to_html(GOOD))
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert links == ["#source-1"]
    assert ids == ["source-1"]


def test_marks_are_links_and_no_longer_words() -> None:
    output = Page(render.answer_html(GOOD))
    assert "[1]" not in output.text
    assert output.inside["sup"] == "1"


def test_an_unsupported_sentence_looks_different_and_says_why() -> None:
    html = render.answer_html(DOUBTFUL)
    assert '<span class="sb-sentence sb-unsupported">Sherman was 68.</span>' in html
    assert "“68” stands in no source" in Page(html).text
    assert html.count("sb-unsupported") == 1


@pytest.mark.parametrize("form", [render.to_text, render.to_markdown])
def test_the_other_forms_say_what_stands_in_no_source(form: Callable[[Answer], str]) -> None:
    assert "“68” stands in no source" in form(DOUBTFUL)
    assert "in no source" not in form(GOOD)


@pytest.mark.parametrize("form", FORMS)
def test_what_sources_say_of_another_is_not_said_to_stand_nowhere(
    form: Callable[[Answer], str],
) -> None:
    output = form(
        answer(sentence("Lunch took eight hours.", 1, unsupported=("8",)), citations=(cite(1),))
    )
    assert "What it says of “8” stands in no source" in output.replace("what it", "What it")


@pytest.mark.parametrize("form", [render.to_text, render.to_markdown, render.to_html])
def test_a_refusal_shows_what_was_nearest(form: Callable[[Answer], str]) -> None:
    output = form(REFUSED)
    assert "Your articles do not answer this." in output
    assert "Nearest in your articles" in output
    assert QUOTE in output


@pytest.mark.parametrize("form", FORMS)
def test_a_refusal_says_why(form: Callable[[Answer], str]) -> None:
    reason = "The nearest sentences name Sherman, but give no age."
    assert reason in form(replace(REFUSED, reason=reason))
    assert REFUSED.to_dict()["reason"] is None


@pytest.mark.parametrize("form", FORMS)
def test_what_a_source_denies_is_said_with_its_words(form: Callable[[Answer], str]) -> None:
    denied = replace(sentence("They met.", 1), supported=False, contrary="gave way")
    output = form(answer(denied, citations=(cite(1),)))
    assert "says the opposite: “gave way”" in output


@pytest.mark.parametrize("form", FORMS)
def test_how_much_was_left_out_is_said(form: Callable[[Answer], str]) -> None:
    output = form(replace(GOOD, left_out=(sentence("Sherman was 68."),)))
    assert "1 sentence that no source supports left out" in output
    assert "68" not in output


OTHER = document(
    "Talks lasted eight hours, the envoys said.",
    title="A long day",
    source="Lakeside Tribune",
    url="https://l.example/a",
)
REPEATED = replace(
    GOOD, citations=(replace(cite(1), also=(OtherSource(OTHER, "p2", OTHER.text, 0, 42),)),)
)


@pytest.mark.parametrize("form", FORMS)
def test_who_else_reports_it_is_named_with_the_quote(form: Callable[[Answer], str]) -> None:
    output = form(REPEATED)
    assert "lso reported by 1" in output
    assert "also reported" not in form(GOOD).lower()
    for words_expected in ("A long day", "Lakeside Tribune", OTHER.text, "10 January 2022"):
        assert words_expected in output


def test_who_else_reports_it_unfolds_and_is_linked() -> None:
    page = Page(render.to_html(REPEATED))
    assert [tag for tag, _ in page.tags if tag in ("details", "summary")] == ["details", "summary"]
    assert page.inside["summary"] == "Also reported by 1"
    links = [attributes.get("href") for _, attributes in page.tags]
    assert f"https://l.example/a#:~:text={percent(OTHER.text)}" in links
    assert "<https://l.example/a>" in render.to_markdown(REPEATED)


def test_a_stopped_answer_says_so() -> None:
    assert "Stopped before the end" in render.to_text(replace(GOOD, stopped=True))
    assert "Stopped before the end" in render.to_html(replace(GOOD, stopped=True))


def test_the_time_is_shown_small() -> None:
    assert "2.3 s" in render.answer_html(replace(GOOD, timings=Timings(total=2.34)))


def test_plain_text_reads_like_a_letter() -> None:
    assert render.to_text(GOOD) == (
        "The talks took about eight hours. [1]\n\n"
        "Sources\n\n"
        "[1] Eight hours in Geneva, Harbour Courier, 10 January 2022\n"
        f"    “{QUOTE}”\n"
        "    articles/geneva.md\n"
    )


def test_plain_text_keeps_to_a_width() -> None:
    lines = render.to_text(DOUBTFUL, 40).splitlines()
    assert max(map(len, lines)) <= 40


def test_markdown_has_footnotes_with_the_quote() -> None:
    linked = replace(GOOD, citations=(cite(1, source=document(url="https://h.example/a")),))
    output = render.to_markdown(linked)
    assert "The talks took about eight hours.[^1]" in output
    assert f"[^1]: **Eight hours in Geneva**, Harbour Courier, 10 January 2022: “{QUOTE}”" in output
    assert "<https://h.example/a>" in output


def test_json_is_the_answers_own_form() -> None:
    assert json.loads(render.to_json(DOUBTFUL)) == DOUBTFUL.to_dict()


# --- where sources differ ---

SAID = (
    "Sources differ: ‘more than seven hours’{} (Ledger, 11 January 2022); "
    "‘about eight hours’{} (Harbour Courier, 10 January 2022)."
)


def test_plain_text_says_in_one_sentence_who_says_what() -> None:
    assert SAID.format(" [2]", " [1]") in render.to_text(DIFFER).splitlines()
    assert "[2] Eight hours in Geneva, Ledger, 11 January 2022" in render.to_text(DIFFER)


def test_markdown_says_the_same_with_footnotes() -> None:
    output = render.to_markdown(DIFFER)
    assert SAID.format("[^2]", "[^1]") in output.splitlines()
    assert "[^2]: **Eight hours in Geneva**, Ledger" in output


def test_html_puts_the_sides_in_a_table_that_leads_to_their_cards() -> None:
    html = render.to_html(DIFFER)
    page = Page(html)
    assert page.inside["caption"] == "Sources differ: hours"
    rows = re.findall(r"<tr>.*?</tr>", html)[1:]
    assert [Page(row).text for row in rows] == [
        "more than seven hoursThey negotiated for more than seven hours.Ledger · 11 January 20222",
        f"about eight hours{QUOTE}Harbour Courier · 10 January 20221",
    ]
    links = [a["href"] for tag, a in page.tags if tag == "a"]
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert links == ["#source-1", "#source-2", "#source-1"]
    assert ids == ["source-1", "source-2"]


def test_json_holds_the_sides() -> None:
    (conflict,) = json.loads(render.to_json(DIFFER))["conflicts"]
    assert [(s["text"], s["value"]) for s in conflict["sides"]] == [
        ("more than seven hours", 25200.0),
        ("about eight hours", 28800.0),
    ]


# --- surroundings ---


def test_surroundings_end_where_sentences_do() -> None:
    text = "One is here. " * 40 + QUOTE + " Two is there." * 40
    context = render.surroundings(cite(1, source=document(text)), reach=100)
    assert context.before.startswith("One is here.")
    assert context.after.endswith("Two is there.")
    assert context.cut_before
    assert context.cut_after


def test_surroundings_end_at_words_where_sentences_are_long() -> None:
    text = "word " * 100 + QUOTE + " word" * 100
    context = render.surroundings(cite(1, source=document(text)), reach=52)
    assert set(context.before.split()) == set(context.after.split()) == {"word"}


def test_a_quote_alone_has_nothing_around_it() -> None:
    context = render.surroundings(cite(1, source=document(QUOTE)))
    assert (context.before, context.after) == ("", "")
    assert not context.cut_before
    assert not context.cut_after


@given(st.text(), st.text(min_size=1), st.text(), st.integers(1, 50))
def test_surroundings_always_touch_the_quote(
    before: str, quote: str, after: str, reach: int
) -> None:
    text = before + quote + after
    place = Citation(1, document(text), "p", quote, len(before), len(before) + len(quote))
    context = render.surroundings(place, reach)
    assert before.endswith(context.before)
    assert after.startswith(context.after)
    assert len(context.before) <= reach
    assert len(context.after) <= reach


# --- only data ---

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<https://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "# Heading",
    "- item",
    "1. item",
    "> quote",
    "```\ncode\n```",
    "    indented",
    "| a | b |\n|---|---|",
    "***bold***",
    "~~gone~~",
    "$$x$$",
    "[^1]: note",
    "[1]: https://evil.example",
    "&lt;b&gt; &#60;i&#62;",
    "a\n\n<b>b</b>\n\nc",
    "<!-- x -->",
    "<!DOCTYPE html>",
    "</span></p></div>",
    "${alert(1)} {{constructor}}",
    "\x1b[31mred\x1b[0m\x07",
    "\u202eright to left",
    "\ud800 lone",
    "\u2028line\u2029",
    "\r\nheader",
    "\x00",
]
words = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=4).map(" ".join)
some_words = words.filter(lambda text: bool(text.strip()))


@st.composite
def hostile_answers(draw: st.DrawFn) -> Answer:
    """An answer with hostile text wherever there is text."""
    quote = draw(some_words)
    before, after = draw(words), draw(words)
    source = document(
        before + quote + after,
        title=draw(words),
        source=draw(st.none() | words),
        url=draw(st.none() | words | st.just("https://ok.example/a?b=1&c=2")),
        path=draw(st.none() | words),
    )
    bounds = (len(before), len(before) + len(quote))
    also = (OtherSource(source, "p", quote, *bounds),) if draw(st.booleans()) else ()
    place = Citation(1, source, "p", quote, *bounds, 2, also)
    denied = replace(sentence(draw(some_words), 1), supported=False, contrary=draw(words))
    result = answer(
        sentence(draw(some_words), 1),
        denied,
        sentence(draw(some_words), 1, unsupported=(draw(words),)),
        citations=(place,),
        stopped=draw(st.booleans()),
    )
    sides = [draw(some_words), draw(st.just(quote) | some_words)]
    differ = Conflict(
        draw(words), "number", tuple(Side(side, 1.0, "exact", (place,)) for side in sides)
    )
    return draw(
        st.sampled_from(
            [
                replace(result, question=draw(words), conflicts=(differ,)),
                answer(abstained=True, text=draw(words), nearest=(place,), reason=draw(words)),
            ]
        )
    )


ALLOWED = {
    "article": {"class"},
    "h2": {"dir"},
    "h3": set[str](),
    "div": {"class", "dir"},
    "p": {"class"},
    "span": {"class", "role", "tabindex", "title", "data-tell"},
    "sup": {"class"},
    "a": {"href", "title", "aria-label", "target", "rel"},
    "ol": {"class"},
    "ul": set[str](),
    "details": {"class"},
    "summary": set[str](),
    "li": {"class", "id", "tabindex"},
    "bdi": {"title"},
    "blockquote": {"class", "dir"},
    "mark": set[str](),
    "br": set[str](),
    "table": {"class"},
    "caption": set[str](),
    "thead": set[str](),
    "tbody": set[str](),
    "tr": set[str](),
    "th": {"scope"},
    "td": {"class", "colspan"},
}


@pytest.mark.slow
@given(hostile_answers())
def test_nothing_in_an_answer_becomes_html(hostile: Answer) -> None:
    html = render.to_html(hostile)
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag in ALLOWED
        assert set(attributes) <= ALLOWED[tag]
    for attributes in (a for tag, a in page.tags if tag == "a"):
        if attributes["href"] != "#source-1":
            cited = (*hostile.citations, *hostile.nearest)
            address, _, quoted = str(attributes["href"]).partition(":~:text=")
            places = {(c.document.url, c.quote) for c in cited}
            ways = {at_quote(url, quote) for url, quote in places if url}
            assert attributes["href"] in ways
            assert address.removesuffix("#") in {(url or "").removesuffix("#") for url, _ in places}
            assert not set(quoted) & set(""" "'<>&-""")
            assert address.startswith(("http://", "https://"))
            assert attributes["rel"] == "noopener noreferrer"
    assert "\n" not in html, "one line, or Markdown could begin inside"
    html.encode("utf-8")


@pytest.mark.slow
@given(hostile_answers())
def test_nothing_in_an_answer_becomes_markdown(hostile: Answer) -> None:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    urls = {c.document.url for c in (*hostile.citations, *hostile.nearest)}
    blocks = reader.parse(render.to_markdown(hostile))
    items = 0 if hostile.citations else len(hostile.nearest)
    assert [b.tag for b in blocks if b.type == "heading_open"] == ["h2"]
    assert len([b for b in blocks if b.type == "list_item_open"]) == items
    for block in blocks:
        kind = block.type.removesuffix("_open").removesuffix("_close")
        assert kind in {"heading", "paragraph", "bullet_list", "list_item", "inline"}
        for token in block.children or []:
            kind = token.type.removesuffix("_open").removesuffix("_close")
            assert kind in {"text", "strong", "em", "softbreak", "link"}
            if token.type == "link_open":
                assert token.attrs["href"] in urls
                assert token.info == "auto"


@pytest.mark.slow
@given(hostile_answers())
def test_nothing_in_an_answer_commands_a_terminal(hostile: Answer) -> None:
    output = render.to_text(hostile) + render.to_text(hostile, 60) + render.to_json(hostile)
    assert [c for c in output if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160] == []
    output.encode("utf-8")


@pytest.mark.slow
@given(hostile_answers())
def test_json_says_the_same_whatever_the_text(hostile: Answer) -> None:
    assert json.loads(render.to_json(hostile)) == hostile.to_dict()


@given(words)
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert Page(f"<p>{escape(one_line(text))}</p>").text == one_line(text)


@given(st.text())
def test_clean_text_has_no_commands(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert "\x1b" not in clean(text)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/b?c=1&d=2#e", True),
        ("http://a.example:8080/", True),
        ("HTTPS://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("//a.example", False),
        ("https:///nowhere", False),
        ("https://bank.example@evil.example/", False),
        ('https://a.example/"onclick=x', False),
        ("https://a.example/<b>", False),
        (" https://a.example", False),
        ("https://a.example/\njavascript:x", False),
        ("https://[a.example", False),
        ("https:\\\\a.example", False),
        ("", False),
        (None, False),
    ],
)
def test_which_urls_become_links(url: str | None, kept: bool) -> None:
    assert safe_url(url) == (url if kept else None)


def test_dates_are_written_out() -> None:
    assert human_date(datetime(2022, 2, 1, tzinfo=UTC)) == "1 February 2022"
    assert human_date(None) is None


# --- filters and days ---------------------------------------------------------------------------

CHIPS = (
    QuestionFilter("source", "source:x", "Harbour <Courier>", "Harbour <Courier>", 0, 3, True),
    QuestionFilter("date", "date:2021", "Published December 2021", "in December", 4, 9, True),
    QuestionFilter("newest", "newest", "Newest first", "latest", 10, 12, False),
    QuestionFilter(
        "date", "date:1", "Published March 2019", "in March", 13, 15, True, applied=False
    ),
)


def test_filters_are_said_at_every_door() -> None:
    result = answer(Sentence("Yes.", 0, 4, (), 1.0, True), filters=CHIPS, as_of=date(2022, 1, 13))
    lines = [
        "Filtered: Harbour <Courier>; published December 2021",
        "Preferred: newest first",
        "Nothing in your articles, so left out: published March 2019",
    ]
    assert render.filter_notes(result) == lines
    text = render.to_text(result)
    assert text.startswith("As of 13 January 2022:\nYes.")
    assert all(line in text for line in lines)
    assert "*As of 13 January 2022*" in render.to_markdown(result)
    assert "*Filtered: Harbour \\<Courier\\>; published December 2021*" in render.to_markdown(
        result
    )
    assert "As of 13 January 2022" in render.to_html(result)
    data = json.loads(render.to_json(result))
    assert [f["label"] for f in data["filters"]] == [chip.label for chip in CHIPS]
    assert data["as_of"] == "2022-01-13"


def test_a_chip_has_a_button_only_where_it_can_be_taken_away() -> None:
    result = answer(Sentence("Yes.", 0, 4, (), 1.0, True), filters=CHIPS)
    live = render.chips_html(result, is_live=True)
    assert live.count("data-ignore=") == 3
    assert 'data-ignore="source:x"' in live
    assert "<button" not in render.chips_html(result)
    assert "<Courier>" not in live
    assert render.chips_html(answer(Sentence("Yes.", 0, 4, (), 1.0, True))) == ""


def test_a_day_of_the_week_in_a_quote_is_dated_by_its_article() -> None:
    dated = document("They met on Thursday.", published=datetime(2022, 1, 14, tzinfo=UTC))
    quoted = cite(1, "They met on Thursday.", dated)
    result = answer(Sentence("Yes.", 0, 4, (1,), 1.0, True), citations=(quoted,))
    expected = "“on Thursday”: 13 January 2022"
    assert expected in render.to_text(result)
    assert expected in render.to_markdown(result)
    assert expected in render.sources_html([quoted])
    assert json.loads(render.to_json(result))["citations"][0]["days"] == [
        {"text": "on Thursday", "label": "13 January 2022"}
    ]
