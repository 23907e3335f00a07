"""Runs: a question set is asked, and the records and figures are written to a folder."""

from .summary import Run, load_run

__all__ = ["Run", "load_run"]
