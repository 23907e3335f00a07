"""Studies of several runs: comparison, ablation, calibration."""

from .compare import Change, Comparison, MeasureDifference, check_gate

__all__ = [
    "Change",
    "Comparison",
    "MeasureDifference",
    "check_gate",
]
