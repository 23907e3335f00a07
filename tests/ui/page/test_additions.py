"""Additions under way: one at a time, watched, stopped, and over whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from sourcebook.index import AddReport, Library, Progress
from sourcebook.index.errors import LibraryError
from sourcebook.ui.state.additions import Addition, LibraryAdditions

Show = Callable[[Progress], None]
Stop = Callable[[], bool]


def files(folder: Path, number: int) -> Path:
    folder.mkdir()
    for at in range(number):
        (folder / f"{at:03}.txt").write_text(f"Bridge number {at} is {at + 100} metres long.")
    return folder


def test_an_addition_tells_how_far_it_is_and_what_it_did(library: Library, tmp_path: Path) -> None:
    folder = files(tmp_path / "in", 5)
    addition = LibraryAdditions().begin(
        lambda show, stop: library.add(folder, on_progress=show, stop=stop)
    )
    assert addition.completion.wait(30)
    assert addition.progress is not None
    assert (addition.progress.done, addition.progress.total) == (5, 5)
    assert addition.report is not None
    assert len(addition.report.added) == len(library) == 5


def test_stop_ends_after_the_document_in_hand_and_keeps_what_was_read(
    library: Library, tmp_path: Path
) -> None:
    folder = files(tmp_path / "in", 300)
    started: list[Addition] = []
    is_ready = threading.Event()

    def add(show: Show, stop: Stop) -> AddReport:
        def record(progress: Progress) -> None:
            show(progress)
            if progress.done == 3:
                is_ready.wait(10)
                started[0].stop()

        return library.add(folder, on_progress=record, stop=stop)

    started.append(LibraryAdditions().begin(add))
    is_ready.set()
    assert started[0].completion.wait(30)
    report = started[0].report
    assert report is not None
    assert report.stopped
    assert len(report.added) == len(library) == 3
    # The next run goes on.
    assert len(library.add(folder).added) == 297


def test_one_at_a_time_and_who_waits_knows_the_place() -> None:
    additions = LibraryAdditions()
    go_on = threading.Event()
    order: list[str] = []

    def add(name: str) -> Callable[[Show, Stop], AddReport]:
        def run(_: Show, stop: Stop) -> AddReport:
            go_on.wait(10)
            order.append(name)
            return AddReport(stopped=stop())

        return run

    first = additions.begin(add("first"))
    while first.seconds == 0:
        threading.Event().wait(0.01)
    second = additions.begin(add("second"))
    while not second.position:
        threading.Event().wait(0.01)
    assert (first.position, second.position) == (0, 1)
    assert additions.current() is first
    go_on.set()
    assert second.completion.wait(10)
    assert order == ["first", "second"]
    assert additions.current() is None


def test_one_that_waits_can_be_stopped_before_its_turn() -> None:
    additions = LibraryAdditions()
    go_on = threading.Event()

    def hold(_: Show, stop: Stop) -> AddReport:
        go_on.wait(10)
        return AddReport()

    first = additions.begin(hold)
    second = additions.begin(lambda _, stop: AddReport(stopped=stop()))
    second.stop()
    assert second.completion.wait(10)
    assert second.report == AddReport(stopped=True)
    assert not first.completion.is_set()
    go_on.set()
    assert first.completion.wait(10)


def test_what_goes_wrong_is_one_line_and_the_next_one_begins() -> None:
    additions = LibraryAdditions()

    def fail(_: Show, stop: Stop) -> AddReport:
        raise LibraryError("no space left: free some")

    failed = additions.begin(fail)
    assert failed.completion.wait(10)
    assert failed.problem == "no space left: free some"
    after = additions.begin(lambda _, stop: AddReport())
    assert after.completion.wait(10)
    assert after.report == AddReport()


def test_the_end_of_the_page_waits_for_what_is_in_hand(library: Library, tmp_path: Path) -> None:
    folder = files(tmp_path / "in", 200)
    additions = LibraryAdditions()
    addition = additions.begin(lambda show, stop: library.add(folder, on_progress=show, stop=stop))
    additions.stop_all()
    assert addition.completion.is_set()
    assert addition.report is not None
    assert len(library) == len(addition.report.added)
