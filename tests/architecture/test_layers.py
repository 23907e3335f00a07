"""The shape of the house: what may import what, and what no committed file may name."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("index", "rag", "eval", "ui")

# Each heavy or peculiar part has one door: a module, or a package and all below it.
DOORS = {
    "faiss": "sourcebook.index.segments.vectors",
    "sentence_transformers": "sourcebook.index.embedding.sentence_encoder",
    "llama_cpp": "sourcebook.rag.llm.engine",
    "huggingface_hub": "sourcebook.index.weights.hub",
    "gradio": "sourcebook.ui.page",
}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Every import of the product, those inside functions too."""
    rooms = [f"sourcebook.{room}" for room in ROOMS]
    return grimp.build_graph(*rooms, include_external_packages=True, cache_dir=None)


def test_layers_hold() -> None:
    """The contracts stand in pyproject.toml; a package that is in none of them breaks one."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("package", DOORS)
def test_each_heavy_part_has_one_door(graph: grimp.ImportGraph, package: str) -> None:
    users = graph.find_modules_that_directly_import(package)
    door = DOORS[package]
    assert users, f"nothing imports {package}: take it out of DOORS"
    assert {user for user in users if user != door and not user.startswith(f"{door}.")} == set()


def test_help_loads_nothing_heavy() -> None:
    """`sourcebook --help` answers at once: the rooms are imported inside the commands."""
    code = "import sys, sourcebook.ui.cli.app; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    heavy = {"numpy", "jinja2", "pydantic", "gradio", "sourcebook.index", "sourcebook.rag"}
    assert modules & heavy == set()


def packages() -> set[str]:
    return {
        ".".join(("sourcebook", *path.parent.relative_to(ROOT).parts))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
    }


def test_every_package_is_in_the_wheel(project: dict[str, Any]) -> None:
    assert set(project["tool"]["setuptools"]["packages"]) == packages()


@pytest.mark.parametrize("package", sorted(packages()))
def test_a_package_is_two_to_thirteen_files_and_says_what_it_is(package: str) -> None:
    folder = ROOT.joinpath(*package.split(".")[1:])
    face = (folder / "__init__.py").read_text("utf-8")
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    folders = [path for path in folder.iterdir() if (path / "__init__.py").exists()]
    assert face.startswith('"""')
    assert 2 <= len(files) + len(folders) <= 13 + len(folders)


# Put together from pieces, so that this file does not name them.
INDEXES = ("pypi" + ".org", "python" + "hosted.org", "download.py" + "torch.org")
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]")
FORBIDDEN = {
    "a package index": re.compile("|".join(map(re.escape, INDEXES))),
    "a path of one machine": re.compile(rf"(?<![\w.])(?:{'|'.join(PLACES)})"),
}


WORLDS = ROOT / "tests" / "worlds"


def committed() -> list[Path]:
    """What git has or would take; without git (an unpacked archive), all that is not hidden."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        everything = [p for top in (*ROOMS, "tests") for p in (ROOT / top).rglob("*")]
        return [p for p in everything if p.is_file() and "__pycache__" not in p.parts]
    return [p for name in done.stdout.split("\0") if name and (p := ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found = []
    for path in committed():
        if WORLDS in path.parents and path.suffix != ".py":
            continue  # The papers and questions of invented people, who have machines of their own.
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # A picture or another binary file.
        found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in FORBIDDEN[what].finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a package index", "https://pypi." + "org/simple"),
        ("a path of one machine", "see /wo" + "rk/main/index"),
        ("a path of one machine", '"/ho' + 'me/anna/x"'),
    ],
)
def test_the_patterns_find_what_they_should(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text)
