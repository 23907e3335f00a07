"""The set-up that `make setup` runs, with nothing but Python's standard library.

    1. environment   .venv
    2. packages      requirements.lock, by pip with your own pip settings
    3. llama.cpp     llama-cpp-python, compiled for this processor, the wheel kept for other clones
    4. sourcebook    this folder, editable
    5. models        `sourcebook models pull`: both model files, checked by SHA-256

A finished step leaves a stamp in .venv/.setup with the hash of all it depends on: the next run
passes over it at once, unless that has changed. It may be interrupted anywhere; after step 2 was,
all is done anew from pip's cache, as pip takes half a package for a whole one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import disk_usage, rmtree

from .commands import AGAIN, NO_COMPILER, PYTHON, ROOT, VENV, SetupFailed, explain, run
from .llama_build import compiler, llama_build

LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
STAMPS = VENV / ".setup"
PIP = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
LOCAL = ["--no-deps", "--no-index"]
# What each step usually takes.
STEPS = {
    "environment": "10 seconds",
    "packages": "2 to 10 minutes",
    "llama": "5 to 10 minutes where it was not compiled before",
    "sourcebook": "5 seconds",
}


def fingerprints() -> dict[str, str]:
    """Return the hash of what each step depends on, in the order of the steps."""
    environment = fingerprint(str(ROOT), os.path.realpath(sys.executable), sys.version)
    return {
        "environment": environment,
        "packages": fingerprint(environment, LOCK.read_text("utf-8")),
        "llama": fingerprint(environment, llama_build().key),
        "sourcebook": fingerprint(environment, PROJECT.read_text("utf-8")),
    }


def fingerprint(*parts: str) -> str:
    """Return one hash of all that a step depends on."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def unfinished(inputs: dict[str, str], stamps: Path) -> list[str]:
    """Return the steps to do; all of them where the environment has to be made anew."""
    stamp_texts = {path.name: path.read_text("utf-8") for path in stamps.glob("*")}
    if stamp_texts.get("environment") != inputs["environment"] or "packages" not in stamp_texts:
        return list(inputs)
    return [step for step in inputs if stamp_texts.get(step) != inputs[step]]


def do(step: str) -> None:
    """Do one step."""
    if step == "environment":
        if VENV.exists():  # made by this set-up, see `check_machine`
            rmtree(VENV)
        STAMPS.mkdir(parents=True)  # first of all: it marks the folder as the set-up's own
        run([sys.executable, "-m", "venv", VENV])
    elif step == "packages":
        run([*PIP, "-r", LOCK])
    elif step == "llama":
        build = llama_build()
        run([*PIP, *LOCAL, "--force-reinstall", build.wheel() or build.compile()])
    else:
        run([*PIP, *LOCAL, "--no-build-isolation", "-e", ROOT])


def check_machine(steps: list[str], wheel: Path | None) -> None:
    """Find in the first second what would fail later. ``wheel`` is an earlier build of llama.cpp.

    Raises:
        SetupFailed: with what to install or to free.
    """
    problem = ""
    # Measured: 2.5 GB of packages and pip's copies of them, 1 GB to compile, 2.4 GB for the models
    # while the larger one is joined; more where pip finds torch only with CUDA.
    least, free = 8 if "packages" in steps else 2 if steps else 0, disk_usage(ROOT).free / 1e9
    if VENV.exists() and not STAMPS.exists():
        problem = ".venv was not made by this set-up: move it away"
    elif "environment" in steps and find_spec("ensurepip") is None:  # Debian ships it by itself
        problem = "Python's venv is missing: on Debian `apt install python3-venv`"
    elif "llama" in steps and wheel is None and compiler() is None:
        problem = NO_COMPILER
    elif free < least:
        problem = f"the set-up needs {least} GB of disk, {ROOT} has {free:.1f}: make room"
    if problem:
        raise SetupFailed(f"{problem}; then {AGAIN}")


def set_up() -> int:
    """Do what is not done yet, and return the exit code."""
    inputs = fingerprints()
    steps = unfinished(inputs, STAMPS)
    check_machine(steps, llama_build().wheel())
    for step in steps:
        print(f"{step}: usually {STEPS[step]}", flush=True)
        (STAMPS / step).unlink(missing_ok=True)
        do(step)
        (STAMPS / step).write_text(inputs[step], "utf-8")
    return subprocess.run([VENV / "bin" / "sourcebook", "models", "pull"], check=False).returncode


def main() -> int:
    """Set up. Return 1 for a failure, 130 for Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        if sys.version_info < (3, 11):  # noqa: UP036  for the Python that `make` found
            raise SetupFailed(
                f"Python 3.11 or newer is needed, this is {platform.python_version()}: name one "
                "with `make setup PYTHON=python3.11`"
            )
        with PROJECT.open("rb") as project:  # one set-up at a time; a second one waits
            fcntl.flock(project, fcntl.LOCK_EX)
            return set_up()
    except (SetupFailed, OSError) as failure:
        reason = failure if isinstance(failure, SetupFailed) else explain(f"error: {failure}")
        print(f"set-up: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nset-up: interrupted; {AGAIN}", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
