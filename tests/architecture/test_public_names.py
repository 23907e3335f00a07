"""The names an application may import, and that every error is one of ours."""

from __future__ import annotations

import inspect
import re

from sourcebook import index, rag
from sourcebook.index import errors


def test_the_public_names_of_each_room() -> None:
    assert index.__all__ == [
        "AddReport",
        "Document",
        "Embedder",
        "Filters",
        "Hit",
        "Library",
        "LibraryStats",
        "Passage",
        "Progress",
        "RemovedText",
        "SentenceTransformersEmbedder",
        "Skipped",
        "Story",
        "make_document",
        "search_together",
    ]
    assert rag.__all__ == [
        "Answer",
        "Chatbot",
        "Citation",
        "LanguageModel",
        "Sentence",
        "Settings",
        "Turn",
        "Verification",
        "verify",
    ]
    for room in (index, rag):
        for name in room.__all__:
            assert inspect.getdoc(getattr(room, name)), name


def test_the_drawn_error_tree_is_the_real_one() -> None:
    classes = {
        name: error
        for name, error in vars(errors).items()
        if inspect.isclass(error) and issubclass(error, errors.SourcebookError)
    }
    drawn = re.findall(r"^ +([│├└─ ]*)(\w*Error|\w+)\b", errors.__doc__ or "", re.MULTILINE)
    parents: list[str] = []
    seen: dict[str, str] = {}
    for branch, name in drawn:
        if name not in classes:
            continue
        depth = len(branch) // 4
        del parents[depth:]
        seen[name] = parents[-1] if parents else "Exception"
        parents.append(name)
    assert seen == {name: error.__mro__[1].__name__ for name, error in classes.items()}
