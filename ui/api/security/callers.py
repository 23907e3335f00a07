"""Callers: who sends a request, and what they may do."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal, get_args

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from sourcebook.ui.api.problems import AccessDenied, KeyMissing
from sourcebook.ui.state.addresses import key as name_key

__all__ = ["SCOPES", "Caller", "Scope", "caller_of", "caller_with"]

Scope = Literal["ask", "read", "write"]
"""What a key may allow: to ask questions and search, to read articles and lists of them, to change
a library."""

SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request.

    ``name`` is that of the key, or the address of one who has none; in the queue and in the count
    of requests, one name is one caller. ``libraries`` are the names of those it may use; None: all.
    """

    name: str
    scopes: frozenset[Scope]
    libraries: frozenset[str] | None = None

    def may_use(self, library: str) -> bool:
        """Return whether it may use the library of that name."""
        if self.libraries is None:
            return True
        return name_key(library) in {name_key(name) for name in self.libraries}

    def check_library(self, library: str) -> None:
        """Raise AccessDenied where it may not use the library of that name."""
        if not self.may_use(library):
            raise AccessDenied(
                f"this key is not for the library {library[:60]!r}: make one with "
                "`sourcebook keys create NAME --library LIBRARY`"
            )

    def check_scope(self, scope: Scope) -> None:
        """Raise AccessDenied where it may not do that."""
        if scope not in self.scopes:
            raise AccessDenied(
                f"this key does not allow to {scope}: make one with "
                f"`sourcebook keys create NAME --scope {scope}`"
            )


def caller_of(request: Request) -> Caller:
    """Return who sends the request, as `Gate` found out.

    Raises:
        KeyMissing: the request did not pass the gate.
    """
    caller = request.scope.get("state", {}).get("caller")
    if not isinstance(caller, Caller):
        raise KeyMissing("send a key: `Authorization: Bearer KEY`")
    return caller


# What these find is not used: they say in the OpenAPI document how a key is sent.
_BEARER = HTTPBearer(
    auto_error=False,
    description="A key of `sourcebook keys create`; none while there is none.",
)
_HEADER = APIKeyHeader(
    name="x-api-key", auto_error=False, description="The same key, as Anthropic's clients send it."
)


def caller_with(scope: Scope) -> Callable[..., Coroutine[Any, Any, Caller]]:
    """Return a dependency that gives the caller, and refuses one who may not do ``scope``.

        async def ask(caller: Annotated[Caller, Depends(authorised("ask"))]) -> ...

    Which library the caller may use is checked where one is opened: `Service.library`.
    """

    async def find_caller(
        request: Request,
        _bearer: HTTPAuthorizationCredentials | None = Security(_BEARER),  # noqa: B008
        _header: str | None = Security(_HEADER),
    ) -> Caller:
        caller = caller_of(request)
        caller.check_scope(scope)
        return caller

    return find_caller
