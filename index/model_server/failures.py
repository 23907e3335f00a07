"""What went wrong with a model server, in one line that says what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcebook.index.errors import ModelServerFailed

_LONGEST = 200
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


class UnexpectedReply(ValueError):
    """A reply that OpenAI's protocol does not have; the message says what of it."""


@dataclass(frozen=True, slots=True)
class ServerWords:
    """What a line about a server needs: its address, the seconds it has, its key and where that
    comes from."""

    address: str
    silence: float
    key: str | None
    key_variable: str

    def clean(self, text: object) -> str:
        """Return a server's own words as one short line without the key."""
        line = _SPACES.sub(" ", str(text)).strip()
        if self.key:
            line = line.replace(self.key, "…")
        return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def failure_types() -> tuple[type[BaseException], ...]:
    """Return what a request may raise that `describe` puts into words."""
    from openai import OpenAIError

    return (OpenAIError, TimeoutError, ValueError)


def describe(error: BaseException, words: ServerWords) -> ModelServerFailed:
    """Return the error for a person.

    Args:
        error: one of the `failure_types`.
        words: of the server.
    """
    failure = ModelServerFailed(f"the model server {words.address} {_cause_text(error, words)}")
    failure.status = getattr(error, "status_code", None)
    return failure


def _cause_text(error: BaseException, words: ServerWords) -> str:
    from openai import (
        APIConnectionError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
    )

    if isinstance(error, TimeoutError | APITimeoutError):
        return (
            f"did not answer within {words.silence:g} s: see whether it is at work, or set "
            "server_timeout higher"
        )
    if isinstance(error, APIStatusError):
        return _of_status(error, words)
    if isinstance(error, APIConnectionError):
        cause = words.clean(error.__cause__ or error) or type(error.__cause__).__name__
        return f"cannot be reached ({cause}): start it, or correct its address"
    if isinstance(error, ValueError | APIResponseValidationError):
        detail = words.clean(error) if isinstance(error, UnexpectedReply) else "it is not JSON"
        return f"gave a reply that is not of OpenAI's protocol ({detail}): see its address and log"
    return f"failed ({words.clean(error)}): see its log"


def _of_status(error: object, words: ServerWords) -> str:
    from openai import APIStatusError

    assert isinstance(error, APIStatusError)
    status, message = error.status_code, words.clean(_message(error))
    if 300 <= status < 400:
        return f"sends elsewhere ({status}): set the address that it sends to"
    if status in (401, 403):
        # Its words may hold a part of the key.
        state = "refuses the key of" if words.key else "needs a key: set"
        return f"{state} {words.key_variable} ({status})"
    if status == 404:
        return (
            f"does not know the model or the address (404: {message}): the address ends in /v1 "
            "with most servers, and their list of models is at /v1/models"
        )
    if status == 429:
        again = error.response.headers.get("retry-after")
        wait = f", for {words.clean(again)} s" if again else ""
        return f"has too much to do (429){wait}: ask again later"
    if status >= 500:
        return f"failed ({status}: {message}): see its log"
    return f"refuses the request ({status}: {message})"


def _message(error: object) -> object:
    """Return the server's own words where there are any: ``{"error": {"message": ...}}``."""
    body = getattr(error, "body", None)
    if isinstance(body, dict):
        return body.get("message") or body.get("detail") or body.get("error") or body
    return body or getattr(error, "message", error)


__all__ = ["ServerWords", "UnexpectedReply", "describe", "failure_types"]
