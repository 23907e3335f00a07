"""Failures in the form that Anthropic's clients read."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sourcebook.ui.api.problems import Failure

__all__ = ["anthropic_error", "error_body", "is_anthropic"]

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
}


def is_anthropic(request: Request) -> bool:
    """Return whether a request comes from a client of Anthropic's."""
    return "anthropic-version" in request.headers


def anthropic_error(request: Request, failure: Failure) -> Response:
    """Return a failure in Anthropic's form; what is wrong with the request itself is a 400, and too
    many questions are a 529."""
    status = _status(failure)
    headers = dict(failure.headers)
    headers["request-id"] = failure.request_id
    return JSONResponse(error_body(failure), status, headers)


def error_body(failure: Failure) -> dict[str, Any]:
    """Return the body of a failure."""
    first = failure.fields[0] if failure.fields else None
    message = failure.detail
    if first:
        message = f"{first['field'].removeprefix('body.')}: {first['problem']}"
    kind = _TYPES.get(400 if failure.status == 422 else failure.status, "api_error")
    return {
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": failure.request_id,
    }


def _status(failure: Failure) -> int:
    if failure.status == 422:
        return 400
    return 529 if failure.code == "queue-full" else failure.status
