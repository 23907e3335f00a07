"""Links to quotes: signed, so that a browser, which has no key, opens that one article."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sourcebook.ui.serving import is_from_elsewhere

from .callers import Caller
from .secret_file import SecretFile

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["PATH", "Links"]

PATH = "/api/read"
"""Where they lead."""

_FILE = "link_secret"
_PLACE = ("library", "document", "start", "end")
_SIGNATURE = "sig"


class Links:
    """Signs links and recognises them.

    Args:
        keys_file: the file of the keys; the secret lies beside it.
    """

    def __init__(self, keys_file: Path) -> None:
        self._secret = SecretFile(keys_file.with_name(_FILE))

    def sign(self, place: Mapping[str, str]) -> dict[str, str]:
        """Return the query of a signed link.

        Args:
            place: `library`, `document`, `start` and `end`.
        """
        return {**place, _SIGNATURE: self._digest(place)}

    def authenticate(self, request: Request, token: str) -> Caller | None:
        """Recognise a request that opens a signed link, letter for letter as it was signed: an
        `Authenticator` of the gate. What it may do ends with this request, and is one article."""
        if request.method != "GET" or request.scope["path"] != PATH:
            return None
        if is_from_elsewhere(request.headers):
            return None
        query = request.query_params
        # Each once: of two values, the route might take the one that was not signed.
        if any(len(query.getlist(name)) != 1 for name in (*_PLACE, _SIGNATURE)):
            return None
        # As bytes: of texts, only those in ASCII can be compared.
        signature = query[_SIGNATURE].encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(signature, self._digest(query).encode()):
            return None
        address = request.client.host if request.client else "unknown"
        return Caller(f"link {address}", frozenset({"read"}), frozenset({query["library"]}))

    def revoke(self) -> None:
        """Make a new secret: all links that were signed so far need a key.

        Raises:
            KeysUnusable: its file cannot be written.
        """
        self._secret.renew()

    def _digest(self, place: Mapping[str, str]) -> str:
        text = json.dumps([PATH, *(place[name] for name in _PLACE)])
        return hmac.digest(self._secret.value(), text.encode(), hashlib.sha256).hex()
