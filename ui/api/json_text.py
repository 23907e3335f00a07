"""JSON of texts that may hold what UTF-8 has no bytes for: half a surrogate pair."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import JSONResponse

__all__ = ["SafeJson", "dump_json"]


def dump_json(data: Any) -> str:
    """Return ``data`` as JSON that UTF-8 can write: in ASCII where a text holds half a pair."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(data, allow_nan=False, separators=(",", ":"))
    return text


class SafeJson(JSONResponse):
    """A response of JSON, whatever its texts hold."""

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return dump_json(content).encode()
