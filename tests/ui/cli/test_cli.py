"""The `sourcebook` command: what it prints, where, and the status it ends with."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from command_line import Run, counts, one_line_error

from sourcebook.ui.cli import app as cli

QUESTION = "How long did the talks between Sherman and Ryabkov in Geneva last?"


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The shipped stand-ins for both models, by the same door as any other model."""
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "scripted")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("SOURCEBOOK_MODELS", str(tmp_path / "models"))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """One article about a bridge."""
    path = tmp_path / "bridge.md"
    path.write_text(
        "---\ntitle: The bridge\nsource: Ouse News\ndate: 2020-05-04\n---\n\n"
        "The bridge over the Ouse was built in 1873. It is 210 metres long.\n",
        "utf-8",
    )
    return path


# --- adding and looking ---


def test_add_counts_and_says_why_it_skipped(run: Run, article: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    result = run("add", str(article), str(empty), str(tmp_path / "nowhere"))
    assert result.status == 0
    assert counts(result.out) == {
        "read": 1,
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicates": 0,
        "skipped": 2,
    }
    assert re.search(r"^skipped .*empty\.txt: .*empty", result.out, re.MULTILINE)
    assert re.search(r"^skipped .*nowhere: no such", result.out, re.MULTILINE)


def test_add_fails_only_when_nothing_could_be_read(run: Run, article: Path, tmp_path: Path) -> None:
    assert run("add", str(tmp_path / "nowhere")).status == 1
    assert run("add", str(article)).status == 0
    again = run("add", str(article))
    assert again.status == 0
    assert (counts(again.out)["added"], counts(again.out)["unchanged"]) == (0, 1)


def test_what_was_added_is_listed_shown_found_and_removed(run: Run, article: Path) -> None:
    (added,) = json.loads(run("add", str(article), "--json").out)["added"]
    rows = run("list").out
    assert rows == f"{added}  2020-05-04  The bridge (Ouse News)\n"
    text = run("show", added).out
    assert text.startswith("The bridge\nOuse News\n4 May 2020\n")
    assert "It is 210 metres long." in text
    assert "The bridge, Ouse News, 4 May 2020" in run("search", "how long is the bridge").out
    assert run("remove", added).out == "Removed The bridge.\n"
    assert added in one_line_error(run("show", added))
    assert "No articles yet" in run("list").out


def test_show_removed_says_what_was_taken_out_and_by_which_rule(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The bridge is\u202e open.\n\n- Advertisement -\n\nLeave a Reply\n", "utf-8")
    (added,) = json.loads(run("add", str(page), "--json").out)["added"]
    assert run("show", added, "--removed").out == (
        "invisible character  U+202E x 1\n"
        "advertisement        - Advertisement -\n"
        "comment form         Leave a Reply\n"
        "It was cleaned like a web page.\n"
    )
    assert json.loads(run("show", added, "--removed", "--json").out)["removed"] == [
        {"rule": "invisible character", "text": "U+202E x 1"},
        {"rule": "advertisement", "text": "- Advertisement -"},
        {"rule": "comment form", "text": "Leave a Reply"},
    ]
    assert "Advertisement" not in run("show", added).out


def test_list_shows_which_articles_are_one_story(run: Run, tmp_path: Path) -> None:
    words = " ".join(f"word{n}" for n in range(200))
    for name, outlet, text in (("a", "Ouse News", words), ("b", "Tribune", words[:-40])):
        page = tmp_path / f"{name}.md"
        page.write_text(f"---\ntitle: {name}\nsource: {outlet}\n---\n{text}\n")
    ids = json.loads(run("add", str(tmp_path), "--json").out)["added"]
    story = f"[story {min(ids)}: 2 articles, 2 outlets]"
    assert run("list").out.splitlines() == [
        f"{ids[0]}  no date     a (Ouse News)  {story}",
        f"{ids[1]}  no date     b (Tribune)  {story}",
    ]
    rows = json.loads(run("list", "--json").out)
    assert [document["story"] for document in rows] == [min(ids)] * 2


def test_show_removed_says_when_nothing_was(run: Run, article: Path) -> None:
    (added,) = json.loads(run("add", str(article), "--json").out)["added"]
    assert run("show", added, "--removed").out == (
        "Nothing was taken out of The bridge.\n"
        "It was not cleaned like a web page: every line of its own stays.\n"
    )


def test_json_is_for_programs(run: Run, article: Path) -> None:
    report = json.loads(run("add", str(article), "--json").out)
    assert sorted(report) == [
        *("added", "duplicates", "kinds", "notes", "removed", "skipped", "stopped"),
        *("unchanged", "updated"),
    ]
    (rows,) = json.loads(run("list", "--json").out)
    assert rows["title"] == "The bridge"
    assert "1873" in json.loads(run("show", rows["id"], "--json").out)["text"]
    for options in ((), ("--distinct",), ("--diverse",)):
        hits = json.loads(run("search", "bridge", "-k", "1", "--json", *options).out)
        assert [hit["document"]["id"] for hit in hits] == [rows["id"]]


def test_several_libraries_are_searched_as_one(run: Run, article: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    run("add", str(article))
    run("add", str(article), "--library", str(other))
    options = ("search", "how long is the bridge", "--also", str(other))
    assert f"in {other}" in run(*options).out
    hits = json.loads(run(*options, "--json").out)
    assert len({hit["library"] for hit in hits}) == 2
    (hit,) = json.loads(run(*options, "--json", "--distinct", "-k", "1").out)
    assert hit["twins"]
    assert "one library" in run(*options, "--diverse").err
    assert "no library" in one_line_error(run("search", "x", "--also", str(tmp_path / "none")))


def test_the_library_is_chosen_by_option_or_environment(
    run: Run, article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = str(tmp_path / "other")
    run("add", str(article), "--library", other)
    assert "The bridge" in run("list", "--library", other).out
    assert "no library in" in one_line_error(run("list"))
    monkeypatch.setenv("SOURCEBOOK_LIBRARY", other)
    assert "The bridge" in run("list").out


# --- asking ---


def test_ask_answers_with_sources_and_quotes(run: Run, article: Path) -> None:
    run("add", str(article))
    result = run("ask", "When was the bridge built?")
    assert result.status == 0
    assert "[1]" in result.out
    assert "Sources" in result.out
    assert "[1] The bridge, Ouse News, 4 May 2020" in result.out
    assert "“The bridge over the Ouse was built in 1873.”" in result.out


def test_ask_gives_the_answers_own_json(run: Run, article: Path) -> None:
    run("add", str(article))
    answer = json.loads(run("ask", "How long is the bridge?", "--json").out)
    assert answer["question"] == "How long is the bridge?"
    assert answer["citations"][0]["document"]["title"] == "The bridge"


def test_ask_says_what_it_filtered_and_asks_without_it(run: Run, article: Path) -> None:
    run("add", str(article))
    question = "According to Ouse News in May 2020, when was the bridge built?"
    assert "Filtered: Ouse News; published May 2020" in run("ask", question).out
    keys = [f["key"] for f in json.loads(run("ask", question, "--json").out)["filters"]]
    assert keys == ["source:ousenews", "date:2020-05-01..2020-05-31"]
    result = run("ask", question, *(word for key in keys for word in ("--without", key)))
    assert "Filtered" not in result.out


def test_ask_takes_a_strictness(run: Run, article: Path) -> None:
    run("add", str(article))
    question = "How long is the bridge?"
    answer = json.loads(run("ask", question, "--strictness", "eager", "--json").out)
    assert answer["record"]["settings"]["strictness"] == "eager"
    assert run("ask", question, "--strictness", "lax").status == 2


def test_ask_takes_a_kind(run: Run, article: Path) -> None:
    run("add", str(article))
    question = "How long is the bridge?"
    assert json.loads(run("ask", question, "--json").out)["kind"] == "fact"
    answer = json.loads(run("ask", question, "--kind", "summary", "--json").out)
    assert (answer["kind"], answer["record"]["kind"]) == ("summary", "summary")
    assert run("ask", question, "--kind", "poem").status == 2


def test_adding_a_changed_article_forgets_what_the_model_kept_of_it(
    run: Run, article: Path, tmp_path: Path
) -> None:
    state = tmp_path / "cache" / "states" / "a.state"
    run("add", str(article))
    state.parent.mkdir(parents=True, exist_ok=True)
    state.touch()
    run("add", str(article))
    assert state.exists()  # nothing changed
    article.write_text(article.read_text("utf-8") + "\n\nOne more line was added later.\n", "utf-8")
    run("add", str(article))
    assert not state.exists()


def test_ask_without_articles_says_how_to_add_some(run: Run, article: Path, tmp_path: Path) -> None:
    assert "`sourcebook add`" in one_line_error(run("ask", "Anything?"))
    (added,) = json.loads(run("add", str(article), "--json").out)["added"]
    run("remove", added)
    assert "`sourcebook add FILE_OR_FOLDER`" in one_line_error(run("ask", "Anything?"))


def test_an_empty_question_is_an_error(run: Run, article: Path) -> None:
    run("add", str(article))
    assert "question" in one_line_error(run("ask", "  "))


# --- models and the machine ---


def test_models_that_are_not_here_are_listed_as_such(run: Run) -> None:
    assert run("models", "list").out.count("not here: `sourcebook models pull`") == 2
    rows = json.loads(run("models", "list", "--json").out)
    assert [row["memory_gb"] is None for row in rows] == [True, True, *[False] * 5]
    assert not any(row["installed"] for row in rows)


def test_verifying_a_missing_model_names_the_remedy(run: Run) -> None:
    assert "`sourcebook models pull`" in one_line_error(run("models", "verify"))


@pytest.mark.slow
def test_the_doctor_names_the_problem_and_the_remedy(run: Run) -> None:
    result = run("doctor", "--json")
    report = json.loads(result.out)
    checks = {check["name"]: check for check in report["checks"]}
    assert result.status == 1
    assert not report["ok"]
    assert checks["python"]["ok"]
    assert not checks["all-MiniLM-L6-v2"]["ok"]
    assert "sourcebook models pull" in checks["all-MiniLM-L6-v2"]["detail"]
    assert "PROBLEM  all-MiniLM-L6-v2" in run("doctor").out


@pytest.mark.slow
def test_the_doctor_looks_into_the_library(run: Run, article: Path, tmp_path: Path) -> None:
    run("add", str(article))
    (library,) = (
        c for c in json.loads(run("doctor", "--json").out)["checks"] if c["name"] == "library"
    )
    assert library["ok"]
    assert library["detail"].startswith("1 article, 1 passage,")
    (tmp_path / "default.library" / "library.sqlite").write_bytes(b"not a database" * 100)
    (library,) = (
        c for c in json.loads(run("doctor", "--json").out)["checks"] if c["name"] == "library"
    )
    assert not library["ok"]


# --- how it ends ---


def test_wrong_usage_is_status_2(run: Run) -> None:
    assert run("ask").status == 2
    assert run("frobnicate").status == 2
    assert run("search", "words", "-k", "0").status == 2
    assert run("chat", "--port", "99999").status == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "nowhere.invalid", ""])
def test_a_page_for_other_machines_is_refused_in_one_line_with_status_2(
    run: Run, host: str
) -> None:
    result = run("chat", "--host", host)
    assert (result.status, result.out) == (2, "")
    assert re.fullmatch(r"sourcebook: cannot listen on .* ssh -L [^\n]*\n", result.err)


def test_a_wrong_setting_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_HITS", "many")
    assert "hits" in one_line_error(run("list"))


def test_help_names_every_command(run: Run) -> None:
    result = run("--help")
    assert result.status == 0
    for command in ("chat", "ask", "search", "add", "list", "show", "remove", "models", "doctor"):
        assert re.search(rf"^  {command} ", result.out, re.MULTILINE)


def test_interrupted_is_status_130_and_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, article: Path
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sourcebook.index.Library.add", interrupt)
    result = run("add", str(article))
    assert (result.status, result.err) == (130, "sourcebook: interrupted\n")


def test_an_error_that_is_not_ours_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, article: Path
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sourcebook.index.Library.add", fail)
    monkeypatch.setattr(sys, "argv", ["sourcebook", "add", str(article)])
    with pytest.raises(ZeroDivisionError):
        cli.main()


# --- as a process ---

COMMAND = [sys.executable, "-c", "from sourcebook.ui.cli import main; main()"]


def test_the_command_loads_nothing_heavy_before_it_is_needed() -> None:
    code = (
        "import sys, sourcebook.ui.cli\n"
        "heavy = 'torch gradio faiss transformers sentence_transformers llama_cpp numpy rich'\n"
        "print([name for name in heavy.split() if name in sys.modules])"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert process.stdout == "[]\n"


@pytest.mark.slow
def test_a_pipe_gets_no_colours_and_no_bars(article: Path) -> None:
    environment = {**os.environ, "TERM": "xterm-256color"}
    for words in (["add", str(article)], ["ask", "How long is the bridge?"]):
        process = subprocess.run(
            [*COMMAND, *words], capture_output=True, text=True, check=True, env=environment
        )
        assert "\x1b" not in process.stdout + process.stderr
        assert process.stderr == ""


@pytest.mark.slow
def test_a_taken_port_is_one_line_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.run(
            [*COMMAND, "chat", "--port", str(port)], capture_output=True, text=True, check=False
        )
    assert process.returncode == 1
    assert process.stdout == ""
    assert re.fullmatch(rf"sourcebook: port {port} is in use .*--port \d+\n", process.stderr)


@pytest.mark.slow
def test_chat_says_where_it_is_and_ends_cleanly_on_ctrl_c() -> None:
    with subprocess.Popen(
        [*COMMAND, "chat", "--sample", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout
        assert process.stderr
        ready = process.stdout.readline()
        ready_line = re.fullmatch(
            r"Sourcebook is ready at (http://127\.0\.0\.1:\d+) \(Ctrl-C stops it\)\n", ready
        )
        assert ready_line, ready + process.stderr.read()
        with urllib.request.urlopen(ready_line[1], timeout=30) as page:
            body = page.read().decode()
            policy = page.headers["content-security-policy"]
        process.send_signal(signal.SIGINT)
        output, complaints = process.communicate(timeout=30)
    assert "Sourcebook" in body
    assert "default-src 'self'" in policy
    assert (process.returncode, output, complaints) == (0, "Sourcebook has stopped.\n", "")


@pytest.mark.slow
def test_an_empty_library_is_announced_with_the_sample() -> None:
    with subprocess.Popen(
        [*COMMAND, "chat", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout
        first = process.stdout.readline()
        assert process.stdout.readline().startswith("Sourcebook is ready at ")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert "is empty" in first
    assert "sample" in first


def test_a_recorded_answer_is_replayed(run: Run, article: Path, tmp_path: Path) -> None:
    run("add", str(article))
    file = tmp_path / "answer.json"
    file.write_text(run("ask", "When was the bridge built?", "--json").out, "utf-8")
    result = run("replay", str(file))
    assert result.status == 0
    assert "The same: text, citations and confidence." in result.out
    article.write_text(article.read_text("utf-8").replace("1873", "1874"), "utf-8")
    run("add", str(article))
    result = run("replay", str(file))
    assert result.status == 1
    assert "CHANGED" in result.out
    (process,) = json.loads(run("replay", str(file), "--json").out)
    assert not process["same"]


def test_what_is_no_record_cannot_be_replayed(run: Run, article: Path) -> None:
    assert "not JSON" in one_line_error(run("replay", str(article)))
    assert "cannot be read" in one_line_error(run("replay", str(article.with_name("none"))))
