"""The port that everything is served on."""

from __future__ import annotations

import socket

import pytest

from sourcebook.ui.serving import Listener
from sourcebook.ui.serving.listener import is_loopback


def test_each_piece_of_a_response_is_sent_at_once() -> None:
    with Listener(port=0) as listener:
        # What asyncio looks at before it sets TCP_NODELAY on a connection: without it, a body
        # waits up to 40 ms behind its head.
        assert listener.socket.proto == socket.IPPROTO_TCP


def test_a_listener_knows_who_can_reach_it() -> None:
    with Listener(port=0) as here, Listener("0.0.0.0", 0, is_public=True) as everywhere:
        assert here.is_loopback
        assert not everywhere.is_loopback


@pytest.mark.parametrize(
    ("address", "is_own"),
    [("127.0.0.1", True), ("127.9.1.1", True), ("::1", True), ("0.0.0.0", False), ("a", False)],
)
def test_an_address_is_of_this_machine_alone_or_not(address: str, is_own: bool) -> None:
    assert is_loopback(address) is is_own
