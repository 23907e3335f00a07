"""The page is for this machine alone: its host must be a loopback address, or a name of one."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

from sourcebook.index.errors import SourcebookError

__all__ = ["HostRefused", "loopback_address"]


class HostRefused(SourcebookError):
    """Other machines could reach the address."""


def loopback_address(host: str) -> str:
    """Return the loopback address that ``host`` is or names, IPv4 before IPv6.

    Raises:
        HostRefused: it is or names another address, or none; the message says what to do.
    """
    addresses = _addresses(host)
    if not addresses or not all(address.is_loopback for address in addresses):
        raise HostRefused(
            f"cannot listen on {host or 'every address'}: other machines that reach the page could "
            "read and remove every article, so it is for this machine alone. Leave --host out, and "
            "come from another machine through SSH: ssh -L 7860:127.0.0.1:7860 USER@THIS_MACHINE"
        )
    return str(min(addresses, key=lambda address: address.version))


def _addresses(host: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """Return all addresses of ``host``. An empty one means every interface, so it has none."""
    with suppress(ValueError):
        return [ipaddress.ip_address(host)]
    with suppress(OSError, UnicodeError):
        infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM) if host else []
        return [ipaddress.ip_address(str(address[0])) for *_, address in infos]
    return []
