"""Runs against each other: comparison, ablation, calibration."""
