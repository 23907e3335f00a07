"""Studies of several runs: comparison, ablation, calibration."""

from .compare import Comparison, MeasureDifference

__all__ = ["Comparison", "MeasureDifference"]
