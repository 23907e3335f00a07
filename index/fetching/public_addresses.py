"""Tell public network addresses from all others, for URLs from people and pages."""

from __future__ import annotations

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registries (RFC 6890 and its updates), as the table of each Python version
# has a different part of them.
_NON_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a cloud's own services (Azure), at an address that looks public
    )
)
_UNICAST_V6 = ipaddress.IPv6Network("2000::/3")  # the only range for global unicast
_NON_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: bits 32 to 64 before an IPv4 address


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet and not of this machine.

    Private, loopback, link-local, shared, multicast, reserved and documentation ranges are not
    public, nor are the metadata services of clouds, nor any of these inside an IPv6 address
    (IPv4-mapped, 6to4, Teredo, NAT64, ISATAP). A text that is no address is not public.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if "%" in address:  # a zone belongs to a link
        return False
    return _is_public_address(ip) and ip not in interface_addresses()


def _is_public_address(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in _NON_PUBLIC_V4)
    if address in _NAT64:  # the way of a machine without IPv4
        return _is_public_address(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return (
        address in _UNICAST_V6
        and address.is_global
        and not any(address in network for network in _NON_PUBLIC_V6)
        and (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP
    )


def interface_addresses() -> frozenset[Address]:
    """Return the addresses of this machine's network interfaces, public ones included."""
    import psutil

    return frozenset(
        ipaddress.ip_address(entry.address.partition("%")[0])
        for interface in psutil.net_if_addrs().values()
        for entry in interface
        if entry.family in (socket.AF_INET, socket.AF_INET6)
    )
