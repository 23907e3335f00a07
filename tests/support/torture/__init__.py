"""Libraries killed, filled up, damaged, switched, purged: what may never happen is counted.

PYTHONPATH=tests/support .venv/bin/python -m torture kills --count 1000
"""
