"""Jobs: additions and evaluations that go on after the request that began them."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from .problems import JobNotFound, RequestConflict
from .security.callers import Caller

__all__ = ["Job", "JobKind", "JobState", "Jobs", "Work"]

JobKind = Literal["addition", "evaluation"]
JobState = Literal["waiting", "running", "stopping", "complete", "stopped", "failed"]

_MOST = 1000


class Work(Protocol):
    """What goes on in a job."""

    @property
    def state(self) -> JobState:
        """How far it is."""
        ...

    @property
    def progress(self) -> dict[str, Any] | None:
        """What is done, of what, and what it is at; None before the first of it."""
        ...

    @property
    def result(self) -> dict[str, Any] | None:
        """What it did; None before its end."""
        ...

    @property
    def problem(self) -> str | None:
        """One line that says why it failed."""
        ...

    def stop(self) -> None:
        """End it soon; what is done stays."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work, of the caller who began it."""

    id: str
    kind: JobKind
    library: str
    caller: str
    work: Work
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.work.state in ("complete", "stopped", "failed")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "id": self.id,
            "kind": self.kind,
            "library": self.library,
            "state": self.work.state,
            "created": self.created.isoformat(timespec="seconds"),
            "progress": self.work.progress,
            "result": self.work.result,
            "problem": self.work.problem,
            "address": f"/api/jobs/{self.id}",
        }


class Jobs:
    """The jobs since the server was started: the last of them, and all that have not ended."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._by_key: OrderedDict[tuple[str, str], tuple[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def begin(
        self,
        caller: Caller,
        kind: JobKind,
        library: str,
        start: Callable[[], Work],
        *,
        idempotency: tuple[str, str] | None = None,
    ) -> Job:
        """Begin a job, or return the one that the same request began before.

        Args:
            caller: who may see it and stop it.
            kind: what is done.
            library: the name of the library.
            start: begins the work, and returns at once.
            idempotency: the request's Idempotency-Key, and what tells its content from others.

        Raises:
            RequestConflict: another request bore that key.
        """
        with self._lock:
            if idempotency and (earlier := self._earlier(caller, *idempotency)):
                return earlier
            job = Job(secrets.token_hex(8), kind, library, caller.name, start())
            self._jobs[job.id] = job
            if idempotency:
                self._by_key[caller.name, idempotency[0]] = (idempotency[1], job.id)
            self._forget()
            return job

    def find(self, caller: Caller, job_id: str) -> Job:
        """Return a job of the caller's. Raises JobNotFound."""
        with self._lock:
            job = self._jobs.get(job_id)
        if job is None or job.caller != caller.name:
            raise JobNotFound(f"no job has the id {job_id[:40]!r}: GET /api/jobs lists yours")
        return job

    def of(self, caller: Caller) -> list[Job]:
        """Return the caller's jobs, the last first."""
        with self._lock:
            return [job for job in reversed(self._jobs.values()) if job.caller == caller.name]

    def stop_all(self) -> None:
        """End all jobs soon."""
        with self._lock:
            jobs = list(self._jobs.values())
        for job in jobs:
            if not job.is_over:
                job.work.stop()

    def _earlier(self, caller: Caller, key: str, content: str) -> Job | None:
        entry = self._by_key.get((caller.name, key))
        if entry is None or entry[1] not in self._jobs:
            return None
        if entry[0] != content:
            raise RequestConflict(
                f"another request bore the Idempotency-Key {key[:40]!r}: send a new one"
            )
        return self._jobs[entry[1]]

    def _forget(self) -> None:
        for job_id, job in list(self._jobs.items()):
            if len(self._jobs) <= _MOST:
                break
            if job.is_over:
                del self._jobs[job_id]
        while len(self._by_key) > _MOST:
            self._by_key.popitem(last=False)
