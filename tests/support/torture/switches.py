"""Threads that search while the library, and with it the snapshot of its vectors, changes."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

from sourcebook.index import Library, make_document

from .workshop import TinyEmbedder, scratch

_THREADS = 8
_DOCUMENTS = 3


@dataclass(slots=True)
class Switches:
    """How often the library changed, how often it was searched meanwhile, and what went wrong."""

    switches: int = 0
    searches: int = 0
    problems: list[str] = field(default_factory=list)


def switch_often(count: int) -> Switches:
    """Replace all documents of a library at once, again and again, while threads search it.

    All documents of one state hold its number, each text is its own slice of its document, and no
    search finds less than all of them.

    Args:
        count: how often the library changes.
    """
    result = Switches()
    end = threading.Event()
    with scratch() as place, Library.open(place / "library", embedder=TinyEmbedder()) as library:
        _put(library, 0)

        def search() -> None:
            while not end.is_set():
                try:
                    if problem := _problem(library):
                        result.problems.append(problem)
                except Exception as error:  # noqa: BLE001
                    result.problems.append(repr(error))
                result.searches += 1

        threads = [threading.Thread(target=search) for _ in range(_THREADS)]
        for thread in threads:
            thread.start()
        with Library.open(place / "library", embedder=TinyEmbedder()) as writer:
            for number in range(1, count + 1):
                _put(writer, number)
                result.switches += 1
        end.set()
        for thread in threads:
            thread.join()
    return result


def _put(library: Library, number: int) -> None:
    library.add_documents(
        make_document(
            f"State {number} of the library is told in article {at}{' more' * (number % 7)} here.",
            title=f"State {number}",
            path=f"{at}.txt",
        )
        for at in range(_DOCUMENTS)
    )


def _problem(library: Library) -> str | None:
    """Search once; return what is wrong with what is found."""
    hits = library.search("state of the library article", k=10)
    numbers = {number for hit in hits for number in re.findall(r"State (\d+)", hit.passage.text)}
    numbers |= {number for hit in hits for number in re.findall(r"State (\d+)", hit.document.title)}
    if len(numbers) != 1 or len(hits) != _DOCUMENTS:
        return f"{len(hits)} hits of the states {sorted(numbers)}"
    for hit in hits:
        if hit.document.text[hit.passage.start : hit.passage.end] != hit.passage.text:
            return f"{hit.passage.text!r} is no slice of its document"
    return None
