"""Connections for fetching: only to public addresses, and only until a deadline.

A host name is resolved here, all of its addresses are checked, and the connection goes to one of
them by number. So a name that changes its address in between (rebinding) has no effect.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterable
from typing import Any

import httpcore

from sourcebook.index.errors import AddressRefused, FetchFailed

from .public_addresses import is_public

CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
"""The longest wait for the next bytes of a server."""

AddressAllowlist = Collection[tuple[str, int]]
"""Addresses with ports that may be reached though they are not public; for tests."""


class PublicBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore until ``deadline``, a time of the monotonic clock.

    Raises:
        AddressRefused: the host has an address that is not public.
        FetchFailed: the host has no address.
    """

    def __init__(self, deadline: float, allowlist: AddressAllowlist = ()) -> None:
        self._deadline = deadline
        self._allowlist = allowlist
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = resolve(host, port, self._seconds(timeout))
        for address in addresses:
            if not is_public(address) and (address, port) not in self._allowlist:
                raise AddressRefused(
                    f"{host} is at {address}, which is not on the public internet: "
                    "only public addresses are fetched"
                )
        failure: Exception | None = None
        for address in addresses:
            try:
                stream = self._inner.connect_tcp(address, port, self._seconds(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure or httpcore.ConnectError("no address")

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        raise AddressRefused("a socket of this machine is not fetched from")

    def _seconds(self, timeout: float | None) -> float:
        return _remaining_seconds(self._deadline, CONNECT_SECONDS if timeout is None else timeout)


class _DeadlineStream(httpcore.NetworkStream):
    """A stream whose reads and writes end at a deadline, however slowly the bytes come."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(
            max_bytes, _remaining_seconds(self._deadline, timeout or READ_SECONDS)
        )

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _remaining_seconds(self._deadline, timeout or READ_SECONDS))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = _remaining_seconds(self._deadline, timeout or CONNECT_SECONDS)
        return _DeadlineStream(
            self._stream.start_tls(ssl_context, server_hostname, seconds), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Return the addresses of ``host``, in the order that the system prefers.

    Raises:
        FetchFailed: there is none, or the answer takes longer than ``seconds``.
    """
    # The system's resolver has no time limit, so it runs in a thread.
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            records = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in records)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise FetchFailed(f"the address of {host} could not be found in time") from None
    if isinstance(answer, Exception) or not answer:
        raise FetchFailed(f"{host} has no address: check the URL and the network")
    return answer


def _remaining_seconds(deadline: float, seconds: float) -> float:
    """Return ``seconds``, or the time until the deadline if that is shorter."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise httpcore.ReadTimeout("deadline")
    return min(remaining, seconds)
