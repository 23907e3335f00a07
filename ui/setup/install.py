"""The set-up that `make setup` runs, with nothing but Python's standard library.

    1. environment   .venv
    2. packages      requirements.lock, by pip with your own pip settings
    3. llama.cpp     llama-cpp-python, compiled for this processor, the wheel kept for other clones
    4. sourcebook    this folder, editable
    5. models        `sourcebook models pull`: both model files, checked by SHA-256

A finished step leaves a stamp in .venv/.setup with the hash of all it depends on: the next run
passes over it at once, unless that has changed. It may be interrupted anywhere.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .commands import AGAIN, NO_COMPILER, PYTHON, ROOT, VENV, SetupFailed, explain, run
from .llama_build import compiler, llama_build

LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
STAMPS = VENV / ".setup"
PIP: list[str | Path] = [
    PYTHON,
    "-m",
    "pip",
    "install",
    "--disable-pip-version-check",
    "--no-input",
]
# What each step usually takes.
STEPS = {
    "environment": "10 seconds",
    "packages": "2 to 10 minutes",
    "llama": "5 to 10 minutes where it was not compiled before",
    "sourcebook": "5 seconds",
}


def fingerprint(*parts: str | bytes) -> str:
    """Return one hash of all that a step depends on."""
    joined = b"\0".join(part if isinstance(part, bytes) else part.encode() for part in parts)
    return hashlib.sha256(joined).hexdigest()


def fingerprints() -> dict[str, str]:
    """Return the hash of what each step depends on, in the order of the steps."""
    environment = fingerprint(str(ROOT), os.path.realpath(sys.executable), sys.version)
    return {
        "environment": environment,
        "packages": fingerprint(environment, LOCK.read_bytes()),
        "llama": fingerprint(environment, llama_build().key),
        "sourcebook": fingerprint(environment, PROJECT.read_bytes()),
    }


def unfinished(inputs: dict[str, str], stamps: Path, python: Path) -> list[str]:
    """Return the steps to do. A new environment begins empty, so then it is all of them."""

    def is_done(step: str) -> bool:
        stamp = stamps / step
        return stamp.is_file() and stamp.read_text("utf-8") == inputs[step]

    if not python.exists() or not is_done("environment"):
        return list(inputs)
    return [step for step in inputs if not is_done(step)]


def do(step: str) -> None:
    """Do one step."""
    if step == "environment":
        if VENV.exists():  # made by this set-up, see `check_machine`
            shutil.rmtree(VENV)
        STAMPS.mkdir(parents=True)  # first of all: it marks the folder as the set-up's own
        run([sys.executable, "-m", "venv", VENV])
    elif step == "packages":
        remove_broken_packages(VENV)
        run([*PIP, "-r", LOCK])
    elif step == "llama":
        build = llama_build()
        wheel = build.wheel() or build.compile()
        run([*PIP, "--no-deps", "--no-index", "--force-reinstall", wheel])
    else:
        run([*PIP, "--no-deps", "--no-index", "--no-build-isolation", "-e", ROOT])


def remove_broken_packages(venv: Path) -> None:
    """Remove the records of packages that an interruption left incomplete.

    pip believes the records; without them it installs those packages anew.
    """
    for record in venv.glob("lib/python*/site-packages/*.dist-info"):
        files = importlib.metadata.Distribution.at(record).files or ()
        paths = [(Path(str(file.locate())), file.size) for file in files]
        if not paths or not all(
            path.is_file() and size in (None, path.stat().st_size) for path, size in paths
        ):
            shutil.rmtree(record)


def write_lock() -> None:
    """Resolve pyproject.toml anew and write what pip found to requirements.lock."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.json")
        run([*PIP, "--dry-run", "--ignore-installed", "--report", report, f"{ROOT}[dev]"])
        resolution = json.loads(report.read_text("utf-8"))
    LOCK.write_text(lock_text(LOCK.read_text("utf-8"), resolution), "utf-8")


def lock_text(old_text: str, report: dict[str, Any]) -> str:
    """Return requirements.lock from pip's installation report, under the comment it has.

    A local version ("+cpu") is what one index calls its build; other indexes do not have it.
    """
    comment = [row for row in old_text.splitlines(keepends=True) if row.startswith("#")]
    pins = {item["metadata"]["name"]: item["metadata"]["version"] for item in report["install"]}
    rows = [
        f"{name}=={pins[name].split('+')[0]}\n"
        for name in sorted(pins, key=str.lower)
        if name.replace("_", "-") not in {"sourcebook", "llama-cpp-python"}
    ]
    return "".join([*comment, *rows])


def check_machine(steps: list[str], wheel: Path | None) -> None:
    """Find in the first second what would fail later. ``wheel`` is an earlier build of llama.cpp.

    Raises:
        SetupFailed: with what to install or to free.
    """
    if VENV.exists() and not STAMPS.exists():
        raise SetupFailed(f".venv was not made by this set-up: move it away, then {AGAIN}")
    if "environment" in steps and not has_venv():
        raise SetupFailed(
            f"Python's venv is missing: on Debian `apt install python3-venv`, then {AGAIN}"
        )
    if "llama" in steps and wheel is None and compiler() is None:
        raise SetupFailed(NO_COMPILER)
    # Measured: 2.5 GB of packages and pip's copies of them, 1 GB to compile, 2.4 GB for the models
    # while the larger one is joined; more where pip finds torch only with CUDA.
    needed = 8 if "packages" in steps else 2 if steps else 0
    if (free := free_gb(ROOT)) < needed:
        raise SetupFailed(
            f"the set-up needs {needed} GB of disk, {ROOT} has {free:.1f}: make room, then {AGAIN}"
        )


def has_venv() -> bool:
    """Whether this Python can make environments; Debian ships that part by itself."""
    return importlib.util.find_spec("ensurepip") is not None


def free_gb(folder: Path) -> float:
    """Return the free space on the disk of ``folder``, in GB."""
    return shutil.disk_usage(folder).free / 1e9


def set_up() -> int:
    """Do what is not done yet, and return the exit code."""
    inputs = fingerprints()
    steps = unfinished(inputs, STAMPS, PYTHON)
    check_machine(steps, llama_build().wheel())
    for step in steps:
        print(f"{step}: usually {STEPS[step]}", flush=True)
        (STAMPS / step).unlink(missing_ok=True)
        do(step)
        (STAMPS / step).write_text(inputs[step], "utf-8")
    return subprocess.run([VENV / "bin" / "sourcebook", "models", "pull"], check=False).returncode


def main() -> int:
    """Set up; ``--lock`` writes requirements.lock too. Return 1 for a failure, 130 for Ctrl-C."""
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
            code = set_up()
            if "--lock" in sys.argv and code == 0:
                write_lock()
            return code
    except (SetupFailed, OSError) as failure:
        reason = failure if isinstance(failure, SetupFailed) else explain(f"error: {failure}")
        print(f"set-up: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nset-up: interrupted; {AGAIN}", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
