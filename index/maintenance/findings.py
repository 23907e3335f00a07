"""What an examination of a library found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sourcebook.index.errors import SourcebookError


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that was wrong, in a line. Where it could not be repaired, ``remedy`` says what to
    do."""

    text: str
    is_repaired: bool
    remedy: str = ""


@dataclass(slots=True)
class Examination:
    """The number of articles and passages that were examined, and what was found."""

    documents: int = 0
    passages: int = 0
    findings: list[Defect] = field(default_factory=list)

    @property
    def is_healthy(self) -> bool:
        """Whether nothing is wrong any more."""
        return all(finding.is_repaired for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {**asdict(self), "ok": self.is_healthy}

    def add(self, text: str, remedy: str, repair: Callable[[], object] | None = None) -> None:
        """Note a finding, and repair it.

        Args:
            text: what is wrong.
            remedy: what to do where it is not repaired.
            repair: repairs it; None: nothing can, or may.
        """
        if repair is None:
            self.findings.append(Defect(text, False, remedy))
            return
        try:
            repair()
        except (SourcebookError, ValueError) as error:
            self.findings.append(Defect(f"{text}; repairing failed ({error})", False, remedy))
        else:
            self.findings.append(Defect(text, True))

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Examine a part of the library; where it cannot be read at all, that is a finding."""
        try:
            yield
        except (SourcebookError, ValueError) as error:
            self.findings.append(Defect(f"{name}: {error}", False, RESTORE))


RESTORE = "restore a backup (`sourcebook restore`), or add the articles to a new library"
