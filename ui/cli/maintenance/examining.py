"""`sourcebook doctor --library`: a library examined in all its parts."""

from __future__ import annotations

import os

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.errors import LibraryNotFound, SettingsError, SourcebookError
from sourcebook.ui.cli.doctor import Check
from sourcebook.ui.cli.terminal import progress

__all__ = ["embedder_of", "examine_contents"]


def examine_contents(library: os.PathLike[str] | None, *, repair: bool) -> list[Check]:
    """Return a check for each thing that was wrong, or one that says that nothing was.

    Args:
        library: its folder.
        repair: make anew what follows from the articles.
    """
    from sourcebook.index.maintenance import examine
    from sourcebook.ui.render import count

    try:
        with progress("Examining") as show:
            result = examine(
                library,
                repair=repair,
                embedder=embedder_of,
                on_progress=lambda count, total: show(count, total, ""),
            )
    except LibraryNotFound:  # said already
        return []
    except SourcebookError as error:
        return [Check("contents", False, str(error))]
    if not result.findings:
        amount = f"{count(result.documents, 'article')}, {count(result.passages, 'passage')}"
        return [Check("contents", True, f"{amount}: each as it was written")]
    return [
        Check("contents", True, f"repaired: {finding.text}")
        if finding.is_repaired
        else Check("contents", False, finding.text, finding.remedy)
        for finding in result.findings
    ]


def embedder_of(name: str) -> Embedder:
    """Return the embedder of a name, as the setting would name it.

    Args:
        name: of a model, its folder, a server, or "hash".

    Raises:
        SettingsError: it cannot be one.
    """
    from sourcebook.rag.models import make_embedder
    from sourcebook.rag.settings import Settings

    embedder = make_embedder(Settings.load().model_copy(update={"embedder": name}))
    if embedder is None:
        raise SettingsError("an embedder has a name: give that of a model, or its folder")
    return embedder
