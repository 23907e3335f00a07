"""What the product says of a library in English; `german` says the same in German."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sourcebook.rag.language import DateRange, human_day

from .matching import PhraseMentions
from .request import Task, Unknown
from .selecting import Choice

_MOST_FORMS = 3
_NOUNS = {
    "document": "documents",
    "file": "files",
    "text": "texts",
    "item": "items",
    "page": "pages",
    "piece": "pieces",
    "report": "reports",
    "paper": "papers",
    "note": "notes",
    "story": "stories",
    "article": "articles",
}
"""Words for documents of any kind that are said as the reader said them."""


_LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
}
_UNKNOWN: dict[Unknown, str] = {
    "tags": "tags or ratings",
    "opened": "what was opened or read",
    "changed": "when a file was changed",
    "scanned": "which pages are pictures of text",
    "add": "when a document was added",
}

_INNER = str.maketrans({"“": "‘", "”": "’", "„": "‚", '"': "'"})
"""Quotation marks inside of others."""


class Wording:
    """The sentences in English; a subclass says the same in another language."""

    def size(self, total: int, noun: str) -> str:
        """Say how many documents there are."""
        return f"The library holds {_count(total, _noun(noun))}."

    def chosen(self, choice: Choice) -> str:
        """Say how many documents were chosen, and by what."""
        count, noun = len(choice.documents), _said(choice)
        clauses = _clauses(choice, is_one=count < 2)
        if not clauses:
            return self.size(count, choice.selection.noun)
        if not count and choice.excluded and len(clauses) == 1:
            (clause,) = _clauses(choice.excluded[0], is_one=True)
            return f"Each of the {_count(choice.total, noun)} {clause}."
        if not count:
            return f"None of the {_count(choice.total, noun)} {' and '.join(clauses)}."
        titled = f", {choice.titled} of them in the title" if 0 < choice.titled < count else ""
        return f"{count:,} of {_count(choice.total, noun)} {' and '.join(clauses)}{titled}."

    def best(self, choice: Choice, title: str, value: str) -> str:
        """Say which document is the newest, oldest, longest or shortest, with its day or length."""
        order = choice.selection.order or "newest"
        if order == "added":
            return f"The one of {_compared(choice)} that was added last is {_name(title)}."
        how = "published on" if order in ("newest", "oldest") else "with"
        return f"The {order} of {_compared(choice)} is {_name(title)}, {how} {value}."

    def several(self, choice: Choice) -> str:
        """Lead to the list of the newest, oldest, longest or shortest."""
        count, order = len(choice.documents), choice.selection.order
        said = "last added" if order == "added" else order
        return f"The {count} {said} of {_compared(choice)}:"

    def day(self, day: date) -> str:
        """Write a day."""
        return human_day(day)

    def words(self, count: int) -> str:
        """Write a length."""
        return _count(count, "word")

    def by(self, title: str, authors: str) -> str:
        """Say who wrote a document; nobody is named where ``authors`` is empty."""
        return f"{_name(title)} {f'is by {authors}' if authors else 'names no author'}."

    def published(self, title: str, day: str) -> str:
        """Say when a document was published; it gives no day where ``day`` is empty."""
        return (
            f"{_name(title)} was published on {day}." if day else f"{_name(title)} gives no date."
        )

    def length(self, title: str, words: int, pages: int) -> str:
        """Say how long a document is; without pages where ``pages`` is 0."""
        on = f" on {_count(pages, 'page')}" if pages else ""
        return f"{_name(title)} has {_count(words, 'word')}{on}."

    def unknown(self, what: Unknown) -> str:
        """Say that the library does not know this of its documents, and what it knows."""
        return (
            f"The library does not record {_UNKNOWN[what]}. It knows the title, author, source, "
            "date of publication, language, file type and length of a document, its text, and in "
            "which order the documents were added."
        )

    def missed(self, choice: Choice) -> Sequence[str]:
        """Say which words of the question did not limit the choice."""
        noun, writer = choice.unnamed
        return [
            said
            for is_said, said in (
                (noun, f"No title or file name here has “{noun}”: all documents were looked at."),
                (writer, f"No document here names {writer} as its author or source."),
                (choice.absent, f"None of these has {_list(choice.absent, 'or')}."),
            )
            if is_said
        ]

    def language(self, code: str) -> str:
        """Return the name of a language by its code of two letters, another name as it is."""
        return _LANGUAGES.get(code, code)

    def shares(self, task: Task, count: int, total: int, unnamed: int) -> str:
        """Lead to the list of authors, sources, languages, formats or years."""
        named = _count(count, {"formats": "file type"}.get(task, task.removesuffix("s")))
        none = f"; {unnamed:,} {_verb('name', is_one=unnamed == 1)} none" if unnamed else ""
        return f"{named} of {_count(total, 'article')}{none}:"

    def share(self, name: str, count: int) -> str:
        """Write an author or a source with the number of documents."""
        return f"{name}: {_count(count, 'article')}"

    def titles(self, total: int) -> str:
        """Lead to the list of all titles."""
        return f"The library holds {_count(total, 'article')}. Their titles:"

    def more(self, count: int) -> str:
        """Say how many are not listed."""
        return f"And {count:,} more."

    def undated(self, choice: Choice) -> str:
        """Say how many have no date."""
        return f"{_count(choice.undated, _said(choice))} without a date left out."

    def join(self, names: Sequence[str]) -> str:
        """Write several names as one text."""
        return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _name(title: str) -> str:
    return f"“{title.translate(_INNER)}”"


def _clauses(choice: Choice, *, is_one: bool, no: str = "") -> list[str]:
    """Return what the documents have in common, as verbs: "mention “Geneva”"; with ``no`` " not"
    what they have not."""
    selection = choice.selection
    has, are, were = ("has", "is", "was") if is_one else ("have", "are", "were")
    are, were = are + no, were + no
    their = "its" if is_one else "their"
    clauses: list[str] = []
    if choice.how == "title":
        has_not = f"{'does' if is_one else 'do'} not have"
        clauses.append(f"{has_not if no else has} “{selection.noun}” in {their} title or file name")
    elif choice.how == "format":
        clauses.append(f"{are} {_one(selection.noun) if is_one else selection.noun}")
    if selection.language:
        clauses.append(f"{are} in {Wording().language(selection.language)}")
    if selection.writer:
        several = " together" if " and " in selection.writer else " with others"
        hands = {True: several, False: " alone", None: ""}[selection.is_joint]
        clauses.append(f"{are} {'from' if choice.is_source else 'by'} {selection.writer}{hands}")
    elif selection.is_joint is not None:
        clauses.append(f"{has} {'several authors' if selection.is_joint else 'one author'}")
    if selection.days:
        clauses.append(f"{were} published {_period(selection.days)}")
    for known in selection.known:
        named = {"day": "a date", "author": "an author", "source": "a source"}[known]
        named = f"no {named.split()[1]}" if no else named
        clauses.append(f"{_verb('name', is_one=is_one)} {named}")
    if limit := selection.length:
        than = "fewer" if limit.is_below else "more"
        clauses.append(f"{has} {than} than {_count(limit.count, limit.unit.removesuffix('s'))}")
    if selection.words:
        verb = (
            f"{'does' if is_one else 'do'}{no} mention" if no else _verb("mention", is_one=is_one)
        )
        clauses.append(f"{verb} {_quote(choice.about)}")
    for excluded in choice.excluded:
        clauses += _clauses(excluded, is_one=is_one, no=" not")
    return clauses


def _list(words: Sequence[str], last: str) -> str:
    quoted = [f"“{word}”" for word in words]
    return f" {last} ".join(part for part in (", ".join(quoted[:-1]), *quoted[-1:]) if part)


def _quote(phrases: PhraseMentions) -> str:
    quoted = (" or " if phrases.is_either else " and ").join(f"“{one}”" for one in phrases.parts)
    forms = ", ".join(f"“{form}”" for form in phrases.forms[:_MOST_FORMS])
    return f"{quoted} (or {forms})" if forms else quoted


def _period(days: DateRange) -> str:
    label = days.label()
    if days.first is None or days.last is None:
        return label.replace("until", "up to")
    return f"on {label}" if days.first == days.last else f"in {label}"


def _compared(choice: Choice) -> str:
    clauses = _clauses(choice, is_one=choice.compared == 1)
    which = f" that {' and '.join(clauses)}" if clauses else ""
    return f"{_count(choice.compared, _said(choice))}{which}"


def _said(choice: Choice) -> str:
    return _noun(choice.selection.noun) if choice.how == "any" else "document"


def _noun(noun: str) -> str:
    small = noun.casefold()
    return next((one for one, many in _NOUNS.items() if small in (one, many)), "article")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else _NOUNS.get(noun, noun + 's')}"


def _one(noun: str) -> str:
    """Return one of several: "e-mails" are an e-mail each."""
    article = "an" if noun[:1].casefold() in "aeiou" else "a"
    return f"{article} {noun.removesuffix('s')}"


def _verb(verb: str, *, is_one: bool) -> str:
    return f"{verb}s" if is_one else verb
