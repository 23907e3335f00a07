"""Whether to refuse: the signals and their calibration, the decision, and its reason."""
