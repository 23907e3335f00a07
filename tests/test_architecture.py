"""The shape of the house: what may import what, and what no committed file may name."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# index <- rag <- eval <- ui: a room may use itself and those before it.
ROOMS = ("index", "rag", "eval", "ui")

# Each heavy or peculiar part has one door. A name ending in / is a whole room.
DOORS = {
    "faiss": "index/vectors.py",
    "sentence_transformers": "index/embedding.py",
    "llama_cpp": "rag/llama_engine.py",
    "huggingface_hub": "index/mirrors.py",
    "gradio": "ui/",
}


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def imports(source: str, room: str) -> Iterator[str]:
    """Absolute names of everything imported, at the top or inside a function, or by name.

    ``room`` is where the source stands; rooms are flat, so one dot is the room and two the house.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = {0: "", 1: f"sourcebook.{room}", 2: "sourcebook"}[node.level]
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant))


def rooms_used(source: str, room: str) -> set[str]:
    found = (name.split(".") for name in imports(source, room))
    return {parts[1] for parts in found if parts[0] == "sourcebook" and parts[1:2]}


def wrong_way(source: str, room: str) -> set[str]:
    """The rooms that ``source`` uses and may not."""
    return rooms_used(source, room) - set(ROOMS[: ROOMS.index(room) + 1])


@pytest.mark.parametrize("module", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_reaches_back_upstream(module: Path) -> None:
    assert wrong_way(module.read_text("utf-8"), module.parent.name) == set()


@pytest.mark.parametrize(
    ("source", "room", "found"),
    [
        ("from ..rag.answer import Answer", "index", {"rag"}),
        ("from .. import ui", "rag", {"ui"}),
        ("def f():\n    import sourcebook.ui.render", "eval", {"ui"}),
        ("import importlib\nimportlib.import_module('sourcebook.eval.runner')", "rag", {"eval"}),
        ("from . import weights\nfrom ..index import Library\nimport re", "rag", set()),
        ("from ..eval import runner", "ui", set()),
    ],
)
def test_the_rule_finds_every_way_to_import(source: str, room: str, found: set[str]) -> None:
    assert wrong_way(source, room) == found


@pytest.mark.parametrize("package", DOORS)
def test_each_heavy_part_has_one_door(package: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in modules()
        for name in imports(path.read_text("utf-8"), path.parent.name)
        if name.split(".")[0] == package
    }
    assert users, f"nothing imports {package}: take it out of DOORS"
    assert {user for user in users if not user.startswith(DOORS[package])} == set()


def test_the_rooms_are_flat() -> None:
    assert [path for path in modules() if path.parent.parent != ROOT] == []


# Put together from pieces, so that this file does not name them.
INDEXES = ("pypi" + ".org", "python" + "hosted.org", "download.py" + "torch.org")
PLACES = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]")
FORBIDDEN = {
    "a package index": re.compile("|".join(map(re.escape, INDEXES))),
    "a path of one machine": re.compile(rf"(?<![\w.])(?:{'|'.join(PLACES)})"),
}


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
