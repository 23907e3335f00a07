"""A library follows its folders and feeds; one that fails costs it no article."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from feeds import LONG, entry, feed, sitemap
from made_folders import many
from web_server import Reply, Site, serving

from sourcebook.index import AddReport, Document, Library
from sourcebook.index.ingest.prefetch import prefetch
from sourcebook.index.ingest.watch import watch
from sourcebook.rag.testing import HashEmbedder

Contents = list[tuple[str, str | None, str]]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles, one of them in a folder below."""
    place = tmp_path / "articles"
    (place / "below").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "below/c.txt"):
        (place / name).write_text(f"The article in {name} tells of the ferry and the ice.")
    return place


def contents(library: Library) -> Contents:
    """Id, place and text of every document, in the order of their places."""
    found = ((d.id, d.location, d.text) for d in library.documents())
    return sorted(found, key=lambda row: row[1] or "")


def everything(gone: Sequence[Document]) -> bool:
    return bool(gone)


def test_new_changed_and_gone_files_are_followed(library: Library, folder: Path) -> None:
    first = library.sync(folder)
    ids = {Path(d.path or "").name: d.id for d in library.documents()}
    assert len(first.added) == 3
    (folder / "a.txt").write_text("The article in a.txt has been rewritten.")
    (folder / "b.txt").unlink()
    (folder / "new.txt").write_text("A new article tells of the bridge.")
    asked: list[str] = []

    def confirm(gone: Sequence[Document]) -> bool:
        asked.extend(document.id for document in gone)
        return True

    report = library.sync(folder, confirm=confirm)
    assert report.updated == (ids["a.txt"],)
    assert report.removed == tuple(asked) == (ids["b.txt"],)
    assert report.unchanged == (ids["c.txt"],)
    assert len(report.added) == 1
    assert library.document(ids["a.txt"]).text == "The article in a.txt has been rewritten."


def test_what_is_gone_stays_until_somebody_agrees(library: Library, folder: Path) -> None:
    library.sync(folder)
    (folder / "b.txt").unlink()
    for _ in range(2):
        report = library.sync(folder)
        assert (report.removed, len(library)) == ((), 3)
        assert "1 article gone" in report.notes[0]
    assert len(library.sync(folder, confirm=everything).removed) == 1


def test_what_was_added_by_add_is_followed_too(library: Library, folder: Path) -> None:
    library.add(folder)
    (folder / "b.txt").unlink()
    assert len(library.sync(folder, confirm=everything).removed) == 1


def test_files_that_did_not_change_are_not_opened(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = library.sync(folder)

    def fail(item: object, step: object) -> None:
        raise AssertionError(item, step)

    # No step but the end of each file: none was read.
    monkeypatch.setattr("sourcebook.index.ingest.pipeline.ReportBuilder.take", fail)
    assert sorted(library.sync(folder).unchanged) == sorted(first.added)


def unmounted(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def emptied_below(folder: Path) -> None:
    (folder / "below" / "c.txt").unlink()
    (folder / "below" / ".mounted-here").touch()


@pytest.mark.parametrize("happens", [unmounted, emptied, emptied_below])
def test_a_missing_or_empty_folder_removes_nothing_and_says_so(
    library: Library, folder: Path, happens: Callable[[Path], None]
) -> None:
    library.sync(folder)
    before = contents(library)
    happens(folder)
    report = library.sync(folder, confirm=everything)
    assert report.removed == ()
    assert contents(library) == before
    assert any("nothing" in note and "removed" in note for note in report.notes)


def test_a_folder_deleted_below_is_gone(library: Library, folder: Path) -> None:
    library.sync(folder)
    shutil.rmtree(folder / "below")
    assert len(library.sync(folder, confirm=everything).removed) == 1


def test_a_folder_that_cannot_be_listed_keeps_its_articles(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.sync(folder)
    (folder / "below" / "c.txt").rename(folder.with_name("elsewhere.txt"))
    (folder / "below" / "picture.webp").touch()
    iterdir = Path.iterdir

    def closed(place: Path) -> Iterator[Path]:
        if place.name == "below":
            raise PermissionError(13, "Permission denied")
        return iterdir(place)

    monkeypatch.setattr(Path, "iterdir", closed)
    report = library.sync(folder, confirm=everything)
    assert (report.removed, len(library), len(report.unchanged)) == ((), 3, 2)
    assert [skipped.location for skipped in report.skipped] == [str(folder / "below")]
    monkeypatch.undo()
    assert len(library.sync(folder, confirm=everything).removed) == 1


def test_a_file_that_can_no_longer_be_read_keeps_its_article(
    library: Library, folder: Path
) -> None:
    library.sync(folder)
    (folder / "a.txt").write_bytes(bytes(range(256)) * 50)
    report = library.sync(folder, confirm=everything)
    assert (report.removed, len(library), len(report.skipped)) == ((), 3, 1)


def test_a_renamed_file_keeps_its_id_also_when_it_changes_later(
    library: Library, folder: Path
) -> None:
    library.sync(folder)
    (document,) = [d for d in library.documents() if d.path == str(folder / "a.txt")]
    (folder / "a.txt").rename(folder / "z.txt")
    report = library.sync(folder, confirm=everything)
    assert (report.removed, report.added, len(library)) == ((), (), 3)
    assert library.document(document.id).path == str(folder / "z.txt")
    (folder / "z.txt").write_text("Rewritten under its new name.")
    assert library.sync(folder, confirm=everything).updated == (document.id,)


def test_a_copy_is_a_duplicate_and_takes_over_when_the_first_is_gone(
    library: Library, folder: Path
) -> None:
    library.sync(folder)
    (document,) = [d for d in library.documents() if d.path == str(folder / "a.txt")]
    shutil.copy(folder / "a.txt", folder / "copy.txt")
    assert library.sync(folder).duplicates == (document.id,)
    (folder / "a.txt").unlink()
    report = library.sync(folder, confirm=everything)
    assert (report.removed, len(library)) == ((), 3)
    assert library.document(document.id).path == str(folder / "copy.txt")


def test_an_article_removed_by_hand_comes_back_with_the_next_sync(
    library: Library, folder: Path
) -> None:
    (first, *_) = library.sync(folder).added
    library.remove(first)
    assert library.sync(folder).added == (first,)


def test_a_moved_file_whose_name_tells_another_date_is_read_anew(
    library: Library, folder: Path
) -> None:
    (folder / "a.txt").rename(folder / "2024-01-02.txt")
    library.sync(folder)
    (first,) = [d for d in library.documents() if d.published]
    (folder / "2024-01-02.txt").rename(folder / "2024-01-03.txt")
    assert library.sync(folder, confirm=everything).updated == (first.id,)
    moved = library.document(first.id)
    assert (moved.published or first.published) == datetime(2024, 1, 3, tzinfo=UTC)
    assert (moved.path, len(library)) == (str(folder / "2024-01-03.txt"), 3)
    assert len(library.add(folder).unchanged) == 3


# --- stories ---


def sizes(library: Library) -> list[int]:
    """How many documents each story has."""
    return sorted(len(story.documents) for story in library.stories())


@pytest.fixture
def told_by_three(tmp_path: Path) -> Path:
    """Neighbours share 140 of 260 words, the first and the last 80 of 320: the one between them
    makes them one story."""
    place = tmp_path / "told"
    place.mkdir()
    for name, at in (("a.txt", 0), ("b.txt", 60), ("c.txt", 120)):
        (place / name).write_text(" ".join(f"word{n}" for n in range(at, at + 200)))
    return place


@pytest.mark.parametrize("way", ["add", "sync"])
def test_stories_are_known_when_reading_ends(
    library: Library, told_by_three: Path, way: str
) -> None:
    (library.add if way == "add" else library.sync)(told_by_three)
    assert sizes(library) == [3]


@pytest.mark.parametrize("way", ["add", "sync"])
def test_stories_are_known_when_reading_is_stopped(
    library: Library, told_by_three: Path, way: str
) -> None:
    many(told_by_three / "later", 40)
    seen: list[int] = []
    report = (library.add if way == "add" else library.sync)(
        told_by_three, on_progress=lambda p: seen.append(p.done), stop=lambda: len(seen) >= 10
    )
    assert report.stopped
    assert 3 in sizes(library)


def test_a_story_parts_when_a_sync_removes_what_held_it_together(
    library: Library, told_by_three: Path
) -> None:
    (told_by_three / "d.txt").write_text(" ".join(f"word{n}" for n in range(180, 380)))
    library.sync(told_by_three)
    assert sizes(library) == [4]
    (told_by_three / "b.txt").unlink()
    library.sync(told_by_three, confirm=everything)
    assert sizes(library) == [1, 2]


def test_stories_are_known_also_when_the_question_is_broken_off(
    library: Library, told_by_three: Path
) -> None:
    (told_by_three / "gone.txt").write_text("An article tells of the bridge.")
    (told_by_three / "c.txt").rename(told_by_three.with_name("c.txt"))
    library.sync(told_by_three)
    (told_by_three / "gone.txt").unlink()
    told_by_three.with_name("c.txt").rename(told_by_three / "c.txt")

    def broken_off(gone: Sequence[Document]) -> bool:
        raise KeyboardInterrupt(gone)

    with pytest.raises(KeyboardInterrupt):
        library.sync(told_by_three, confirm=broken_off)
    assert sizes(library) == [1, 3]


# --- feeds, sitemaps, lists ---


def stories(site: Site, *numbers: int) -> Reply:
    """The newest first, as feeds have them."""
    return feed(
        *(entry(site.url(f"/{n}"), f"Story {n}", f"{LONG * 10} {n}", day=n) for n in numbers)
    )


def test_a_feed_is_followed_and_its_older_entries_stay(library: Library, site: Site) -> None:
    url = site.url("/feed")

    def synced() -> AddReport:
        return library.sync(url, confirm=everything, fetcher=site.fetcher())

    site.pages["/feed"] = stories(site, 4, 3, 2, 1)
    assert len(synced().added) == 4
    assert len(synced().unchanged) == 4
    site.pages["/feed"] = stories(site, 6, 5, 4, 2)  # 1 is too old for it now, 3 was taken back
    report = synced()
    assert (len(report.added), len(report.removed)) == (2, 1)
    titles = sorted(document.title for document in library.documents())
    assert titles == ["Story 1", "Story 2", "Story 4", "Story 5", "Story 6"]


def test_without_dates_of_its_own_the_order_of_a_feed_decides(library: Library, site: Site) -> None:
    def undated(*days: int) -> Reply:
        urls = [(day, site.url(f"/2024/01/{day:02}/story")) for day in days]
        entries = (entry(url, f"Story {day}", f"{LONG * 10} {day}", day) for day, url in urls)
        return feed(*(re.sub("<pubDate>.*</pubDate>", "", each) for each in entries))

    url = site.url("/feed")
    site.pages["/feed"] = undated(1, 9)
    library.sync(url, confirm=everything, fetcher=site.fetcher())
    assert {document.published_from for document in library.documents()} == {"URL"}
    site.pages["/feed"] = undated(5, 1)  # the last one left at the end, whatever its address says
    report = library.sync(url, confirm=everything, fetcher=site.fetcher())
    assert (len(report.added), report.removed, len(library)) == (1, (), 3)


def test_a_changed_entry_keeps_its_id(library: Library, site: Site) -> None:
    url = site.url("/feed")
    site.pages["/feed"] = feed(entry(site.url("/1"), "Story", LONG * 10))
    (first,) = library.sync(url, fetcher=site.fetcher()).added
    site.pages["/feed"] = feed(entry(site.url("/1"), "Story", f"Corrected. {LONG * 10}"))
    assert library.sync(url, fetcher=site.fetcher()).updated == (first,)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=500),
        Reply(status=404),
        Reply(b"<html><body><p>Down for maintenance, back soon.</p></body></html>"),
        Reply(b"", "application/rss+xml"),
        feed(),
        Reply(b'<rss version="2.0"><channel><item>', "application/rss+xml"),
    ],
)
@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_a_feed_or_sitemap_that_fails_removes_nothing(
    library: Library, site: Site, answer: Reply, kind: str
) -> None:
    pages = [site.html(f"/{n}", f"Page {n} of the river", f"{LONG} {n}") for n in range(1, 4)]
    site.pages["/source"] = stories(site, 3, 2, 1) if kind == "feed" else sitemap(*pages)
    library.sync(site.url("/source"), fetcher=site.fetcher())
    before = contents(library)
    site.pages["/source"] = answer
    report = library.sync(site.url("/source"), confirm=everything, fetcher=site.fetcher())
    assert report.removed == ()
    assert set(before) <= set(contents(library))


def test_pages_of_a_sitemap_are_read_again_only_when_they_changed(
    library: Library, site: Site
) -> None:
    urls = [site.html(f"/{n}", f"Page {n} of the river", f"{LONG} {n}") for n in range(3)]
    site.pages["/map.xml"] = sitemap(*urls, changed="2024-01-01")
    source = site.url("/map.xml")
    assert len(library.sync(source, fetcher=site.fetcher()).added) == 3
    site.requested_paths.clear()
    assert len(library.sync(source, fetcher=site.fetcher()).unchanged) == 3
    assert site.requested_paths == ["/robots.txt", "/map.xml"]
    site.pages["/map.xml"] = sitemap(*urls[:2], changed="2024-01-02")
    del site.pages["/1"]  # listed still, and gone all the same
    report = library.sync(source, confirm=everything, fetcher=site.fetcher())
    assert (len(report.unchanged), len(report.removed)) == (1, 2)


def test_a_page_that_did_not_change_is_not_sent_again(
    library: Library, site: Site, tmp_path: Path
) -> None:
    url = site.html("/a", "The river in January", LONG)
    page = site.pages["/a"]
    assert isinstance(page, Reply)
    page.headers["ETag"] = '"1"'
    (tmp_path / "urls.txt").write_text(url)
    (first,) = library.sync(tmp_path / "urls.txt", fetcher=site.fetcher()).added
    page.body = b"never sent"
    assert library.sync(tmp_path / "urls.txt", fetcher=site.fetcher()).unchanged == (first,)
    (tmp_path / "urls.txt").write_text("# none left\n")
    report = library.sync(tmp_path / "urls.txt", confirm=everything, fetcher=site.fetcher())
    assert report.removed == ()  # a list that is empty is as good as one that is missing
    assert (len(library), [skipped.error for skipped in report.skipped]) == (1, ["UnreadableFile"])


def test_nothing_is_fetched_offline_and_nothing_removed(library: Library, site: Site) -> None:
    site.pages["/feed"] = stories(site, 2, 1)
    library.sync(site.url("/feed"), fetcher=site.fetcher())
    site.requested_paths.clear()
    report = library.sync(site.url("/feed"), confirm=everything, fetcher=site.fetcher(offline=True))
    assert [skipped.error for skipped in report.skipped] == ["Offline"]
    assert (site.requested_paths, len(library)) == ([], 2)


# --- once ---


def test_five_times_and_renamed_leaves_the_same_library(library: Library, folder: Path) -> None:
    library.add(folder)
    before, generation = contents(library), library.generation
    for _ in range(2):
        library.add(folder)
        library.sync(folder, confirm=everything)
    assert (contents(library), library.generation) == (before, generation)
    moved = folder.with_name("moved")
    folder.rename(moved)
    library.add(moved)
    assert [(row[0], row[2]) for row in contents(library)] == [(row[0], row[2]) for row in before]
    assert all(str(row[1]).startswith(str(moved)) for row in contents(library))


WORK = """
import sys
from sourcebook.index import Library
from sourcebook.rag.testing import HashEmbedder
with Library.open(sys.argv[2], embedder=HashEmbedder()) as library:
    show = lambda p: print(p.done, flush=True)
    getattr(library, sys.argv[1])(sys.argv[3], on_progress=show)
"""


@pytest.mark.slow
@pytest.mark.parametrize(("way", "after"), [("add", 3), ("sync", 35)])
def test_killed_halfway_and_run_again_it_is_the_same_library(
    tmp_path: Path, way: str, after: int
) -> None:
    folder = many(tmp_path / "many", 60)
    command = [sys.executable, "-c", WORK, way, str(tmp_path / "killed"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline()) < after:
            pass
        process.send_signal(signal.SIGKILL)
    with (
        Library.open(tmp_path / "killed", embedder=HashEmbedder()) as killed,
        Library.open(tmp_path / "whole", embedder=HashEmbedder()) as whole,
    ):
        halfway = len(killed)
        assert halfway < 60
        (killed.add if way == "add" else killed.sync)(folder)
        whole.add(folder)
        assert contents(killed) == contents(whole)
        assert killed.check() == []
        assert len(killed.sync(folder, confirm=everything).unchanged) == 60


def test_stopped_it_ends_after_the_document_in_hand_and_goes_on_the_next_time(
    library: Library, tmp_path: Path
) -> None:
    folder = many(tmp_path / "many", 40)
    seen: list[int] = []

    def stop() -> bool:
        return len(seen) >= 10

    report = library.sync(folder, on_progress=lambda p: seen.append(p.done), stop=stop)
    assert report.stopped
    assert 0 < len(report.added) == len(library) < 40
    again = library.sync(folder)
    assert not again.stopped
    assert len(again.added) + len(report.added) == len(library) == 40


def test_a_stopped_sync_removes_nothing(library: Library, folder: Path) -> None:
    library.sync(folder)
    (folder / "a.txt").unlink()
    report = library.sync(folder, confirm=everything, stop=lambda: True)
    assert (report.stopped, report.removed, len(library)) == (True, (), 3)


def test_progress_counts_up_to_the_whole(library: Library, folder: Path) -> None:
    steps: list[tuple[int, int | None]] = []
    library.add(folder, on_progress=lambda p: steps.append((p.done, p.total)))
    assert steps[-1] == (3, 3)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_stopped_while_sources_are_looked_at_nothing_more_is_fetched(
    library: Library, site: Site, folder: Path
) -> None:
    report = library.add(folder, site.url("/a"), fetcher=site.fetcher(), stop=lambda: True)
    assert (report.stopped, report.read, site.requested_paths) == (True, 0, [])


# --- beside and again ---


def test_things_made_beside_come_in_order_and_their_error_in_its_turn() -> None:
    def things() -> Iterator[int]:
        yield from range(100)
        raise ZeroDivisionError

    got: list[int] = []
    with pytest.raises(ZeroDivisionError):
        got.extend(prefetch(things(), ahead=3))
    assert list(prefetch(range(1000), ahead=3)) == list(range(1000))


def test_making_waits_for_using_and_ends_with_it() -> None:
    made: list[int] = []

    def things() -> Iterator[int]:
        for n in range(1000):
            made.append(n)
            yield n

    using = prefetch(things(), ahead=4)
    assert next(using) == 0
    time.sleep(0.3)
    assert len(made) <= 7
    using.close()
    time.sleep(0.3)
    assert len(made) <= 7


def test_a_stop_is_heard_while_the_next_thing_takes_long() -> None:
    release = threading.Event()

    def things() -> Iterator[int]:
        release.wait(30)
        yield 1

    started = time.monotonic()
    assert list(prefetch(things(), stop=lambda: time.monotonic() - started > 0.2)) == []
    assert time.monotonic() - started < 5
    release.set()


def test_watching_follows_a_folder_until_it_is_stopped(library: Library, folder: Path) -> None:
    over = threading.Event()
    reports: list[AddReport] = []

    def changed() -> None:
        reports.append(library.sync(folder, confirm=everything))

    watcher = threading.Thread(
        target=watch, args=([str(folder)], changed), kwargs={"stop": over.is_set, "look": 0.05}
    )
    watcher.start()

    def wait_for(number: int) -> None:
        until = time.monotonic() + 20
        while len(reports) < number and time.monotonic() < until:
            time.sleep(0.02)
        assert len(reports) >= number

    wait_for(1)
    (folder / "new.txt").write_text("A new article tells of the bridge.")
    wait_for(2)
    (folder / "new.txt").unlink()
    wait_for(3)
    time.sleep(0.3)
    over.set()
    watcher.join(5)
    assert not watcher.is_alive()
    assert sum(len(report.added) for report in reports) == 4
    assert sum(len(report.removed) for report in reports) == 1
    assert len(reports) <= 5  # what does not change is not read again
