"""One child process reads the files of many tests: to start one takes longer than most tests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from sourcebook.index import Document
from sourcebook.index.reading.sandbox import ReaderSandbox, SandboxLimits
from sourcebook.index.reports import Skipped


@contextmanager
def shared_readers() -> Iterator[None]:
    """While the block runs, an addition leaves its child to the next one of the same limits, as
    one addition reads file after file with it."""
    idle: dict[SandboxLimits, subprocess.Popen[bytes]] = {}

    class SharedSandbox(ReaderSandbox):
        """A sandbox that begins with the child of an earlier one."""

        def __init__(self, limits: SandboxLimits | None = None) -> None:
            super().__init__(limits)
            self._child = idle.pop(self.limits, None)
            self._opened_archive = False

        def read(
            self, path: Path, columns: Mapping[str, str] | None = None
        ) -> Iterator[Document | Skipped]:
            # A child keeps an archive open for the next of its files.
            self._opened_archive |= path.suffix.lower() == ".zip"
            return super().read(path, columns)

        def __exit__(self, *_: object) -> None:
            child, is_free = self._child, not (self._busy or self._buffer or self._opened_archive)
            if child is not None and is_free and idle.setdefault(self.limits, child) is child:
                self._child = None
            self.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sourcebook.index.ingest.addition.ReaderSandbox", SharedSandbox)
        try:
            yield
        finally:
            for limits in tuple(idle):
                SharedSandbox(limits).close()
