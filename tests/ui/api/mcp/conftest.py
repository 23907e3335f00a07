"""A server of the API for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from api_server import RunningApi, sample_server


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with sample_server(sample_folder, tmp_path_factory.mktemp("server")) as running:
        yield running
