"""The measures of cost: the seconds of each step, and the model's tokens per second.

Medians and 95th percentiles, as response times have a long tail (Dean and Barroso 2013).
"""

from __future__ import annotations

from .measure import Measure
from .statistics import percentile


def _seconds(name: str, title: str) -> list[Measure]:
    return [
        Measure(
            f"{name}_p{q}",
            f"{title}, {word}",
            "Cost",
            (name,),
            "lower",
            percentile(q),
            "seconds",
            gated=False,
        )
        for q, word in ((50, "median"), (95, "95th percentile"))
    ]


MEASURES: tuple[Measure, ...] = (
    *_seconds("retrieve", "Passages found"),
    *_seconds("evidence", "Evidence chosen"),
    *_seconds("first_words", "First words"),
    *_seconds("first_token", "First token"),
    *_seconds("total", "Complete answer"),
    Measure(
        "tokens_per_second",
        "Tokens per second",
        "Cost",
        ("tokens_per_second",),
        "higher",
        unit="tokens/s",
        gated=False,
    ),
)
