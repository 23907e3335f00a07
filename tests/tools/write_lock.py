"""Resolves pyproject.toml anew, and writes what pip finds to requirements.lock.

python tests/tools/write_lock.py
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"


def main() -> None:
    """Write the lock."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    resolution = subprocess.run(
        [*command, "--report", "-", f"{ROOT}[dev]"], stdout=subprocess.PIPE, text=True, check=True
    )
    LOCK.write_text(lock_text(LOCK.read_text("utf-8"), json.loads(resolution.stdout)), "utf-8")


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


if __name__ == "__main__":
    main()
