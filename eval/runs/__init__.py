"""Runs: a question set is asked, and the records and figures are written to a folder."""

from .folder import ANSWERS, SUMMARY, default_runs_folder
from .reply_cache import ReplyCache
from .runner import RunProgress, run
from .summary import Run, load_run

__all__ = [
    "ANSWERS",
    "SUMMARY",
    "ReplyCache",
    "Run",
    "RunProgress",
    "default_runs_folder",
    "load_run",
    "run",
]
