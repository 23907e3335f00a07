"""The parts of a benchmark that look at the doors for other programs."""

from __future__ import annotations

from sourcebook.eval.benchmark.engine import Part

from .crowd import measure_crowd
from .disconnects import measure_disconnects
from .endurance import measure_endurance
from .overhead import measure_overhead
from .overload import measure_overload
from .verifying import measure_verifying

__all__ = ["DOOR_PARTS"]

DOOR_PARTS: dict[str, Part] = {
    "overhead": measure_overhead,
    "crowd": measure_crowd,
    "disconnects": measure_disconnects,
    "overload": measure_overload,
    "endurance": measure_endurance,
    "verify": measure_verifying,
}
