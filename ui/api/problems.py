"""Errors as responses: each class of error has a status, and each path the form its clients read.

The native routes answer with problem+json (RFC 9457). A face that has a form of its own names it in
`application.ERROR_FORMS`, by the beginning of its paths.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sourcebook.eval.errors import EvaluationError, RunNotFound
from sourcebook.index import errors as index_errors
from sourcebook.index.errors import SourcebookError
from sourcebook.ui.state import QueueFull

__all__ = [
    "AccessDenied",
    "BodyTooLarge",
    "ErrorForm",
    "ErrorForms",
    "Failure",
    "JobNotFound",
    "KeyMissing",
    "RequestConflict",
    "RequestRefused",
    "TooManyRequests",
    "describe_failure",
]

PROBLEM_TYPE = "urn:sourcebook:problem:"
"""Begins the ``type`` of each problem; the error's class follows, in lower case with dashes."""


class KeyMissing(SourcebookError):
    """The request has no key, or one that does not exist."""


class AccessDenied(SourcebookError):
    """The key does not allow this."""


class RequestRefused(SourcebookError):
    """The request cannot be understood or honoured as it is."""


class RequestConflict(SourcebookError):
    """The request contradicts an earlier one."""


class JobNotFound(SourcebookError):
    """No job has that id, or it is another caller's."""


class BodyTooLarge(SourcebookError):
    """The body of a request has more than ``most`` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the body has more than {most:,} bytes: send less at once")


class TooManyRequests(SourcebookError):
    """More requests than a caller has; ``retry_after`` is when to come again, in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


# The first class that an error is one of decides.
_STATUS: tuple[tuple[type[SourcebookError], int], ...] = (
    (KeyMissing, 401),
    (AccessDenied, 403),
    (JobNotFound, 404),
    (index_errors.LibraryNotFound, 404),
    (index_errors.DocumentNotFound, 404),
    (RunNotFound, 404),
    (RequestConflict, 409),
    (index_errors.LibraryBusy, 409),
    (index_errors.EmbedderMismatch, 409),
    (BodyTooLarge, 413),
    (index_errors.OverLimit, 413),
    (index_errors.UnsupportedFormat, 415),
    (RequestRefused, 422),
    (index_errors.QuestionError, 422),
    (index_errors.ReadError, 422),
    (EvaluationError, 422),
    (TooManyRequests, 429),
    (index_errors.LibraryDamaged, 500),
    (index_errors.LibraryError, 409),
    (index_errors.ModelError, 503),
    (QueueFull, 503),
)

_TITLES = {
    400: "The request cannot be read",
    401: "A key is needed",
    403: "Not allowed",
    404: "Not found",
    405: "Not a method of this address",
    409: "Not possible now",
    413: "Too large",
    415: "Not a kind that can be read",
    422: "The request is not right",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "Not ready",
}

_NO_OBJECT = frozenset({"missing", "model_attributes_type", "model_type", "dict_type"})
_SEND_JSON = "send a JSON object, with the header Content-Type: application/json"

_CODES = {400: "malformed-request", 404: "not-found", 405: "method-refused", 413: "body-too-large"}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, for any form of error.

    ``code`` is the error's class in lower case with dashes ("library-not-found"); ``detail`` is one
    line with the way out; ``fields`` say what is wrong where in the request.
    """

    status: int
    code: str
    detail: str
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[Mapping[str, str]] = ()

    @property
    def title(self) -> str:
        """What all failures of the status have in common."""
        return _TITLES.get(self.status, "The request failed")


ErrorForm = Callable[[Request, Failure], Response]
"""Makes the response of a failure, in the form of one kind of client."""


class ErrorForms:
    """The forms of error, by the beginnings of paths; problem+json elsewhere.

    Args:
        forms: (beginning, form); the longest beginning of a path decides.
    """

    def __init__(self, forms: Sequence[tuple[str, ErrorForm]] = ()) -> None:
        self._forms = sorted(forms, key=lambda entry: -len(entry[0]))

    def response(self, request: Request, error: Exception) -> Response:
        """Return the response that tells of an error."""
        failure = describe_failure(error, request_id_of(request))
        path = request.url.path
        form = next((form for start, form in self._forms if path.startswith(start)), None)
        return (form or problem_response)(request, failure)


def problem_response(request: Request, failure: Failure) -> Response:
    """Return a failure as problem+json."""
    body: dict[str, Any] = {
        "type": f"{PROBLEM_TYPE}{failure.code}",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
        "instance": request.url.path,
        "request_id": failure.request_id,
    }
    if failure.fields:
        body["errors"] = [dict(field) for field in failure.fields]
    # In ASCII: what a request holds that no encoding has may stand in the detail.
    return Response(
        json.dumps(body), failure.status, dict(failure.headers), "application/problem+json"
    )


def request_id_of(request: Request) -> str:
    """Return the id that the response bears as x-request-id."""
    return str(request.scope.get("state", {}).get("request_id", ""))


def describe_failure(error: Exception, request_id: str = "") -> Failure:
    """Return what an error means for whoever sent the request.

    Args:
        error: any: of one that nobody foresaw, nothing is told but that it happened.
        request_id: by which the server's log knows the request.
    """
    if isinstance(error, RequestValidationError):
        return _validation_failure(error, request_id)
    if isinstance(error, HTTPException):
        return Failure(
            error.status_code,
            _CODES.get(error.status_code, "request-failed"),
            _http_detail(error),
            request_id,
            dict(error.headers or {}),
        )
    if isinstance(error, SourcebookError):
        status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
        headers: dict[str, str] = {}
        if isinstance(error, KeyMissing):
            headers["www-authenticate"] = 'Bearer realm="sourcebook"'
        if isinstance(error, TooManyRequests | QueueFull):
            headers["retry-after"] = str(max(1, math.ceil(error.retry_after)))
        return Failure(status, code_of(error), str(error), request_id, headers)
    return Failure(
        500,
        "unexpected-error",
        "an unexpected error: ask again, and where it stays, look for the request id in the "
        "terminal of the server",
        request_id,
    )


def code_of(error: SourcebookError) -> str:
    """Return an error's class in lower case with dashes: "library-not-found"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()


def _http_detail(error: HTTPException) -> str:
    if error.status_code == 404:
        return "there is nothing at this address: /api/openapi.json lists what there is"
    if error.status_code == 405:
        return "this address takes other methods: /api/openapi.json lists them"
    return str(error.detail)


def _validation_failure(error: RequestValidationError, request_id: str) -> Failure:
    fields = [_describe_field(entry) for entry in error.errors()[:20]]
    is_malformed = any(entry["type"] == "json_invalid" for entry in error.errors())
    first = fields[0] if fields else {"field": "body", "problem": "cannot be read"}
    code = "malformed-json" if is_malformed else "invalid-request"
    detail = f"{first['field']}: {first['problem']}"
    return Failure(400 if is_malformed else 422, code, detail, request_id, {}, fields)


def _describe_field(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the field of a request that is not right, and what is wrong with it."""
    place, kind = entry["loc"], entry["type"]
    if kind == "json_invalid":  # the place goes on with a number of characters
        problem = f"is no JSON at character {place[-1]}: {entry['ctx']['error']}"
        return {"field": "body", "problem": problem}
    if place == ("body",) and kind in _NO_OBJECT:
        return {"field": "body", "problem": _SEND_JSON}
    # What our own checks say stands behind a prefix.
    problem = str(entry["msg"]).removeprefix("Value error, ")
    return {"field": ".".join(map(str, place)), "problem": problem}
