"""What tests of many clients share: a stream, a condition to wait for, the length of the queue."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import httpx

STREAM = {"accept": "text/event-stream"}


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> float:
    """The seconds until a condition holds."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds
        time.sleep(0.005)
    return time.monotonic() - start


def queue_length(client: httpx.Client) -> int:
    text = client.get("/metrics").text
    return round(float(re.findall(r"^sourcebook_queue_length (\S+)$", text, re.M)[0]))
