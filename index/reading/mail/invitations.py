"""Invitations (text/calendar, .ics): each event as a sentence that says what, when and where."""

from __future__ import annotations

import re
from calendar import day_name
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sourcebook.index.structure.writing import BlockWriter

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(
    r'(?P<name>[A-Za-z-]+)(?P<options>(?:;[^:;"]+(?:"[^"]*")?[^:;"]*)*):(?P<value>.*)'
)
_OPTION = re.compile(r';([A-Za-z-]+)="?([^";:]*)"?')
_ESCAPE = re.compile(r"\\([nN;,\\])")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?")
_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_KINDS = {"CANCEL": "Cancelled", "REPLY": "Reply to an invitation", "PUBLISH": "Event"}
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "accepted tentatively"}
_WEEKDAYS = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), day_name, strict=True))
_RULE_DAY = re.compile(r"([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)")
_PLACES = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "-1": "last",
    "-2": "last but one",
}
_MOST_EVENTS = 5000


@dataclass(slots=True)
class Event:
    """An event: its fields by name, each with options; and what is done with it."""

    method: str = ""
    fields: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    people: list[tuple[str, str]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return the value of a field on one line; empty where there is none."""
        return " ".join(self.fields.get(name, ("", {}))[0].split())

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others: an invitation may come twice in one mail."""
        return self.method, self.text("UID") or self.text("SUMMARY"), self.text("DTSTART")


def read_events(calendar: str) -> Iterator[Event]:
    """Yield the events of a calendar."""
    method = ""
    event: Event | None = None
    inner = 0  # alarms in an event
    count = 0
    for line in _FOLD.sub("", calendar).splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        name, value = match["name"].upper(), match["value"].strip()
        if name in ("BEGIN", "END"):
            is_event = value.upper() in ("VEVENT", "VTODO")
            if name == "BEGIN" and is_event:
                event, inner = Event(method), 0
            elif event is not None and is_event:
                yield event
                event, count = None, count + 1
                if count >= _MOST_EVENTS:
                    return
            elif event is not None:
                inner += 1 if name == "BEGIN" else -1
            continue
        if name == "METHOD":
            method = value.upper()
        if event is None or inner:
            continue
        options = {key.upper(): text for key, text in _OPTION.findall(match["options"])}
        text = _ESCAPE.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], value)
        if name == "ATTENDEE":
            event.people.append((_person(text, options), options.get("PARTSTAT", "").upper()))
        else:
            event.fields.setdefault(name, (text, options))


def write_event(writer: BlockWriter, event: Event) -> None:
    """Write an event: "Invitation: Harbour meeting on Tuesday, 4 March 2031, 08:00 to 09:00"."""
    with writer.block("paragraph"):
        writer.write(event_sentence(event))
    description = event.fields.get("DESCRIPTION", ("", {}))[0]
    for paragraph in re.split(r"\n\s*\n", description):
        if paragraph.strip() and paragraph.strip() != event.text("SUMMARY"):
            with writer.block("paragraph"):
                writer.write(paragraph.strip())


def event_sentence(event: Event, kind: str = "") -> str:
    """Return what, when, where and by whom, in a sentence or two.

    Args:
        event: The event.
        kind: What it is called; by default what its method says.
    """
    kind = kind or _KINDS.get(event.method, "Invitation" if event.method else "Event")
    if event.text("STATUS").upper() == "CANCELLED":
        kind = f"Cancelled {kind.lower()}" if kind in ("Event", "Invitation") else _KINDS["CANCEL"]
    sentence = f"{kind}: {event.text('SUMMARY') or 'no subject'}"
    if when := _when(event):
        sentence += f" on {when}"
    if place := event.text("LOCATION"):
        sentence += f", at {place}"
    sentence += "."
    if repeats := event.text("RRULE"):
        sentence += f" Repeats: {_repetition(repeats)}."
    if "ORGANIZER" in event.fields:
        sentence += f" Organised by {_person(*event.fields['ORGANIZER'])}."
    names = [name for name, _ in event.people if name]
    if event.method == "REPLY":
        answers = [
            f"{name} {_ANSWERS.get(status, status.lower() or 'answered')}"
            for name, status in event.people
            if name
        ]
        sentence += f" {', '.join(answers)}." if answers else ""
    elif names:
        sentence += f" Invited: {', '.join(names[:50])}."
        refusals = [name for name, status in event.people if name and status == "DECLINED"]
        sentence += f" Declined: {', '.join(refusals[:50])}." if refusals else ""
    return sentence


def _when(event: Event) -> str:
    name = next((name for name in ("DTSTART", "DUE") if event.text(name)), "DTSTART")
    start, has_time = _moment(event.text(name))
    if start is None:
        return ""
    end, _ = _moment(event.text("DTEND") or event.text("DUE"))
    duration = _DURATION.fullmatch(event.text("DURATION"))
    if end is None and duration:
        weeks, days, hours, minutes = (int(part or 0) for part in duration.groups())
        end = start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    if not has_time:
        last = end - timedelta(days=1) if end else start
        return _day(start) if last <= start else f"{_day(start)} to {_day(last)}"
    text = f"{_day(start)}, {start:%H:%M}"
    if end and end != start:
        text += (
            f" to {end:%H:%M}" if end.date() == start.date() else f" to {_day(end)}, {end:%H:%M}"
        )
    zone = "UTC" if event.text(name).endswith("Z") else event.fields[name][1].get("TZID")
    return f"{text} ({zone})" if zone else text


def _moment(text: str) -> tuple[datetime | None, bool]:
    match = _MOMENT.match(text)
    if match is None:
        return None, False
    year, month, day, hour, minute, second, _ = match.groups()
    try:
        moment = datetime(  # noqa: DTZ001
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None, False
    return moment, hour is not None


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B} {moment.year}"


def _repetition(rule: str) -> str:
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    words = parts.get("FREQ", rule).lower()
    if parts.get("INTERVAL", "1") != "1":
        words += f", every {parts['INTERVAL']}"
    if "BYDAY" in parts:
        words += f" on {', '.join(map(_weekday, parts['BYDAY'].split(',')))}"
    until, _ = _moment(parts.get("UNTIL", ""))
    if until:
        words += f" until {_day(until)}"
    return f"{words}, {parts['COUNT']} times" if "COUNT" in parts else words


def _weekday(text: str) -> str:
    """Return a day of a rule: "MO" is Monday, "-1SU" the last Sunday."""
    match = _RULE_DAY.fullmatch(text.strip().upper())
    if match is None:
        return text
    day = _WEEKDAYS[match[2]]
    return f"the {_PLACES.get(match[1], match[1] + 'th')} {day}" if match[1] else day


def _person(address: str, options: dict[str, str]) -> str:
    mail = re.sub(r"^mailto:", "", address, flags=re.IGNORECASE)
    return " ".join((options.get("CN") or mail).split())
