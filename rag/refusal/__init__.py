"""Signals and thresholds by which `rag/answering.py` refuses, and the reason of a refusal."""
