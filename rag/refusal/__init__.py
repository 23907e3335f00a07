"""Whether to refuse: the signals and their calibration, the decision, and its reason."""

from .calibration import Calibration, Signals, load_calibration
from .decision import DraftCase, is_hopeless, refusal_reason, unsupported_reason
from .reasons import ABSENT, NOTHING_FOUND, explain_unsupported

__all__ = [
    "ABSENT",
    "NOTHING_FOUND",
    "Calibration",
    "DraftCase",
    "Signals",
    "explain_unsupported",
    "is_hopeless",
    "load_calibration",
    "refusal_reason",
    "unsupported_reason",
]
