"""How fast a long work goes and how long it still takes, in words for the terminal and the page."""

from __future__ import annotations

__all__ = ["count", "duration", "pace", "size_text"]

_SURE_AFTER = 2.0
"""Seconds; before, a rate says little."""


def pace(count: int, total: int | None, seconds: float) -> str:
    """Return the speed of some work, such as ``"12 a second, 40 s left"``.

    Args:
        count: how many things are done.
        total: how many there are, if that is known.
        seconds: how long the work has taken so far.

    Returns:
        An empty text in its first moments.
    """
    if count < 1 or seconds < _SURE_AFTER:
        return ""
    rate = count / seconds
    speed = f"{rate:,.0f} a second" if rate >= 9.5 else f"{rate * 60:,.0f} a minute"
    if total is None or total <= count:
        return speed
    return f"{speed}, {duration((total - count) / rate)} left"


def duration(seconds: float) -> str:
    """``40 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def count(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 article``, ``2 articles``, ``12,000 articles``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def size_text(size: int) -> str:
    """Bytes as a person reads them: "830 bytes", "12 kB", "1.4 GB"; a kB is 1,000 bytes."""
    if size < 1_000:
        return count(size, "byte")
    number, unit = size / 1e3, "kB"
    for larger in ("MB", "GB"):
        if number >= 999.5:  # which would be shown as 1,000
            number, unit = number / 1e3, larger
    return f"{number:.1f} {unit}" if number < 9.95 else f"{number:,.0f} {unit}"
