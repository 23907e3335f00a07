"""`sourcebook serve` in a process of its own, and how it is from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sourcebook.eval.benchmark.commands import sourcebook_command
from sourcebook.eval.questions import load
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.library import Library
from sourcebook.rag.settings import Settings

__all__ = ["SCRIPTED", "BenchmarkServer", "run_server", "sample_library", "sample_questions"]

SCRIPTED = {"LANGUAGE_MODEL": "scripted", "EMBEDDER": "hash"}
"""Settings of a server whose time is all its own: its models need none worth counting."""

_START, _STOP = 300.0, 90.0
_QUEUE = re.compile(r"^sourcebook_queue_length (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BenchmarkServer:
    """A server's address and its process."""

    url: str
    pid: int
    client: httpx.Client

    def queue_length(self) -> int:
        """Return how many questions wait or are answered."""
        match = _QUEUE.search(self.client.get("/metrics").text)
        if match is None:
            raise RuntimeError("the server does not tell the length of its queue")
        return round(float(match[1]))

    def wait_for_queue(self, length: int, seconds: float = 60.0) -> float:
        """Return the seconds until no more than ``length`` questions wait or are answered.

        Raises:
            RuntimeError: they are not gone within ``seconds``.
        """
        began = time.perf_counter()
        while self.queue_length() > length:
            if time.perf_counter() - began > seconds:
                raise RuntimeError(f"a place in the queue was not free within {seconds:.0f} s")
            time.sleep(0.005)
        return time.perf_counter() - began

    def resident_memory(self) -> float:
        """Return the memory of the process, in MiB."""
        import psutil

        return float(psutil.Process(self.pid).memory_info().rss) / 2**20


@contextmanager
def sample_library(embedder: Embedder | None = None) -> Iterator[Path]:
    """Give the folder of a library of the sample articles until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "sample.library"
        with Library.open(place, embedder=embedder) as library:
            library.add_sample()
        yield place


def sample_questions() -> list[str]:
    """Return the bundled questions that the sample articles answer, each by itself."""
    return [q.text for q in load("bundled").questions if q.answerable and not q.history]


@contextmanager
def run_server(library: Path, settings: dict[str, str], *options: str) -> Iterator[BenchmarkServer]:
    """Run `sourcebook serve` over a library until the block ends, its models loaded.

    Args:
        library: its folder.
        settings: by their names in the environment, without the prefix. Nothing else is taken from
            the settings of this user but the models, so that no key is asked for.
        options: further options of the command.

    Raises:
        RuntimeError: it does not start.
    """
    own = Settings.load()
    models = {"LANGUAGE_MODEL": own.language_model, "EMBEDDER": own.embedder or ""}
    variables = {name: value for name, value in {**models, **settings}.items() if value}
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            **{f"SOURCEBOOK_{name}": value for name, value in variables.items()},
            "SOURCEBOOK_SETTINGS": str(Path(folder) / "settings.toml"),
            "SOURCEBOOK_CACHE": folder,
            "PYTHONUNBUFFERED": "1",
        }
        words = ["serve", "--library", str(library), "--port", "0", "--rate", "100000/minute"]
        with (
            (Path(folder) / "errors").open("w+") as errors,
            subprocess.Popen(
                sourcebook_command(*words, *options),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=environment,
            ) as process,
        ):
            try:
                assert process.stdout is not None
                address = re.search(r"http://\S+?(?=/api)", process.stdout.readline())
                if address is None:
                    errors.seek(0)
                    raise RuntimeError(errors.read().strip() or "`sourcebook serve` did not start")
                with httpx.Client(base_url=address[0], timeout=_START) as client:
                    _wait_until_ready(client)
                    yield BenchmarkServer(address[0], process.pid, client)
            finally:
                process.send_signal(signal.SIGINT)
                try:
                    process.wait(_STOP)
                except subprocess.TimeoutExpired:
                    process.kill()


def _wait_until_ready(client: httpx.Client) -> None:
    began = time.perf_counter()
    while client.get("/ready").status_code != 200:
        if time.perf_counter() - began > _START:
            raise RuntimeError(f"the server was not ready within {_START:.0f} s")
        time.sleep(0.05)
