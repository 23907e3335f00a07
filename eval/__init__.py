"""How good the answers are, how sure that is, and whether a change made them better."""

from sourcebook.eval.questions.dataset import EvalQuestion as Question
from sourcebook.eval.questions.dataset import QuestionSet
from sourcebook.eval.questions.libraries import open_folder_library, open_set_library
from sourcebook.eval.questions.loading import load
from sourcebook.eval.questions.rated import RatedSet, rated_set
from sourcebook.eval.report.html import write_report
from sourcebook.eval.runs.reply_cache import ReplyCache
from sourcebook.eval.runs.runner import RunProgress, run
from sourcebook.eval.runs.summary import Run, load_run
from sourcebook.eval.studies.compare import Comparison, compare

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
