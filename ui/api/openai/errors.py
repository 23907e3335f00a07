"""Failures in the form that OpenAI's clients read."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sourcebook.ui.api.problems import Failure

__all__ = ["error_body", "openai_error"]

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
}


def openai_error(request: Request, failure: Failure) -> Response:
    """Return a failure in OpenAI's form; what is wrong with the request itself is a 400."""
    status = 400 if failure.status == 422 else failure.status
    headers = dict(failure.headers)
    if status == 400:
        headers["x-should-retry"] = "false"
    return JSONResponse(error_body(failure), status, headers)


def error_body(failure: Failure) -> dict[str, Any]:
    """Return the body of a failure."""
    status = 400 if failure.status == 422 else failure.status
    first = failure.fields[0] if failure.fields else None
    param = first["field"].removeprefix("body.").removeprefix("body") or None if first else None
    message = f"{param}: {first['problem']}" if first and param else failure.detail
    code = failure.code.replace("-", "_")
    if failure.code == "library-not-found":
        code, param = "model_not_found", "model"
    return {
        "error": {
            "message": message,
            "type": _TYPES.get(status, "server_error"),
            "param": param,
            "code": code,
            "request_id": failure.request_id,
        }
    }
