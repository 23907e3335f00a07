"""Takes pictures of each state of the page, to be looked at: light, dark, and as on a phone.

    python tests/screenshot_states.py FOLDER [PART_OF_A_STATE'S_NAME]

The models are the shipped fakes: what is written is scripted, how it is shown is real.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from answer_forms import EVERY_FORM, GREETING, HANDBOOK, MadeAnswers
from browser import INVENTED, QUESTION, SAID, UNANSWERABLE, Paced, answered, ask, chromium
from made_files import RAIN, TALKS, pdf
from playwright.sync_api import Browser, Page

from sourcebook.index import Library
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag import Settings
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.page.server import Listener, Server

FORMS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    "phone-dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
}
FOLLOW_UP = "Where did they dine?"
_SETTLE = 500

State = Callable[[Page, Paced, Path], None]
STATES: dict[str, State] = {}


def state(function: State) -> State:
    """Notes a way into a state under the function's name."""
    STATES[function.__name__] = function
    return function


@state
def first_run(page: Page, model: Paced, folder: Path) -> None:
    page.locator("#load-sample").wait_for()


@state
def invitation(page: Page, model: Paced, folder: Path) -> None:
    page.locator(".sb-suggested li").first.wait_for()


@state
def evidence(page: Page, model: Paced, folder: Path) -> None:
    model.before.clear()
    ask(page, QUESTION)
    page.locator("#sources .sb-card").first.wait_for()


@state
def streaming(page: Page, model: Paced, folder: Path) -> None:
    model.go_on.clear()
    ask(page, QUESTION)
    page.locator(".sb-draft").wait_for()


@state
def disagreement(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    page.locator(".sb-conflict").wait_for(timeout=3000)


@state
def refusal(page: Page, model: Paced, folder: Path) -> None:
    ask(page, UNANSWERABLE)
    answered(page)


@state
def unsupported(page: Page, model: Paced, folder: Path) -> None:
    model.says(INVENTED)
    ask(page, "What did Sherman and Ryabkov do in Geneva?")
    answered(page)


@state
def follow_up(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    model.says("The pair had already dined together on Sunday evening at a residence.")
    ask(page, FOLLOW_UP)
    answered(page, 2)
    page.locator("#talks").wait_for(state="attached")


@state
def filters(page: Page, model: Paced, folder: Path) -> None:
    ask(page, "What did the Harbour Courier say about the talks in Geneva in January 2022?")
    answered(page)


@state
def rated(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    page.get_by_label("Bad answer").click()
    page.get_by_label("Why?").wait_for()


@state
def forms(page: Page, model: Paced, folder: Path) -> None:
    ask(page, EVERY_FORM.question)
    answered(page)
    page.locator("#conversation").evaluate("e => { e.scrollTop = 0 }")


@state
def forms_exported(page: Page, model: Paced, folder: Path) -> None:
    forms(page, model, folder)
    exported_file(page, folder)


@state
def forms_cells(page: Page, model: Paced, folder: Path) -> None:
    forms(page, model, folder)
    page.locator(".sb-remark").last.scroll_into_view_if_needed()
    page.get_by_label("Source 8").focus()
    page.locator(".sb-bubble").wait_for()


@state
def kinds(page: Page, model: Paced, folder: Path) -> None:
    forms(page, model, folder)
    page.locator(".sb-menu summary").click()


@state
def small_talk(page: Page, model: Paced, folder: Path) -> None:
    ask(page, GREETING.question)
    answered(page)


@state
def bubble(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    page.locator("#t1 .sb-mark a").first.focus()
    page.locator(".sb-bubble").wait_for()


@state
def article_open(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    page.locator("#t1 .sb-mark a").first.click()
    page.locator(".sb-reader .sb-here").wait_for()


@state
def conversations(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    page.get_by_role("button", name="Conversations").click()
    page.locator(".sb-talk").first.wait_for()


@state
def search_only(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_label("Question").fill("talks in Geneva")
    page.get_by_role("button", name="Search only").click()
    page.locator(".sb-hit").first.wait_for()


@state
def export_menu(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    page.locator(".sb-export summary").click()


@state
def exported(page: Page, model: Paced, folder: Path) -> None:
    ask(page, QUESTION)
    answered(page)
    exported_file(page, folder)


def exported_file(page: Page, folder: Path) -> None:
    page.locator(".sb-export summary").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="HTML").click()
    file = folder / "export.html"
    downloading.value.save_as(file)
    page.goto(file.as_uri())


@state
def articles(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.locator(".sb-documents").wait_for()


@state
def articles_skipped(page: Page, model: Paced, folder: Path) -> None:
    files_folder = folder / "given"
    files_folder.mkdir(exist_ok=True)
    (files_folder / "talks.pdf").write_bytes(pdf([RAIN, TALKS], title="A report of the week"))
    (files_folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (files_folder / "empty.txt").write_text("")
    (files_folder / "a picture with a rather long name that goes on and on.jpg").write_bytes(
        b"\xff\xd8"
    )
    page.get_by_role("tab", name="Articles").click()
    page.locator("#upload input").set_input_files(sorted(files_folder.iterdir()))
    page.locator(".sb-report").last.wait_for()


@state
def articles_groups(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.get_by_label("Show").click()
    page.get_by_role("option", name="Stories told more than once").click()
    page.get_by_text("told more than once, in").wait_for()
    page.locator(".sb-documents").scroll_into_view_if_needed()


@state
def article_whole(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Eight hours in Geneva").click()
    page.locator(".sb-opened .sb-article-title").wait_for()
    page.get_by_text("About this article").click()


@state
def article_remove(page: Page, model: Paced, folder: Path) -> None:
    article_whole(page, model, folder)
    page.get_by_role("button", name="Remove …").click()
    page.locator(".sb-asks").wait_for()


@state
def libraries(page: Page, model: Paced, folder: Path) -> None:
    Libraries().create("Bridges") if len(Libraries().entries()) < 2 else None
    page.reload()
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Libraries").click()
    page.locator(".sb-facts").first.wait_for()


@state
def library_menu(page: Page, model: Paced, folder: Path) -> None:
    Libraries().create("Bridges") if len(Libraries().entries()) < 2 else None
    page.goto(page.url + "?library=Bridges")
    page.get_by_role("button", name="Manage library").click()
    page.get_by_role("button", name="Delete …").click()
    page.locator(".sb-asks").wait_for()


def remove(page: Page, title: str) -> None:
    page.get_by_role("button", name=title).click()
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text(f"Removed “{title}").wait_for()


@state
def article_removed(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_role("tab", name="Articles").click()
    for title in ("Eight hours in Geneva", "Hackers deface Ukrainian"):
        remove(page, title)
    page.get_by_text("1 removed before").click()


def delete_library(page: Page, name: str) -> None:
    Libraries().create(name)
    with Library.open(Libraries().entry(name).folder, embedder=HashEmbedder()) as library:
        library.add_sample()
    page.goto(page.url.partition("?")[0] + f"?library={name}")
    page.get_by_role("button", name="Manage library").click()
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.locator("#deleted-line").wait_for()


@state
def library_deleted(page: Page, model: Paced, folder: Path) -> None:
    delete_library(page, "Bridges")


@state
def trash(page: Page, model: Paced, folder: Path) -> None:
    for name in ("Bridges", "An older library with quite a long name"):
        delete_library(page, name)
    page.get_by_role("button", name="Manage library").click()
    page.locator(".sb-deleted").wait_for()


@state
def trash_back(page: Page, model: Paced, folder: Path) -> None:
    trash(page, model, folder)
    page.get_by_role("button", name="Bring back Bridges").click()
    page.locator(".sb-back").wait_for()


@state
def trash_emptying(page: Page, model: Paced, folder: Path) -> None:
    trash(page, model, folder)
    page.get_by_role("button", name="Empty the trash …").click()
    page.locator(".sb-asks").wait_for()


@state
def left_out(page: Page, model: Paced, folder: Path) -> None:
    files = [folder / "bridge.txt", folder / "dump.jsonl"]
    files[0].write_text("The bridge over the Ouse is 210 metres long.")
    with files[1].open("wb") as large:
        large.truncate(1_200_000_000)  # takes no room on disk
    page.get_by_role("tab", name="Articles").click()
    page.locator("#upload input").set_input_files(files)
    page.locator(".sb-report").last.wait_for()


@state
def deleted_library(page: Page, model: Paced, folder: Path) -> None:
    """A tab on a library that was deleted in another one."""
    other = page.context.new_page()
    other.goto(page.url)
    Libraries().create("Bridges")
    page.goto(page.url + "?library=Bridges")
    page.locator("#load-sample").wait_for()
    delete_library_in(other)
    page.get_by_role("tab", name="Articles").click()
    page.get_by_label("Find by title").fill("Geneva")
    page.get_by_role("button", name="Libraries").click()
    page.locator(".sb-notice > *").wait_for()


def delete_library_in(tab: Page) -> None:
    tab.goto(tab.url + "?library=Bridges")
    tab.get_by_role("button", name="Manage library").click()
    tab.get_by_role("button", name="Delete …").click()
    tab.get_by_role("button", name="Delete", exact=True).click()
    tab.locator("#deleted-line").wait_for()


@state
def evaluate(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_role("tab", name="Evaluate").click()
    page.locator("#evaluate").wait_for()


@state
def evaluate_report(page: Page, model: Paced, folder: Path) -> None:
    model.says(SAID)
    page.get_by_role("tab", name="Evaluate").click()
    page.locator("#evaluate").click()
    page.locator("iframe.sb-evaluation").wait_for(timeout=120_000)
    page.locator("iframe.sb-evaluation").evaluate("e => e.scrollIntoView()")


@state
def settings(page: Page, model: Paced, folder: Path) -> None:
    page.get_by_role("tab", name="Settings").click()


@contextmanager
def _page(browser: Browser, folder: Path, form: str, *, filled: bool) -> Iterator[tuple[Any, Any]]:
    model = Paced()
    model.says(SAID)
    with Library.open(folder / "libraries" / "main", embedder=HashEmbedder()) as library:
        if filled:
            library.add_sample()
            library.add_documents([HANDBOOK])
        bot = MadeAnswers(library, model=model, settings=Settings())
        with Server(library, bot, Listener(port=0)) as server:
            context = browser.new_context(**FORMS[form])
            context.set_default_timeout(20_000)
            page = context.new_page()
            page.goto(server.url)
            yield page, model
            for gate in (model.before, model.go_on):
                gate.set()
            context.close()


def main() -> None:
    """A picture of each state in each form: ``STATE-FORM.png``."""
    to = Path(sys.argv[1])
    to.mkdir(parents=True, exist_ok=True)
    names = sys.argv[2:]
    chosen = {n: s for n, s in STATES.items() if not names or any(w in n for w in names)}
    with chromium() as browser:
        for form in FORMS:
            for name, reach in chosen.items():
                with tempfile.TemporaryDirectory() as folder_name:
                    folder = Path(folder_name)
                    for key in ("LIBRARIES", "CACHE", "SETTINGS"):
                        os.environ[f"SOURCEBOOK_{key}"] = str(folder / key.lower())
                    os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = folder_name
                    with _page(browser, folder, form, filled=name != "first_run") as (page, model):
                        try:
                            reach(page, model, folder)
                        except Exception as error:  # noqa: BLE001  the picture shows what is wrong
                            print(f"{name}-{form}: {str(error).splitlines()[0]}", flush=True)
                        page.wait_for_timeout(_SETTLE)
                        page.screenshot(path=to / f"{name}-{form}.png")


if __name__ == "__main__":
    main()
