"""Files through the page: a real PDF read at its page, a folder with its sub-folders, too large."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Paced, answered, ask, page_over
from dropping import drop
from made_files import pdf
from playwright.sync_api import Browser, Frame, Page, expect
from waiting import until

from sourcebook.index import Library

pytestmark = pytest.mark.browser

FACT = "The harbour bridge is 312 metres long, its engineer said."
PAGES = [
    "\n\n".join(f"Hill {n} of page {page} carries an orchard of {n + 7} trees." for n in range(20))
    for page in range(1, 6)
]


@pytest.fixture
def model() -> Paced:
    return Paced(FACT)


@pytest.fixture
def page(browser: Browser, library: Library, model: Paced) -> Iterator[Page]:
    """The page over an empty library."""
    yield from page_over(browser, library, model, viewport={"width": 1280, "height": 800})


def test_a_pdf_is_added_asked_and_opened_at_its_page(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    pages = [*PAGES[:3], f"{PAGES[3]}\n\n{FACT}", PAGES[4]]
    file.write_bytes(pdf(pages, title="The harbour report"))
    page.locator("#first-upload input").set_input_files(file)
    expect(page.locator(".sb-report")).to_contain_text("Added 1 article.")
    ask(page, "How long is the harbour bridge?")
    answered(page)
    # The report of what was added makes room, and the page fits the window.
    expect(page.locator(".sb-report")).not_to_be_visible()
    page.wait_for_function("document.documentElement.scrollHeight <= 800")
    mark = page.locator("#t1 .sb-mark a").first
    mark.focus()
    expect(page.locator(".sb-bubble")).to_contain_text("page 4")
    expect(page.locator("#t1-1")).to_contain_text("page 4")
    mark.click()
    here = page.locator(".sb-reader .sb-here")
    expect(here).to_have_text(FACT)
    expect(here).to_be_in_viewport()
    expect(page.locator(".sb-reader .sb-article-title")).to_have_text("The harbour report")
    # The page's number is the last one told before the quote.
    page_label = page.evaluate(
        """() => [...document.querySelectorAll(".sb-reader .sb-page")].filter((head) =>
            head.compareDocumentPosition(document.querySelector(".sb-reader .sb-here")) & 4)
            .at(-1).innerText"""
    )
    assert page_label == "Page 4"

    with page.expect_popup() as opened:
        page.locator(".sb-reader .sb-place a", has_text="report.pdf").click()
    original = opened.value
    ends = "The%20harbour%20bridge%20is,long%2C%20its%20engineer%20said."
    until(original, lambda: original.url.endswith(f"#page=4:~:text={ends}"))
    assert original.evaluate("document.contentType") == "application/pdf"
    # The browser's own viewer is not kept from showing it, at the page.
    until(original, lambda: viewers_of(original))
    (viewer,) = viewers_of(original)
    expect(viewer.locator("#pageSelector")).to_have_value("4")
    original.close()


def viewers_of(original: Page) -> list[Frame]:
    return [frame for frame in original.frames if frame.url.startswith("chrome-extension:")]


def test_a_file_over_the_limit_is_told_with_the_way_out(page: Page, tmp_path: Path) -> None:
    page.locator("#first-upload input").set_input_files(
        of_a_gigabyte_and_more(tmp_path / "large.txt")
    )
    expect(page.get_by_test_id("toast-text")).to_have_text(
        'Larger than 1.0 Gb, the most that this page takes: "large.txt". None of these files was '
        "added. “sourcebook add FILE” on the command line has no such limit."
    )


def test_a_text_that_is_too_long_to_be_read_stops_no_other(
    page: Page, library: Library, tmp_path: Path
) -> None:
    large, small = tmp_path / "long.txt", tmp_path / "small.txt"
    large.write_bytes(b"Words and words. " * 3_500_000)
    small.write_text("The bridge is long.")
    page.locator("#first-upload input").set_input_files([large, small])
    report = page.locator(".sb-report")
    expect(report).to_contain_text("Added 1 article.")
    expect(report.locator(".sb-skipped tr", has_text="long.txt")).to_contain_text("limit")
    assert len(library) == 1


def test_a_folder_keeps_the_names_of_its_sub_folders(
    page: Page, library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    for place, text in (("2021/january", "The old bridge is red."), ("2022", "The new is blue.")):
        (folder / place).mkdir(parents=True)
        (folder / place / "bridge.txt").write_text(text)
    (folder / "2022" / "style.css").write_text("p {}")
    page.locator("input[webkitdirectory]").first.set_input_files(folder)
    expect(page.locator(".sb-report")).to_contain_text("Added 2 articles.")
    copies = library.folder / "uploads"
    places = {Path(str(d.path)).relative_to(copies).parts[1:] for d in library.documents()}
    assert places == {
        ("archive", "2021", "january", "bridge.txt"),
        ("archive", "2022", "bridge.txt"),
    }
    page.get_by_label("Question").fill("old red bridge")
    page.get_by_role("button", name="Search only").click()
    expect(page.locator(".sb-hit .sb-place").first).to_have_text("archive/2021/january/bridge.txt")


def of_a_gigabyte_and_more(place: Path) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as large:
        large.truncate(1_200_000_000)  # takes no room on disk
    return place


@pytest.mark.parametrize("way", ["chosen", "dropped"])
def test_of_several_files_the_one_over_the_limit_is_left_out_and_told(
    page: Page, library: Library, tmp_path: Path, way: str
) -> None:
    """Where there is nothing yet, and beside the articles."""
    first = folder_with_one_too_large(tmp_path / "first", "Bridge", "dump.txt")
    second = folder_with_one_too_large(tmp_path / "second", "Tower", "wiki.txt")
    if way == "chosen":
        page.locator("#first-upload input").set_input_files(sorted(first.iterdir()))
    else:
        drop(page, "#first-upload", first)
    check_one_left_out(page, "dump.txt" if way == "chosen" else "in/dump.txt")
    assert texts(library) == ["Bridge one is long.", "Bridge two is long."]

    page.get_by_role("tab", name="Articles").click()
    if way == "chosen":
        page.locator("input[webkitdirectory]").last.set_input_files(second)
    else:
        drop(page, "#upload", *sorted(second.iterdir()))
    check_one_left_out(page, "in/wiki.txt" if way == "chosen" else "wiki.txt")
    assert texts(library)[2:] == ["Tower one is long.", "Tower two is long."]
    # The next files are told of by themselves.
    (second / "three.txt").write_text("Bridge three is long.")
    page.locator("#upload input").set_input_files(second / "three.txt")
    expect(page.locator(".sb-report").last).to_contain_text("Added 1 article.")
    expect(page.locator(".sb-report").last.locator(".sb-skipped")).to_have_count(0)
    assert len(library) == 5


def folder_with_one_too_large(place: Path, name: str, large: str) -> Path:
    folder = place / "in"
    of_a_gigabyte_and_more(folder / large)
    for number in ("one", "two"):
        (folder / f"{number}.txt").write_text(f"{name} {number} is long.")
    return folder


def check_one_left_out(page: Page, name: str) -> None:
    report = page.locator(".sb-report").last
    row = report.locator(".sb-skipped tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text(name)
    expect(row).to_contain_text("larger than 1 GB")
    expect(report).to_contain_text("Added 2 articles.")


def texts(library: Library) -> list[str]:
    return sorted(document.text for document in library.documents())
