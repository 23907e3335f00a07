"""The address of a model on a server: ``http://host:8000/v1#name``."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from sourcebook.index.errors import SettingsError

_FORM = "http://host:8000/v1#name-of-the-model"


def is_address(name: str) -> bool:
    """Return whether the name of a model is the address of one on a server."""
    return name.lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A model on a server: ``base`` is the root of its API, as OpenAI's clients take it."""

    base: str
    model: str

    @classmethod
    def parse(cls, text: str) -> ServerAddress:
        """Return the address that a text is.

        Args:
            text: ``http://host:8000/v1#name``.

        Raises:
            SettingsError: it is none, or it holds a password or a query, where a key could stand:
                addresses are shown and recorded, keys are not.
        """
        try:
            parts = urlsplit(text.strip())
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise SettingsError(f"the address of the model cannot be read ({error})") from None
        if "@" in parts.netloc or parts.query:
            raise SettingsError(
                "the address of a model holds no user, password or query: the key goes into a "
                f"variable of the environment, and the address has the form {_FORM}"
            )
        if parts.scheme.lower() not in ("http", "https") or not host:
            raise SettingsError(f"{text} is no address of a model: it has the form {_FORM}")
        model = unquote(parts.fragment).strip()
        if not model:
            raise SettingsError(f"{text} names no model: it has the form {_FORM}")
        shown_host = f"[{host}]" if ":" in host else host
        place = shown_host if port is None else f"{shown_host}:{port}"
        return cls(f"{parts.scheme.lower()}://{place}{parts.path.rstrip('/')}", model)

    def __str__(self) -> str:
        return f"{self.base}#{self.model}"

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine, by its address alone: no name is looked up."""
        host = urlsplit(self.base).hostname or ""
        if host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def check_offline(self) -> None:
        """Raise SettingsError where the server is not on this machine."""
        if not self.is_loopback:
            raise SettingsError(
                f"offline allows model servers on this machine alone, and {self} is none: choose "
                "another model, or turn offline off"
            )
