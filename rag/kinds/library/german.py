"""What the product says of a library, in German."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sourcebook.rag.language import DateRange

from .matching import PhraseMentions
from .request import Order, Task, Unknown
from .selecting import Choice
from .wording import Wording

_MOST_FORMS = 3
_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
_NOUNS = {
    "artikel": ("der", "Artikel", "Artikel", "Artikeln"),
    "dokument": ("das", "Dokument", "Dokumente", "Dokumenten"),
    "datei": ("die", "Datei", "Dateien", "Dateien"),
    "text": ("der", "Text", "Texte", "Texten"),
    "bericht": ("der", "Bericht", "Berichte", "Berichten"),
    "beitr": ("der", "Beitrag", "Beiträge", "Beiträgen"),
    "meldung": ("die", "Meldung", "Meldungen", "Meldungen"),
    "seite": ("die", "Seite", "Seiten", "Seiten"),
    "nachricht": ("die", "Nachricht", "Nachrichten", "Nachrichten"),
}
"""The beginning of a word: its article, singular, plural, and dative plural."""

_ORDERS: dict[Order, str] = {
    "newest": "neueste",
    "oldest": "älteste",
    "longest": "längste",
    "shortest": "kürzeste",
    "added": "zuletzt hinzugekommene",
}


_NONE = {"der": "Keiner", "die": "Keine", "das": "Keines"}
_SHARES: dict[str, tuple[str, str, str]] = {
    "authors": ("Autor", "Autoren", "keinen"),
    "sources": ("Quelle", "Quellen", "keine"),
    "languages": ("Sprache", "Sprachen", "keine"),
    "formats": ("Dateityp", "Dateitypen", "keinen"),
    "years": ("Jahr", "Jahre", "keines"),
    "months": ("Monat", "Monate", "keinen"),
}
_LANGUAGES = {
    "en": "Englisch",
    "de": "Deutsch",
    "fr": "Französisch",
    "es": "Spanisch",
    "pt": "Portugiesisch",
    "it": "Italienisch",
    "nl": "Niederländisch",
}
_UNKNOWN: dict[Unknown, str] = {
    "tags": "welche Schlagwörter oder Wertungen es gibt",
    "opened": "was geöffnet oder gelesen wurde",
    "changed": "wann eine Datei geändert wurde",
    "scanned": "welche Seiten Bilder von Text sind",
    "add": "wann ein Dokument hinzukam",
}

_INNER = str.maketrans({"„": "‚", "“": "‘", "”": "’", '"': "'"})
"""Quotation marks inside of others."""


class German(Wording):
    """The sentences in German."""

    def size(self, total: int, noun: str) -> str:
        _, one, many, _ = _noun(noun)
        return f"Die Bibliothek enthält {total} {one if total == 1 else many}."

    def chosen(self, choice: Choice) -> str:
        count = len(choice.documents)
        clauses = _clauses(choice, is_one=count == 1)
        if not clauses:
            return self.size(count, choice.selection.noun)
        if not count:
            the, _, many, _ = _said(choice)
            clauses = _clauses(choice, is_one=True)
            if choice.excluded and len(clauses) == 1:
                (clause,) = _clauses(choice.excluded[0], is_one=False)
                return f"Alle {choice.total} {many} {clause}."
            return f"{_NONE[the]} der {choice.total} {many} {' und '.join(clauses)}."
        titled = f", {choice.titled} davon im Titel" if 0 < choice.titled < count else ""
        return f"{count} von {choice.total} {_said(choice)[3]} {' und '.join(clauses)}{titled}."

    def best(self, choice: Choice, title: str, value: str) -> str:
        order = choice.selection.order or "newest"
        if order == "added":
            return f"Zuletzt von {_compared(choice)} kam {_name(title)} hinzu."
        the = _said(choice)[0].capitalize()
        how = "erschienen am" if order in ("newest", "oldest") else "mit"
        return f"{the} {_ORDERS[order]} von {_compared(choice)} ist {_name(title)}, {how} {value}."

    def several(self, choice: Choice) -> str:
        if choice.selection.order == "added":
            return f"Die {len(choice.documents)} zuletzt hinzugekommenen von {_compared(choice)}:"
        order = _ORDERS[choice.selection.order or "newest"]
        return f"Die {len(choice.documents)} {order}n von {_compared(choice)}:"

    def day(self, day: date) -> str:
        return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"

    def words(self, count: int) -> str:
        return f"{count} Wörtern"

    def by(self, title: str, authors: str) -> str:
        return (
            f"{_name(title)} ist von {authors}."
            if authors
            else f"{_name(title)} nennt keinen Autor."
        )

    def published(self, title: str, day: str) -> str:
        return (
            f"{_name(title)} ist am {day} erschienen."
            if day
            else f"{_name(title)} nennt kein Datum."
        )

    def length(self, title: str, words: int, pages: int) -> str:
        on = f" auf {pages} {'Seite' if pages == 1 else 'Seiten'}" if pages else ""
        return f"{_name(title)} hat {words} Wörter{on}."

    def unknown(self, what: Unknown) -> str:
        return (
            f"Die Bibliothek hält nicht fest, {_UNKNOWN[what]}. Sie kennt von einem Dokument "
            "Titel, Autor, Quelle, Erscheinungsdatum, Sprache, Dateityp, Länge und Text, und die "
            "Reihenfolge, in der die Dokumente hinzukamen."
        )

    def missed(self, choice: Choice) -> Sequence[str]:
        noun, writer = choice.unnamed
        absent = " oder ".join(f"„{word}“" for word in choice.absent)
        return [
            said
            for is_said, said in (
                (noun, f"Kein Titel oder Dateiname hat „{noun}“: gesucht wurde in allen."),
                (writer, f"Kein Dokument nennt {writer} als Autor oder Quelle."),
                (absent, f"Keines davon hat {absent}."),
            )
            if is_said
        ]

    def language(self, code: str) -> str:
        return _LANGUAGES.get(code, code)

    def shares(self, task: Task, count: int, total: int, unnamed: int) -> str:
        one, many, none = _SHARES[task]
        rest = f"; {unnamed} {'nennt' if unnamed == 1 else 'nennen'} {none}" if unnamed else ""
        return f"{count} {one if count == 1 else many} von {total} Artikeln{rest}:"

    def share(self, name: str, count: int) -> str:
        return f"{name}: {count} Artikel"

    def titles(self, total: int) -> str:
        return f"Die Bibliothek enthält {total} Artikel. Ihre Titel:"

    def more(self, count: int) -> str:
        return f"Und {count} weitere."

    def undated(self, choice: Choice) -> str:
        _, one, many, _ = _said(choice)
        count = choice.undated
        return f"{count} {one if count == 1 else many} ohne Datum nicht berücksichtigt."

    def join(self, names: Sequence[str]) -> str:
        return " und ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def _name(title: str) -> str:
    return f"„{title.translate(_INNER)}“"


def _clauses(choice: Choice, *, is_one: bool, no: str = "") -> list[str]:
    selection = choice.selection
    has, are = ("hat", f"ist{no}") if is_one else ("haben", f"sind{no}")
    mention = "erwähnt" if is_one else "erwähnen"
    clauses: list[str] = []
    if choice.how == "title":
        clauses.append(f"{has}{no} „{selection.noun}“ im Titel oder Dateinamen")
    elif choice.how == "format":
        clauses.append(f"{has}{no} das Format „{selection.noun}“")
    if selection.language:
        clauses.append(f"{are} auf {_LANGUAGES[selection.language]}")
    if selection.writer and choice.is_source:
        clauses.append(f"{'stammt' if is_one else 'stammen'}{no} aus: {selection.writer}")
    elif selection.writer:
        writer = selection.writer.replace(" and ", " und ")
        several = " zusammen" if " und " in writer else " mit anderen"
        hands = {True: several, False: " allein", None: ""}[selection.is_joint]
        clauses.append(f"{are} von {writer}{hands}")
    elif selection.is_joint is not None:
        clauses.append(f"{has} {'mehrere Autoren' if selection.is_joint else 'einen Autor'}")
    if selection.days:
        clauses.append(f"{are} {_period(selection.days)} erschienen")
    for known in selection.known:
        named = {"day": "ein Datum", "author": "einen Autor", "source": "eine Quelle"}[known]
        clauses.append(f"{'nennt' if is_one else 'nennen'} {'k' * bool(no)}{named}")
    if limit := selection.length:
        than = "weniger" if limit.is_below else "mehr"
        unit = "Wörter" if limit.unit == "words" else "Seiten"
        clauses.append(f"{has} {than} als {limit.count} {unit}")
    if selection.words:
        clauses.append(f"{mention} {_quote(choice.about)}{no}")
    for excluded in choice.excluded:
        clauses += _clauses(excluded, is_one=is_one, no=" nicht")
    return clauses


def _quote(phrases: PhraseMentions) -> str:
    quoted = (" oder " if phrases.is_either else " und ").join(f"„{one}“" for one in phrases.parts)
    forms = ", ".join(f"„{form}“" for form in phrases.forms[:_MOST_FORMS])
    return f"{quoted} (oder {forms})" if forms else quoted


def _period(days: DateRange) -> str:
    first, last, write = days.first, days.last, German().day
    if first is None or last is None:
        return f"seit dem {write(first)}" if first else f"bis zum {write(last or date.max)}"
    if first == last:
        return f"am {write(first)}"
    after = last + timedelta(days=1)
    if first.day == after.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"im {_MONTHS[first.month - 1]} {first.year}"
    if (first.month, first.day, after.month, after.day) == (1, 1, 1, 1) and (
        first.year == last.year
    ):
        return f"{first.year}"
    return f"zwischen dem {write(first)} und dem {write(last)}"


def _compared(choice: Choice) -> str:
    clauses = _clauses(choice, is_one=choice.compared == 1)
    which = f" ({' und '.join(clauses)})" if clauses else ""
    return f"{choice.compared} {_said(choice)[3]}{which}"


def _said(choice: Choice) -> tuple[str, str, str, str]:
    return _noun(choice.selection.noun if choice.how == "any" else "dokument")


def _noun(noun: str) -> tuple[str, str, str, str]:
    small = noun.casefold()
    return next(
        (forms for start, forms in _NOUNS.items() if small.startswith(start)), _NOUNS["artikel"]
    )
