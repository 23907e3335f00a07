"""Models behind a server that speaks OpenAI's protocol: its address, a connection, its failures."""

from .address import ServerAddress, is_address
from .connection import ServerConnection, server_key

__all__ = ["ServerAddress", "ServerConnection", "is_address", "server_key"]
