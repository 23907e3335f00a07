"""`sourcebook add URL` and `sourcebook sync`: what they print and the status they end with."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from command_line import Run, counts, one_line_error
from feeds import LONG, entry, feed
from made_folders import many
from web_server import Site, serving

from sourcebook.index.fetching import fetcher as fetching
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.ui.render import pace

COMMAND = [sys.executable, "-c", "from sourcebook.ui.cli import main; main()"]


@pytest.fixture(autouse=True)
def _own_models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with serving() as running_site:
        allowing = partial(Fetcher, allowlist={running_site.address}, pause=0.0)
        monkeypatch.setattr(fetching, "Fetcher", allowing)
        yield running_site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return many(tmp_path / "articles", 3)


def test_a_url_is_added_listed_and_found(run: Run, site: Site) -> None:
    url = site.html("/ferry", "Ferry late on the river", LONG)
    result = run("add", url)
    assert (result.status, counts(result.out)["added"]) == (0, 1)
    assert "Ferry late on the river" in run("list").out
    assert "ice on the river" in run("search", "ferry ice").out


def test_offline_refuses_urls_by_option_and_by_setting(
    run: Run, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.html("/ferry", "Ferry late on the river", LONG)
    result = run("add", url, "--offline")
    assert result.status == 1
    assert "offline" in result.out
    monkeypatch.setenv("SOURCEBOOK_OFFLINE", "true")
    assert "offline" in run("add", url).out
    assert "offline" in run("sync", url).out
    assert site.requested_paths == []


@pytest.mark.parametrize("happens", ["changed", "gone"])
def test_what_the_model_kept_goes_with_the_text_that_goes(
    run: Run, folder: Path, tmp_path: Path, happens: str
) -> None:
    run("sync", str(folder))
    state = tmp_path / "cache" / "states" / "a.state"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"words of articles")
    run("sync", str(folder))
    assert state.exists()  # nothing went
    if happens == "gone":
        (folder / "001.txt").unlink()
    else:
        (folder / "001.txt").write_text("It tells of the bridge now.")
    run("sync", str(folder), "--yes")
    assert not state.exists()


def test_sync_says_what_is_gone_and_removes_it_with_yes(run: Run, folder: Path) -> None:
    assert counts(run("sync", str(folder)).out)["added"] == 3
    (folder / "001.txt").unlink()
    result = run("sync", str(folder))
    assert result.status == 0
    assert "1 article gone" in result.out
    assert "sourcebook sync --yes" in result.out
    result = run("sync", str(folder), "--yes")
    assert (counts(result.out)["removed"], counts(result.out)["unchanged"]) == (1, 2)
    assert len(run("list").out.splitlines()) == 2


def test_sync_tells_programs_in_json(run: Run, site: Site, folder: Path) -> None:
    site.pages["/feed"] = feed(entry(site.url("/1"), "Story", LONG * 10))
    process = json.loads(run("sync", str(folder), site.url("/feed"), "--json").out)
    assert (len(process["added"]), process["removed"], process["stopped"]) == (4, [], False)
    process = json.loads(run("sync", str(folder), site.url("/feed"), "--json").out)
    assert (len(process["added"]), len(process["unchanged"])) == (0, 4)


def test_a_missing_folder_costs_nothing_and_is_said(run: Run, folder: Path) -> None:
    run("sync", str(folder))
    folder.rename(folder.with_name("elsewhere"))
    result = run("sync", str(folder), "--yes")
    assert result.status == 1
    assert "nothing was removed" in result.out
    assert len(run("list").out.splitlines()) == 3


def test_a_wrong_setting_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_OFFLINE", "perhaps")
    assert "offline" in one_line_error(run("list"))


def _documents(database: Path) -> int:
    try:
        with sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True) as db:
            number = int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    db.close()
    return number


@pytest.mark.slow
@pytest.mark.parametrize("command", ["add", "sync"])
def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(
    run: Run, tmp_path: Path, command: str
) -> None:
    folder = many(tmp_path / "many", 100)
    database = Path(os.environ["SOURCEBOOK_LIBRARY"]) / "library.sqlite"
    with subprocess.Popen(
        [*COMMAND, command, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 60
        while not _documents(database) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "sourcebook: interrupted\n")
    first = counts(out)["added"]
    assert 0 < first == _documents(database) < 100
    again = counts(run(command, str(folder)).out)
    assert (again["added"], again["unchanged"]) == (100 - first, first)


@pytest.mark.slow
def test_watch_ends_cleanly_on_ctrl_c(tmp_path: Path, folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "sync", str(folder), "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout
        assert process.stdout.readline().split() == ["read", "3"]
        (folder / "new.txt").write_text("A new article tells of the bridge.")
        rows = [process.stdout.readline().split() for _ in range(11)]
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (rows[0], rows[5], rows[6]) == (["added", "3"], ["read", "4"], ["added", "1"])
    assert (process.returncode, output, errors) == (0, "", "Watching; Ctrl-C ends it.\n")


@pytest.mark.parametrize(
    ("done", "total", "seconds", "said"),
    [
        (0, 10, 5.0, ""),
        (10, 20, 1.0, ""),
        (100, 500, 10.0, "10 a second, 40 s left"),
        (5, 15, 60.0, "5 a minute, 2 min left"),
        (10, None, 10.0, "60 a minute"),
        (1, 5001, 3.0, "20 a minute, 4 h 10 min left"),
        (20, 20, 4.0, "300 a minute"),
    ],
)
def test_pace_is_rate_and_time_left(
    done: int, total: int | None, seconds: float, said: str
) -> None:
    assert pace(done, total, seconds) == said
