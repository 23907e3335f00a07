"""Articles, passages and reports as plain text and JSON, for the command line."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sourcebook.index.documents.making import was_cleaned
from sourcebook.rag.answer import document_to_dict

from .citations import human_date
from .escaping import one_line
from .numbers import count, size_text
from .structure import structured_text

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Document, Hit, Passage, Story
    from sourcebook.index.libraries.catalogue import LibraryEntry, TrashEntry
    from sourcebook.index.search.overview import DocumentRow


__all__ = [
    "Around",
    "cleaning_note",
    "deleted_to_dict",
    "deleted_total",
    "document_line",
    "document_text",
    "earlier_reading_note",
    "hit_to_dict",
    "hits_text",
    "holds_text",
    "libraries_count",
    "passage_to_dict",
    "removed_text",
    "removed_to_list",
    "report_counts",
    "report_text",
    "row_to_dict",
    "size_text",
]


_MOST_TITLES = 2


def earlier_reading_note(titles: Sequence[str]) -> str:
    """The line about articles that an earlier version read without their headings, lists and
    tables; empty where there are none."""
    if not titles:
        return ""
    names = [f"“{one_line(title)}”" for title in titles[:_MOST_TITLES]]
    names += [f"{len(titles) - len(names):,} more"] if len(titles) > len(names) else []
    names_text = (
        " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"
    )
    verb = "was" if len(titles) == 1 else "were"
    return (
        f"{names_text} {verb} read by an earlier version, without headings, lists and tables: "
        "`sourcebook reread --earlier` reads them again (what is gone stays as it is)"
    )


def holds_text(place: LibraryEntry) -> str:
    """What goes with a library: "3 articles and 1 conversation"."""
    from sourcebook.rag.history.conversation_schema import count_conversations

    numbers = {
        "article": place.documents(),
        "conversation": count_conversations(place.folder),
    }
    return " and ".join(
        f"{noun}s that cannot be read" if number is None else count(number, noun)
        for noun, number in numbers.items()
    )


def deleted_total(entries: Sequence[TrashEntry]) -> str:
    """What the trash holds: "2 deleted libraries with 14 articles, 3.1 MB"."""
    articles = [library.documents() for library in entries]
    total = count(sum(number for number in articles if number), "article")
    remainder = " and some that cannot be read" if None in articles else ""
    size = size_text(sum(library.size() for library in entries))
    return f"{libraries_count(len(entries))} with {total}{remainder}, {size}"


def libraries_count(number: int) -> str:
    """``1 deleted library``, ``2 deleted libraries``."""
    return f"{number:,} deleted {'library' if number == 1 else 'libraries'}"


def deleted_to_dict(entry: TrashEntry) -> dict[str, Any]:
    """The JSON form of a library in the trash."""
    return {
        "name": entry.name,
        "folder": str(entry.folder),
        "deleted": entry.when.isoformat(),
        "articles": entry.documents(),
        "bytes": entry.size(),
    }


def document_line(document: Document, story: Story | None = None) -> str:
    """Return id, date, title and source of an article in one line, and its story, if any."""
    date = document.published.date().isoformat() if document.published else "no date   "
    source = f" ({one_line(document.source)})" if document.source else ""
    story_note = (
        f"  [story {story.id}: {_times(story)}]" if story and len(story.documents) > 1 else ""
    )
    return f"{document.id}  {date}  {one_line(document.title)}{source}{story_note}"


def _times(story: Story) -> str:
    outlets = "1 outlet" if story.outlets == 1 else f"{story.outlets} outlets"
    return f"{len(story.documents)} articles, {outlets}"


def document_text(document: Document) -> str:
    """Title, what is known about the article, and its text."""
    details = [
        document.source,
        document.author,
        human_date(document.published),
        f"dated by: {document.published_from}" if document.published_from else None,
        document.location,
        f"id {document.id}",
    ]
    lines = [one_line(document.title), *(one_line(line) for line in details if line)]
    return "\n".join(lines) + "\n\n" + structured_text(document)


def removed_text(document: Document) -> str:
    """A line for each thing that was taken out of an article: the rule and the text; and whether
    it was cleaned like a web page."""
    if not document.removed:
        first = [f"Nothing was taken out of {one_line(document.title)}."]
    else:
        width = max(len(removal.rule) for removal in document.removed)
        first = [f"{item.rule:{width}}  {one_line(item.text)}" for item in document.removed]
    return "\n".join([*first, cleaning_note(document)])


def cleaning_note(document: Document) -> str:
    """Whether the document was cleaned like a web page, as a sentence."""
    if was_cleaned(document):
        return "It was cleaned like a web page."
    return "It was not cleaned like a web page: every line of its own stays."


def removed_to_list(document: Document) -> list[dict[str, str]]:
    """The JSON form of what was taken out."""
    return [{"rule": removal.rule, "text": removal.text} for removal in document.removed]


Around = tuple["Sequence[Passage]", "Sequence[Passage]"]
"""The passages before another, and those behind it."""


def hits_text(hits: Sequence[Hit], around: Sequence[Around] = ()) -> str:
    """Passages with rank, score, article and text, divided by empty lines; those around each with
    it."""
    pairs = zip(hits, around or [((), ())] * len(hits), strict=True)
    return "\n\n".join(_hit_text(rank, *pair) for rank, pair in enumerate(pairs, 1))


def _hit_text(rank: int, hit: Hit, around: Around) -> str:
    document = hit.document
    details = [document.title, document.source, human_date(document.published)]
    head = ", ".join(one_line(part) for part in details if part)
    page = f", page {hit.passage.page}" if hit.passage.page is not None else ""
    before, after = around
    texts = [one_line(passage.text) for passage in (*before, hit.passage, *after)]
    if hit.twins:
        texts.append(f"(said in {len(hit.twins)} more)")
    body = textwrap.indent("\n".join(texts), "   ")
    library = f", in {one_line(hit.library)}" if hit.library else ""
    return f"{rank}. {head}{page}  [score {hit.score:.2f}, id {document.id}{library}]\n{body}"


def row_to_dict(row: DocumentRow) -> dict[str, Any]:
    """Return the JSON form of an article in a list."""
    return {
        "id": row.id,
        "title": row.title,
        "source": row.source,
        "author": row.author,
        "published": row.published.isoformat() if row.published else None,
        "place": row.place,
    }


def hit_to_dict(hit: Hit, around: Around | None = None) -> dict[str, Any]:
    """The JSON form of a hit; with the passages around it, where they are given."""
    parts = {
        name: None if value is None else round(value, 4)
        for name, value in (
            ("probability", hit.probability),
            ("dense", hit.dense),
            ("bm25", hit.bm25),
            ("part", hit.part),
            ("near", hit.near),
        )
    }
    twins = [{"id": twin.id, "document": twin.document_id} for twin in hit.twins]
    return {
        "score": round(hit.score, 4),
        **parts,
        "passage": passage_to_dict(hit.passage),
        "document": document_to_dict(hit.document),
        **({"twins": twins} if twins else {}),
        **({"library": hit.library} if hit.library else {}),
        **({} if around is None else _around_to_dict(around)),
    }


def _around_to_dict(around: Around) -> dict[str, Any]:
    return {
        name: [passage_to_dict(passage) for passage in passages]
        for name, passages in zip(("before", "after"), around, strict=True)
    }


def passage_to_dict(passage: Passage) -> dict[str, Any]:
    """The JSON form of a passage."""
    return {
        "id": passage.id,
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
    }


def report_counts(report: AddReport) -> dict[str, int]:
    """What an addition did, in the words of every door; ``removed`` only where something was."""
    counts = {
        "read": report.read,
        "added": len(report.added),
        "updated": len(report.updated),
        "unchanged": len(report.unchanged),
        "duplicates": len(report.duplicates),
        "removed": len(report.removed),
        "skipped": report.skipped_files,
    }
    if not report.removed:
        del counts["removed"]
    return counts


def report_text(report: AddReport) -> str:
    """A table of counts, then a line for each skipped source with its reason, and each note."""
    counts = report_counts(report)
    width = max(len(f"{number:,}") for number in counts.values())
    lines = [f"{name:10}  {number:{width},}" for name, number in counts.items()]
    if len(report.kinds) > 1:
        kinds = ", ".join(f"{number:,} {one_line(ending)}" for ending, number in report.kinds)
        lines[0] += f"  ({kinds})"
    lines += [
        f"{'left out of' if s.is_part else 'skipped'} {one_line(s.location)}: {one_line(s.reason)}"
        for s in report.skipped
    ]
    return "\n".join([*lines, *map(one_line, report.notes)])
