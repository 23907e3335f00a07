"""robots.txt: the pages a site closes to robots, and the pause between requests (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from protego import Protego

from sourcebook.index.errors import ReadError, RobotsRefused

ROBOT = "Sourcebook"
"""The name of this product in a robots.txt."""

MAX_ROBOTS_BYTES = 512 * 1024
_LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class Robots:
    """The robots.txt of each site, which is read once.

    ``get`` takes the URL of a robots.txt and returns the status and the bytes.
    """

    get: Callable[[str], tuple[int, bytes]]
    _rules: dict[str, Protego | ReadError] = field(default_factory=dict)

    def check(self, origin: str, url: str) -> None:
        """Check that the site at ``origin`` lets robots read ``url``.

        A site without a robots.txt (4xx) allows everything; a site whose robots.txt cannot be
        fetched (5xx, no answer) allows nothing (RFC 9309, 2.3.1).

        Raises:
            RobotsRefused: the site asks robots not to read it.
            FetchFailed, AddressRefused: as ``get``, again for each URL of the site.
        """
        if origin not in self._rules:
            self._rules[origin] = self._read(origin)
        rules = self._rules[origin]
        if isinstance(rules, ReadError):
            raise rules
        if not rules.can_fetch(url, ROBOT):
            raise RobotsRefused(
                "the site asks robots not to read this page (robots.txt): "
                "save it in your browser and add the file"
            )

    def pause(self, origin: str) -> float:
        """Return the seconds between two requests that the site asks for; at most 30."""
        rules = self._rules.get(origin)
        if not isinstance(rules, Protego):
            return 0.0
        return min(float(rules.crawl_delay(ROBOT) or 0), _LONGEST_PAUSE)

    def _read(self, origin: str) -> Protego | ReadError:
        try:
            status, data = self.get(f"{origin}/robots.txt")
        except ReadError as error:
            return error
        if 200 <= status < 300:
            return Protego.parse(data[:MAX_ROBOTS_BYTES].decode("utf-8", "replace"))
        if 400 <= status < 500:
            return Protego.parse("")
        return RobotsRefused(f"{origin}/robots.txt answered {status}, so nothing there is read")
