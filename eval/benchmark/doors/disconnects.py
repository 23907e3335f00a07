"""Clients that hang up: how soon the next may ask, and whether others notice. The real model."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import cycle

import numpy as np

from sourcebook.eval.benchmark.engine import Sample

from .callers import QuestionStream, Stayer
from .server import BenchmarkServer, run_server, sample_library, sample_questions

__all__ = ["measure_disconnects"]

_TARGET = 2.0
"""Seconds."""

_EACH, _QUICK_EACH = (167, 167, 166), (4, 4, 4)
_READING = 0.6
"""Seconds of the model's reading within which a client hangs up."""

_TOKENS = 4
"""Of the answer, within which a client hangs up."""

_STAYERS = 10
"""Of so many that hang up, behind one waits another who stays."""

_STORED = 6
"""Questions that are answered once before: the model has their prompts then, and writes at once.
Clients who stay and those who leave while it writes ask them. All others ask what is never read to
its end, and so never stored: it is read anew each time."""

_STATE_MEMORY = 1024
"""MiB, in which those prompts have room."""


def measure_disconnects(*, quick: bool) -> Iterator[Sample]:
    """Seconds until a place is free again, for clients that wait, whose question is being read, and
    whose answer is being written."""
    waiting, reading, writing = _QUICK_EACH if quick else _EACH
    settings = {"STATE_MEMORY": str(_STATE_MEMORY), "STATE_DISK": "0"}
    with sample_library() as place, run_server(place, settings) as server:
        crowd = _Crowd(server)
        seconds = {
            "in the queue": crowd.leave_queue(waiting),
            "its question being read": crowd.leave_reading(reading),
            "its answer being written": crowd.leave_writing(writing),
        }
    everyone = [value for values in seconds.values() for value in values]
    for name, values in seconds.items():
        yield Sample(f"hung up {name}, free after, median", "s", (float(np.median(values)),))
    p99 = float(np.percentile(everyone, 99))
    yield Sample(f"{len(everyone)} hung up, free after, p99", "s", (p99,), _TARGET)
    yield Sample(f"others touched, of {len(crowd.stayers)} who stayed", "", (crowd.touched,), 0)


class _Crowd:
    """Clients of one server, most of whom leave."""

    def __init__(self, server: BenchmarkServer) -> None:
        self._server = server
        questions = sample_questions()
        random.Random(3).shuffle(questions)  # noqa: S311  repeatable, not secret
        self._stored, self._new = cycle(questions[:_STORED]), cycle(questions[_STORED:])
        self._random = random.Random(4)  # noqa: S311
        self.stayers: list[Stayer] = []
        for question in questions[:_STORED]:
            with Stayer(server.url, question).asking():
                pass

    @property
    def touched(self) -> int:
        """How many of those who stayed did not get their answer."""
        return sum(not stayer.has_answer for stayer in self.stayers)

    def _caller(self, questions: Iterator[str]) -> QuestionStream:
        return QuestionStream(self._server.url, next(questions))

    def _stayer(self) -> Stayer:
        self.stayers.append(Stayer(self._server.url, next(self._stored)))
        return self.stayers[-1]

    def leave_queue(self, number: int) -> list[float]:
        """Hang up while one who stays is answered."""
        seconds: list[float] = []
        while len(seconds) < number:
            with self._stayer().asking() as stayer:
                stayer.began.wait()
                while len(seconds) < number and not stayer.is_over:
                    with closing(self._caller(self._new)) as caller:
                        waits = caller.wait_for("queue", "evidence") == "queue"
                    free = self._server.wait_for_queue(1)
                    # Where the first one ended meanwhile, the place was free for that reason.
                    if waits and not stayer.is_over:
                        seconds.append(free)
            self._server.wait_for_queue(0)
        return seconds

    def leave_reading(self, number: int) -> list[float]:
        """Hang up while the question is read."""

        def wait(caller: QuestionStream) -> bool:
            is_there = caller.wait_for("evidence", "answer") == "evidence"
            time.sleep(self._random.uniform(0, _READING))
            return is_there

        return self._leave(number, self._new, wait)

    def leave_writing(self, number: int) -> list[float]:
        """Hang up at one of the first tokens of an answer."""

        def wait(caller: QuestionStream) -> bool:
            tokens = self._random.randint(1, _TOKENS)
            return all(caller.wait_for("token", "answer") == "token" for _ in range(tokens))

        return self._leave(number, self._stored, wait)

    def _leave(
        self, number: int, questions: Iterator[str], wait: Callable[[QuestionStream], bool]
    ) -> list[float]:
        """Hang up after ``wait``, which tells whether the answer is where it should be; behind some
        waits one who stays."""
        seconds: list[float] = []
        while len(seconds) < number:
            with ExitStack() as stack, closing(self._caller(questions)) as caller:
                is_there = wait(caller)
                has_stayer = len(seconds) % _STAYERS == 0
                if has_stayer:
                    stack.enter_context(self._stayer().asking()).began.wait()
                caller.close()
                free = self._server.wait_for_queue(int(has_stayer))
            if is_there:
                seconds.append(free)
            self._server.wait_for_queue(0)
        return seconds
