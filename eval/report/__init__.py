"""One HTML file that shows the figures, plots and questions of runs."""

from .html import write_report
from .panels import GROUPS, headline

__all__ = [
    "GROUPS",
    "headline",
    "write_report",
]
