"""The scores of one question, and figures over many questions with intervals."""

from .measures import BY_NAME, MEASURES, Measure
from .statistics import Figure

__all__ = ["BY_NAME", "MEASURES", "Figure", "Measure"]
