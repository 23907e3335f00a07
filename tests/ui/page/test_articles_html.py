"""The Articles tab as HTML: pages of the table, reports, and nothing in them but escaped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from table_rows import row

from sourcebook.index import AddReport, Progress, RemovedText, Skipped, make_document
from sourcebook.ui.page.html import View
from sourcebook.ui.page.html.article import article_html, removal_html, reread_html
from sourcebook.ui.page.html.articles import (
    ROWS_PER_PAGE,
    UploadInfo,
    apply_action,
    earlier_reading_html,
    parse_upload_info,
    progress_html,
    report_html,
    size_refusals,
    split_urls,
    table_html,
    url_refusals,
)
from sourcebook.ui.render.listing import report_counts
from sourcebook.ui.state.additions import Addition

HOSTILE = '<script>hit()</script>"><img src=x onerror=hit()>'


def test_a_page_of_the_table_holds_fifty_rows_however_many_there_are() -> None:
    rows = [row(number, f"Article {number}") for number in range(10_000)]
    first = table_html(rows, View(), len(rows))
    assert first.count("<tr>") == ROWS_PER_PAGE + 1
    assert f"1–{ROWS_PER_PAGE} of 10,000" in first
    assert len(first) < 40_000
    last = table_html(rows, View(page=199), len(rows))
    assert "9,951–10,000 of 10,000" in last
    assert 'data-do="page:200" data-key="+" disabled' in last


def test_pressing_a_column_sorts_by_it_and_again_turns_it_round() -> None:
    view = apply_action(View(page=3), "sort:title")
    assert (view.order, view.descending, view.page) == ("title", False, 0)
    assert apply_action(view, "sort:title").descending
    assert apply_action(view, "sort:date").descending  # the newest first
    html = table_html([row(0, "A")], view, 1)
    assert html.count("aria-sort") == 1
    assert 'aria-sort="ascending"' in html


@pytest.mark.parametrize("action", ["", "sort:none", "page:-1", "page:x", "drop:all", "sort"])
def test_what_nothing_on_the_page_says_changes_nothing(action: str) -> None:
    view = View(words="bridge", page=2)
    assert apply_action(view, action) == view


def test_a_story_of_several_outlets_is_named_and_leads_to_its_articles() -> None:
    story = row(0, "A bridge", story="s", story_size=3, outlets=2)
    assert 'data-do="story:s">one story, 2 outlets<' in table_html([story], View(), 1)
    alone = table_html([story], View(story="s"), 1)
    assert "telling one story" in alone
    assert 'data-do="story:"' in alone
    assert "outlet" not in table_html([row(0, "A bridge")], View(), 1)


def test_an_empty_library_and_an_empty_search_say_what_to_do() -> None:
    assert "Drop files or a folder" in table_html([], View(), 0)
    assert "Try fewer words" in table_html([], View(words="x"), 5)


def test_a_report_has_the_words_of_the_command_line_and_a_reason_for_each() -> None:
    report = AddReport(
        added=("a", "b"),
        unchanged=("c",),
        skipped=(Skipped("/x/photo.txt", "holds binary data", "UnreadableFile"),),
    )
    html = report_html(replace(report, skipped=(*report.skipped, *url_refusals(["not a url"]))))
    assert "Added 2 articles." in html
    for word, number in {**report_counts(report), "skipped": 2}.items():
        assert f'<th scope="col">{word}</th>' in html
        assert f"<td>{number}</td>" in html
    assert "photo.txt" in html
    assert "holds binary data" in html
    assert "no URL" in html


def test_a_stopped_addition_says_that_it_can_go_on() -> None:
    assert "add the same again to go on" in report_html(AddReport(stopped=True))


def test_progress_has_counts_rate_and_time_left() -> None:
    addition = Addition(lambda _, stop: AddReport())
    addition.progress = Progress(20, 100, "The bridge")
    html = progress_html(addition, 10)  # two a second, so 80 take 40 s
    assert "Reading 20 of 100" in html
    assert "120 a minute, 40 s left" in html
    assert 'max="100" value="20"' in html


def test_lines_that_are_no_url_are_told_apart() -> None:
    urls, other_lines = split_urls(
        "https://a.example/1\n\n# a comment\n  https://a.example/1  \nhttp://b.example\nbridge\n"
        "https://a.example is good"
    )
    assert urls == ["https://a.example/1", "http://b.example"]
    assert other_lines == ["bridge", "https://a.example is good"]


def test_what_the_browser_tells_of_files_is_theirs_or_nothing() -> None:
    files = [Path("a.txt"), Path("b.txt")]
    info = parse_upload_info(
        '{"places": ["in/a.txt", "in/below/b.txt"], "large": ["in/c.zip"]}', files
    )
    assert info == UploadInfo(("in/a.txt", "in/below/b.txt"), ("in/c.zip",))
    empty_info = UploadInfo(("", ""))
    for text in ("", "[]", "null", "{", '{"places": ["a"]}', '{"places": 7, "large": "abc"}'):
        assert parse_upload_info(text, files) == empty_info
    many = parse_upload_info(json.dumps({"large": ["x"] * 10_000}), files)
    assert len(many.large) == 100


def test_a_file_that_was_left_out_is_told_with_the_way_out() -> None:
    html = report_html(AddReport(added=("a",), skipped=size_refusals(["<b>dump</b>.csv"])))
    assert "&lt;b&gt;dump&lt;/b&gt;.csv" in html
    assert "larger than 1 GB, the most that the page takes" in html
    assert "Skipped, and why (1)" in html


def test_nothing_in_a_table_a_report_or_an_article_is_markup() -> None:
    rows = [row(0, HOSTILE, source=HOSTILE, place=HOSTILE, story="s", story_size=2)]
    report = AddReport(skipped=(Skipped(HOSTILE, HOSTILE, "E"),), notes=(HOSTILE,))
    document = replace(
        make_document(HOSTILE * 3, title=HOSTILE, source=HOSTILE, path=f"/x/{HOSTILE}"),
        removed=(RemovedText(HOSTILE, HOSTILE),),
    )
    for html in (
        table_html(rows, View(), 1),
        report_html(replace(report, skipped=(*report.skipped, *url_refusals([HOSTILE])))),
        article_html(document, ()),
        removal_html(document, HOSTILE, Path("/lib")),
        reread_html(report),
    ):
        assert "<script" not in html
        assert "<img" not in html
        assert "&lt;script&gt;" in html


def test_what_was_taken_out_of_an_article_stands_with_its_rule() -> None:
    document = replace(
        make_document("A text."), removed=(RemovedText("newsletter", "Sign up now"),)
    )
    html = article_html(document, ())
    assert "1 piece" in html
    assert '<th scope="row">newsletter</th><td dir="auto">Sign up now</td>' in html
    assert "Nothing was removed" in article_html(make_document("A text."), ())


def test_the_page_names_what_an_earlier_version_read_and_the_way_out() -> None:
    html = earlier_reading_html(["The ferry", "The <quay>"])
    assert "“The ferry” and “The &lt;quay&gt;” were read by an earlier version" in html
    assert "“sourcebook reread --earlier” reads them again" in html
    assert earlier_reading_html([]) == ""


def test_a_removal_says_what_stays() -> None:
    lib = Path("/lib")
    own = make_document("T.", path="/x/a.txt")
    copy = make_document("T.", path="/lib/uploads/abc/a.txt")
    page = make_document("T.", url="https://a.example")
    assert "The file it was read from stays: /x/a.txt" in removal_html(own, "main", lib)
    assert "your own file stays" in removal_html(copy, "main", lib)
    assert "page it was read from stays" in removal_html(page, "main", lib)


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (AddReport(unchanged=("a",)), "it is the same"),
        (AddReport(updated=("a",)), "it has changed"),
        (AddReport(skipped=(Skipped("x", "404", "PageGone"),)), "Not read again: 404. The article"),
    ],
)
def test_reading_again_says_what_came_of_it(report: AddReport, text: str) -> None:
    assert text in reread_html(report)
