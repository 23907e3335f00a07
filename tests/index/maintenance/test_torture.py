"""The smaller form of what `python -m torture` does: nothing acknowledged is ever lost.

Each runs in a process of its own, as it forks, kills, and lets calls fail.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from torture.failures import compiler

SUPPORT = Path(__file__).parents[2] / "support"
LINUX = pytest.mark.skipif(
    sys.platform != "linux" or compiler() is None, reason="needs Linux and a C compiler"
)
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "count"),
    [
        pytest.param("kills", 6, marks=FORKS),
        pytest.param("failures", 199, marks=LINUX),  # every 199th call
        pytest.param("damage", 20, marks=FORKS),
        pytest.param("damage --rough", 20, marks=FORKS),
        ("switches", 15),
        ("planted", 40),
    ],
)
def test_what_a_library_holds_survives(what: str, count: int) -> None:
    path = os.pathsep.join(filter(None, [str(SUPPORT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "torture", *what.split(), "--count", str(count)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
