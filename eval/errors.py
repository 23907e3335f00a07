"""What can go wrong in an evaluation. Part of the product's error tree (see index/errors.py).

SourcebookError
└── EvaluationError
    ├── QuestionSetError     a question set cannot be used; names every line at fault
    ├── RunMismatch          a run folder was made from something else than what is asked now
    └── RunNotFound          the folder holds no run
"""

from __future__ import annotations

from sourcebook.index.errors import SourcebookError


class EvaluationError(SourcebookError):
    """An evaluation could not do what was asked."""


class QuestionSetError(EvaluationError):
    """A question set cannot be used. ``problems`` has one line for each thing wrong with it."""

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class RunMismatch(EvaluationError):
    """A run cannot be resumed or compared: the message says what differs."""


class RunNotFound(EvaluationError):
    """The folder holds no run."""
