"""Speed and memory on this machine: `python -m sourcebook.eval.benchmark`."""
