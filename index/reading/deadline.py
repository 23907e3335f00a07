"""How long the sandbox waits for its child, on a busy machine too."""

from __future__ import annotations

import contextlib
import time

LEAST_SHARE = 0.01
"""The share of a processor with which a process is at work. Where its processor time is limited, so
is the time on the clock that this gives it."""


class Deadline:
    """A moment that is put off while a process works."""

    def __init__(self, process: int, seconds: float) -> None:
        self._process, self._seconds = process, seconds
        self._end = time.monotonic() + seconds
        self._worked = self._processor_seconds()

    def remaining(self) -> float:
        """Return the seconds that remain, none below 0."""
        return max(0.0, self._end - time.monotonic())

    def put_off(self) -> bool:
        """Put the moment off if the process has worked since the last one; return whether."""
        worked = self._processor_seconds()
        is_at_work = worked - self._worked >= LEAST_SHARE * self._seconds
        self._worked = worked
        self._end = time.monotonic() + self._seconds
        return is_at_work

    def _processor_seconds(self) -> float:
        import psutil

        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self._process).cpu_times()
            return float(times.user + times.system)
        return 0.0
