"""robots.txt: what a site asks robots not to read, and how fast (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from protego import Protego

from sourcebook.index.errors import ReadError, RobotsRefused

ROBOT = "Sourcebook"
"""What a robots.txt calls us."""

MAX_ROBOTS_BYTES = 512 * 1024
_LONGEST_PAUSE = 30.0


@dataclass(slots=True)
class Robots:
    """The robots.txt of each site, read once through ``get``.

    ``get`` takes the URL of a robots.txt and returns its status and its bytes.
    """

    get: Callable[[str], tuple[int, bytes]]
    _rules: dict[str, Protego | ReadError] = field(default_factory=dict)

    def check(self, origin: str, url: str) -> None:
        """Whether the site at ``origin`` asks robots not to read ``url``.

        A site without a robots.txt (4xx) allows everything; one whose robots.txt cannot be had
        (5xx, no answer) allows nothing (RFC 9309, 2.3.1).

        Raises:
            RobotsRefused: it does.
            FetchFailed, AddressRefused: as ``get``; a site is asked once.
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
        """Seconds that the site asks robots to wait between two requests; at most 30."""
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
