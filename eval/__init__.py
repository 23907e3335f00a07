"""How good the answers are, how sure that is, and whether a change made them better."""

from sourcebook.eval.questions import EvalQuestion as Question
from sourcebook.eval.questions import (
    QuestionSet,
    RatedSet,
    load,
    open_folder_library,
    open_set_library,
    rated_set,
)
from sourcebook.eval.report import write_report
from sourcebook.eval.runs import ReplyCache, Run, RunProgress, load_run, run
from sourcebook.eval.studies import Comparison
from sourcebook.eval.studies.compare import compare

from .errors import EvaluationError, QuestionSetError, RunMismatch, RunNotFound

__all__ = [
    "Comparison",
    "EvaluationError",
    "Question",
    "QuestionSet",
    "QuestionSetError",
    "RatedSet",
    "ReplyCache",
    "Run",
    "RunMismatch",
    "RunNotFound",
    "RunProgress",
    "compare",
    "load",
    "load_run",
    "open_folder_library",
    "open_set_library",
    "rated_set",
    "run",
    "write_report",
]
