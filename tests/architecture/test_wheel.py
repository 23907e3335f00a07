"""The wheel: what somebody gets who installs Sourcebook, and nothing else."""

import configparser
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("index", "rag", "eval", "ui")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built from a copy, so that setuptools leaves nothing in the working tree."""
    copy = tmp_path_factory.mktemp("wheel") / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy)
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(copy / "out"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next((copy / "out").glob("*.whl")))


def names(wheel: zipfile.ZipFile) -> set[str]:
    return set(wheel.namelist())


@pytest.mark.slow
def test_it_holds_one_import_name_and_its_own_description(wheel: zipfile.ZipFile) -> None:
    tops = {PurePosixPath(name).parts[0] for name in names(wheel)}
    assert tops == {"sourcebook", "sourcebook-0.1.0.dist-info"}
    rooms = {PurePosixPath(n).parts[1] for n in names(wheel) if n.startswith("sourcebook/")}
    assert rooms == set(ROOMS)


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_it_holds_every_file_of_every_room(wheel: zipfile.ZipFile, room: str) -> None:
    files = {
        f"sourcebook/{path.relative_to(ROOT)}"
        for path in (ROOT / room).rglob("*")
        # The pictures are the README's.
        if path.is_file() and not {"__pycache__", "images"} & set(path.parts)
    }
    assert f"sourcebook/{room}/py.typed" in files
    assert files - names(wheel) == set()


def test_it_holds_the_sample_articles(wheel: zipfile.ZipFile) -> None:
    sample = [n for n in names(wheel) if n.startswith("sourcebook/index/sample/")]
    assert len([name for name in sample if name.endswith(".md")]) >= 12


def test_it_installs_the_command(wheel: zipfile.ZipFile) -> None:
    points = configparser.ConfigParser()
    points.read_string(wheel.read("sourcebook-0.1.0.dist-info/entry_points.txt").decode())
    assert points["console_scripts"]["sourcebook"] == "sourcebook.ui.cli:main"


def test_it_brings_its_licence(wheel: zipfile.ZipFile) -> None:
    text = wheel.read("sourcebook-0.1.0.dist-info/licenses/LICENSE").decode()
    assert "Apache License" in text
    assert "License-Expression: Apache-2.0" in (
        wheel.read("sourcebook-0.1.0.dist-info/METADATA").decode()
    )


@pytest.mark.slow
def test_it_runs_where_pip_put_it(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """A new environment has the wheel alone; what that needs is lent by this one."""
    venv.create(tmp_path / "new", with_pip=False, symlinks=True)
    wheel.extractall(next((tmp_path / "new" / "lib").glob("python*")) / "site-packages")
    lent = next(place for place in sys.path if place.endswith("site-packages"))
    code = (
        f"import sys; sys.path.append({lent!r}); "
        "import sourcebook.ui.cli; from pathlib import Path; "
        "print(Path(sourcebook.ui.cli.__file__).is_relative_to(sys.prefix)); "
        "from sourcebook.ui.api.widget.script import script; "
        "from importlib.resources import files; "
        "app = files('sourcebook.ui.api.mcp') / 'static' / 'answer.html'; "
        "print(len(script()) > 1000, app.is_file()); "
        "sys.argv = ['sourcebook', '--version']; sourcebook.ui.cli.main()"
    )
    command = [str(tmp_path / "new" / "bin" / "python"), "-I", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "True", "True", "sourcebook", "0.1.0"], done.stderr
