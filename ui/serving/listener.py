"""An open port, before anything heavy is loaded."""

from __future__ import annotations

import errno
import ipaddress
import socket
from contextlib import suppress
from typing import Self

from sourcebook.index.errors import SourcebookError

from .loopback import loopback_address

__all__ = ["Listener", "PortUnusable"]


class PortUnusable(SourcebookError):
    """The address cannot be listened on."""


class Listener:
    """An open port of this machine. ``port=0`` is a free one.

    Args:
        host: an address of this machine, or a name of one.
        port: where on it.
        is_public: whether other machines may reach the address; by default it must be a loopback
            address.

    Raises:
        HostRefused: other machines could reach the host; the message says what to do.
        PortUnusable: the port is in use or not allowed; the message says what to do.
    """

    def __init__(
        self, host: str = "127.0.0.1", port: int = 7860, *, is_public: bool = False
    ) -> None:
        self.socket = _listen(host if is_public else loopback_address(host), port)
        self.host, self.port = host, int(self.socket.getsockname()[1])

    @property
    def is_loopback(self) -> bool:
        """Whether this machine alone can reach it."""
        return is_loopback(str(self.socket.getsockname()[0]))

    @property
    def url(self) -> str:
        """The address for a browser."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{name}:{self.port}"

    def close(self) -> None:
        """Close the port."""
        self.socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_loopback(address: str) -> bool:
    """Return whether an address is one of this machine alone; False for a name."""
    with suppress(ValueError):
        return ipaddress.ip_address(address).is_loopback
    return False


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket: a port in use is an error before anything is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol: only then asyncio sends each piece at once, and not 40 ms later.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            reason = f"port {port} is in use by another program"
        else:
            reason = f"cannot listen on {host} port {port} ({getattr(error, 'strerror', error)})"
        raise PortUnusable(f"{reason}: choose another, e.g. --port {_next_port(port)}") from None
    return listener


def _next_port(port: int) -> int:
    return port + 1 if 1024 <= port < 65_535 else 7861
