"""The scores of one question, and figures over many questions with intervals."""

from .catalogue import BY_NAME, MEASURES, compute_figures
from .judges import Judge, LexicalJudge, ModelJudge
from .kinds import KindRow, rows_by_kind
from .measure import UNITS, Measure, Scores, format_value, has_columns, score_rows
from .statistics import Figure

__all__ = [
    "BY_NAME",
    "MEASURES",
    "UNITS",
    "Figure",
    "Judge",
    "KindRow",
    "LexicalJudge",
    "Measure",
    "ModelJudge",
    "Scores",
    "compute_figures",
    "format_value",
    "has_columns",
    "rows_by_kind",
    "score_rows",
]
