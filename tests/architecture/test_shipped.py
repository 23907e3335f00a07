"""What ships it: the container, the service unit, the completion, the exit statuses."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from configparser import RawConfigParser
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


def instructions() -> list[tuple[str, str]]:
    """The instructions of the last stage, each with its arguments in one line."""
    text = re.sub(r"\\\n\s*", " ", DOCKERFILE)
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    last = max(number for number, row in enumerate(rows) if row.startswith("FROM"))
    return [(row.partition(" ")[0], row.partition(" ")[2]) for row in rows[last:]]


def test_the_container_is_slim_and_runs_as_nobody_in_particular() -> None:
    found = dict(instructions())
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", found["FROM"])
    assert int(found["USER"]) >= 10_000
    assert found["VOLUME"] == "/data"
    assert found["CMD"] == '["serve", "--host", "0.0.0.0"]'
    names = [name for name, _ in instructions()]
    assert names.index("USER") < names.index("ENTRYPOINT")


def test_the_container_is_healthy_when_the_server_says_so() -> None:
    check = dict(instructions())["HEALTHCHECK"]
    code = re.search(r'"-c", "([^"]+)"\]', check)
    assert code
    compile(code[1], "healthcheck", "exec")
    assert "http://127.0.0.1:7861/health" in code[1]


def test_what_the_container_keeps_lies_in_its_volume() -> None:
    environment = dict(
        pair.split("=", 1) for pair in dict(instructions())["ENV"].split() if "=" in pair
    )
    places = {name: place for name, place in environment.items() if name.startswith("SOURCEBOOK_")}
    assert set(places) == {
        "SOURCEBOOK_LIBRARIES",
        "SOURCEBOOK_MODELS",
        "SOURCEBOOK_CACHE",
        "SOURCEBOOK_SETTINGS",
    }
    assert all(place.startswith("/data/") for place in places.values())


def test_the_container_takes_its_versions_from_the_lock() -> None:
    assert "--constraint requirements.lock" in DOCKERFILE
    copied = set(re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.M))
    assert {name for row in copied for name in row.split()} == {
        "pyproject.toml",
        "requirements.lock",
        "README.md",
        "LICENSE",
        "index",
        "rag",
        "eval",
        "ui",
    }
    for name in ("GGML_NATIVE=OFF", "PIP_FIND_LINKS"):
        assert name in DOCKERFILE


def test_the_service_starts_the_server_and_lets_it_drain() -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string((ROOT / "ui" / "setup" / "sourcebook.service").read_text("utf-8"))
    assert unit["Service"]["ExecStart"].endswith("/sourcebook serve")
    assert unit["Service"]["KillSignal"] == "SIGTERM"
    assert int(unit["Service"]["TimeoutStopSec"]) > 60  # what `ServerLimits.drain` gives
    assert unit["Install"]["WantedBy"] == "default.target"


def test_every_extra_is_pinned_and_what_the_tests_use() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert {"server", "mcp", "langchain", "llamaindex"} <= extras.keys()
    known = {*project["dependencies"], *extras["dev"]}
    for name in ("server", "mcp", "langchain", "llamaindex"):
        assert set(extras[name]) <= known
        assert all(Requirement(row).specifier for row in extras[name])


def test_help_tells_the_exit_statuses() -> None:
    command = [sys.executable, "-c", "from sourcebook.ui.cli import main; main()", "--help"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    text = " ".join(done.stdout.split())
    for status in ("0 done", "1 a problem", "2 wrong usage", "3 `verify`", "130 ended with Ctrl-C"):
        assert status in text
    assert "--install-completion" in text


def test_a_shell_completes_the_commands() -> None:
    code = "from sourcebook.ui.cli import main; import sys; sys.argv[0] = 'sourcebook'; main()"
    variables = {
        "_SOURCEBOOK_COMPLETE": "complete_bash",
        "COMP_WORDS": "sourcebook li",
        "COMP_CWORD": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, check=False, capture_output=True, text=True
    )
    assert done.stdout.split() == ["list", "libraries"]
