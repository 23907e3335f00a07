"""The set-up that `make setup` runs, with nothing but Python's standard library.

    1. environment   .venv, made here
    2. packages      requirements.lock, by pip with your own pip settings
    3. llama.cpp     llama-cpp-python, compiled for this processor, kept for other clones
    4. sourcebook    this folder, installed so that changes to it count at once
    5. models        both model files, each checked by its SHA-256

A step that is done leaves a stamp in .venv/.setup with the hash of all it depends on: run again, it
is passed over at once; run after a change, it is done anew. Interrupt it anywhere.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .commands import AGAIN, NO_COMPILER, PYTHON, ROOT, VENV, Line, SetupFailed, explain, run
from .llama_build import LlamaBuild, compiler, llama_build

LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
STAMPS = VENV / ".setup"


@dataclass(frozen=True)
class Step:
    """One step: ``inputs`` is the hash of all it depends on, ``work`` does it."""

    name: str
    title: str
    usually: str
    inputs: str
    work: Callable[[Line], None]

    def done(self, stamps: Path) -> bool:
        """Whether it was finished for these very inputs."""
        with contextlib.suppress(OSError):
            return (stamps / self.name).read_text("utf-8") == self.inputs
        return False

    def do(self, stamps: Path) -> None:
        """Do the work; only when it is finished is the stamp set."""
        line = Line(self.title, self.usually)
        (stamps / self.name).unlink(missing_ok=True)
        self.work(line)
        (stamps / self.name).write_text(self.inputs, "utf-8")
        line.done()


def fingerprint(*parts: str | bytes) -> str:
    """One hash of all that a step depends on."""
    joined = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hashlib.sha256(joined).hexdigest()


def steps() -> list[Step]:
    """The first four steps. The models look after themselves: where they lie is a setting."""
    environment = fingerprint(str(ROOT), os.path.realpath(sys.executable), sys.version)
    packages = fingerprint(environment, LOCK.read_bytes())
    build = llama_build()
    llama = fingerprint(environment, build.key)
    project = fingerprint(environment, PROJECT.read_bytes())
    minutes = "a few seconds" if build.wheel() else "5 to 10 minutes"
    return [
        Step("environment", "1/5 environment", "10 seconds", environment, make_environment),
        Step("packages", "2/5 packages", "2 to 10 minutes", packages, install_packages),
        Step("llama", "3/5 llama.cpp", minutes, llama, lambda line: install_llama(build, line)),
        Step("sourcebook", "4/5 sourcebook", "5 seconds", project, install_sourcebook),
    ]


def make_environment(line: Line) -> None:
    """A new .venv. One that is there is ours: of another Python, moved, or cut short."""
    if VENV.exists():
        shutil.rmtree(VENV)
    STAMPS.mkdir(parents=True)  # First of all: it says that the folder is ours.
    run([sys.executable, "-m", "venv", VENV], line)


def install_packages(line: Line) -> None:
    """Everything in requirements.lock, at exactly that version."""
    forget_half_installed(VENV)
    total = sum("==" in row for row in LOCK.read_text("utf-8").splitlines())
    run([*_pip_install(), "-r", LOCK], line, lambda output: packages_so_far(output, total))


def install_llama(build: LlamaBuild, line: Line) -> None:
    """llama-cpp-python from the cache, compiled first where the cache has none."""
    wheel = build.wheel() or build.compile(line)
    run([*_pip_install(), "--no-deps", "--no-index", "--force-reinstall", wheel], line)


def install_sourcebook(line: Line) -> None:
    """This folder, editable."""
    run([*_pip_install(), "--no-deps", "--no-index", "--no-build-isolation", "-e", ROOT], line)


def fetch_models() -> int:
    """Fetch and check both models. Runs on .venv's Python, where the package is installed."""
    from sourcebook.index.errors import ModelError
    from sourcebook.index.weights import files as weights

    lines: dict[str, Line] = {}

    def show(progress: weights.Progress) -> None:
        if progress.model not in lines:
            for line in lines.values():
                line.done()
            usually = "1 minute" if progress.total < 1e9 else "2 to 10 minutes"
            lines[progress.model] = Line(f"5/5 model {progress.model}", usually)
        done, total = progress.done / 1e6, progress.total / 1e6
        lines[progress.model].update(f"{progress.doing}, {done:,.0f} of {total:,.0f} MB")

    try:
        weights.pull(progress=show)
    except ModelError as error:
        for line in list(lines.values())[-1:]:
            line.end()
        print(f"set-up: {error}", file=sys.stderr)
        return 1
    for line in list(lines.values())[-1:]:
        line.done()
    return 0


def packages_so_far(output: str, total: int) -> str:
    """How far pip is, from what it printed."""
    if "Installing collected packages" in output:
        return "all are here; unpacking"
    seen = re.findall(
        r"(?m)^(?:Collecting|Processing|Requirement already satisfied:) (\S+)", output
    )
    if not seen:
        return ""
    size = re.findall(r"(?m)^ +Downloading \S+ (\(.*\))$", output.rsplit(seen[-1], 1)[-1])
    name = seen[-1].rsplit("/", 1)[-1].split("==")[0]
    return " ".join([f"{min(len(seen), total)} of {total}", name, *size])


def forget_half_installed(venv: Path) -> None:
    """Take out the records of packages whose files an interruption kept from being all there.

    pip believes the records; without them it installs those packages anew.
    """
    for record in venv.glob("lib/python*/site-packages/*.dist-info"):
        if not is_whole(importlib.metadata.Distribution.at(record)):
            shutil.rmtree(record)


def is_whole(package: importlib.metadata.Distribution) -> bool:
    """Whether all files of an installed package are there, with their sizes."""
    for file in package.files or ():
        here = Path(str(file.locate()))
        if not here.is_file() or (file.size is not None and here.stat().st_size != file.size):
            return False
    return bool(package.files)


def write_lock() -> None:
    """Resolve pyproject.toml anew and write what pip found to requirements.lock."""
    line = Line("lock", "1 to 2 minutes")
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        resolve = [*_pip_install(), "--dry-run", "--ignore-installed", "--report", report]
        run([*resolve, f"{ROOT}[dev]"], line)
        resolved = json.loads(report.read_text("utf-8"))
    LOCK.write_text(lock_text(LOCK.read_text("utf-8"), resolved), "utf-8")
    line.done()


def lock_text(before: str, report: dict[str, Any]) -> str:
    """requirements.lock from pip's installation report, under the comment it has.

    A local version ("+cpu") is what one index calls its build; other indexes do not have it.
    """
    comment = [row for row in before.splitlines(keepends=True) if row.startswith("#")]
    found = [(item["metadata"]["name"], item["metadata"]["version"]) for item in report["install"]]
    pins = [
        f"{name}=={version.split('+')[0]}\n"
        for name, version in sorted(found, key=lambda pin: pin[0].lower())
        if name.replace("_", "-") not in {"sourcebook", "llama-cpp-python"}
    ]
    return "".join([*comment, *pins])


def check_machine(todo: Sequence[str], wheel: Path | None) -> None:
    """Find in the first second what would fail later. ``wheel`` is an earlier build of llama.cpp.

    Raises:
        SetupFailed: with what to install or to free.
    """
    if VENV.exists() and not STAMPS.exists():
        raise SetupFailed(f".venv was not made by this set-up: move it away, then {AGAIN}")
    if "environment" in todo and not has_venv():
        raise SetupFailed(
            f"Python's venv is missing: on Debian `apt install python3-venv`, then {AGAIN}"
        )
    if "llama" in todo and wheel is None and compiler() is None:
        raise SetupFailed(NO_COMPILER)
    # Measured: 2.5 GB of packages and pip's copies of them, 1 GB to compile, 2.4 GB for the models
    # while the larger one is joined; more where pip finds torch only with CUDA.
    needed = 8 if "packages" in todo else 2 if todo else 0
    free = free_gb(ROOT)
    if free < needed:
        raise SetupFailed(
            f"the set-up needs {needed} GB of disk, {ROOT} has {free:.1f}: make room, then {AGAIN}"
        )


def has_venv() -> bool:
    """Whether this Python can make environments; Debian ships that part by itself."""
    return importlib.util.find_spec("ensurepip") is not None


def free_gb(folder: Path) -> float:
    """Free space on the disk of ``folder``, in GB."""
    return shutil.disk_usage(folder).free / 1e9


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in this folder; a second one waits for the first."""
    with PROJECT.open("rb") as project:
        try:
            fcntl.flock(project, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up is at work here; waiting for it.", flush=True)
            fcntl.flock(project, fcntl.LOCK_EX)
        yield


def unfinished(all_steps: Sequence[Step], stamps: Path) -> list[Step]:
    """The steps that are not done. A new environment begins empty, so then it is all of them."""
    todo = [step for step in all_steps if not step.done(stamps)]
    return list(all_steps) if all_steps[0] in todo or not PYTHON.exists() else todo


def set_up() -> int:
    """Do what is not done yet; the exit code."""
    todo = unfinished(steps(), STAMPS)
    check_machine([step.name for step in todo], llama_build().wheel())
    if todo:
        print("Setting up. Interrupt it when you like: run again, it goes on where it was.")
    for step in todo:
        step.do(STAMPS)
    models = [str(PYTHON), "-P", "-m", "sourcebook.ui.setup.install", "--models"]
    code = subprocess.run(models, check=False).returncode
    if code == 0:
        print("Everything is set up.")
    return code


def main() -> int:
    """The command: exit code 1 after a failure, 130 after an interruption."""
    parser = argparse.ArgumentParser(description="Set Sourcebook up in .venv.")
    parser.add_argument("--models", action="store_true", help="only fetch the models")
    parser.add_argument("--lock", action="store_true", help="write requirements.lock anew")
    chosen = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        if sys.version_info < (3, 11):  # noqa: UP036  said to the Python that `make` found
            raise SetupFailed(
                f"Python 3.11 or newer is needed, this is {platform.python_version()}: name one "
                "with `make setup PYTHON=python3.11`"
            )
        if chosen.models:
            return fetch_models()
        with alone():
            code = set_up()
            if chosen.lock and code == 0:
                write_lock()
            return code
    except (SetupFailed, OSError) as failure:
        reason = failure if isinstance(failure, SetupFailed) else explain(f"error: {failure}")
        print(f"set-up: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        if not chosen.models:  # The set-up that started it says so.
            print(f"\nset-up: interrupted; {AGAIN}", file=sys.stderr)
        return 130


def _pip_install() -> list[str | Path]:
    return [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]


if __name__ == "__main__":
    sys.exit(main())
