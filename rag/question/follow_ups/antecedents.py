"""The antecedent of a pronoun in the last turns: a person, a thing, a place, a day.

Each kind has its rule. Where several names would fit there is no antecedent: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sourcebook.rag.language import Entity, find_entities
from sourcebook.rag.language.calendar import MONTHS
from sourcebook.rag.language.numbers import ONES
from sourcebook.rag.language.time import times_in_question
from sourcebook.rag.question.turns import Turn

from .pronouns import Pronoun


def find_antecedent(
    pronoun: Pronoun, question: str, turns: Sequence[Turn], now: datetime
) -> str | None:
    """Return the words for which ``pronoun`` stands; None where the rules cannot tell."""
    if pronoun.kind == "shift":
        return _shift_day(pronoun, turns[-1], now)
    if pronoun.kind == "listed":
        return _choose_from_list(pronoun, turns[-1])
    own_names = {e.last for e in find_entities(question)}
    for turn in reversed(turns[-3:]):
        question_names, answer_names = find_turn_entities(turn)
        choose = {
            "person": _choose_person,
            "group": _choose_group,
            "thing": _choose_thing,
            "place": _choose_place,
        }.get(pronoun.kind)
        if choose is None:
            return None
        if not any(question_names) and not any(answer_names):
            continue
        name, is_decided = choose(
            pronoun,
            turn,
            [e for e in question_names if e.last not in own_names],
            [e for e in answer_names if e.last not in own_names],
        )
        if name or is_decided:
            return _inflect(pronoun, name) if name else None
    return None


def _inflect(pronoun: Pronoun, name: str) -> str:
    if not pronoun.possessive:
        return name
    return f"{name}'" if name.endswith("s") and " and " in name else f"{name}'s"


Choice = tuple[str | None, bool]
"""The name, and whether the turn decides it: True without a name means that several would fit."""


def _persons(pronoun: Pronoun, names: Sequence[Entity]) -> dict[str, Entity]:
    fitting = [
        e
        for e in names
        if e.kind == "person" and not (e.gender and pronoun.gender and e.gender != pronoun.gender)
    ]
    by_last: dict[str, Entity] = {}
    for entity in fitting:
        if entity.last not in by_last or len(entity.name) > len(by_last[entity.last].name):
            by_last[entity.last] = entity
    return by_last


def _choose_person(
    pronoun: Pronoun, turn: Turn, question_names: Sequence[Entity], answer_names: Sequence[Entity]
) -> Choice:
    """The one person who fits; else the one the question is about, or whom the answer names."""
    everyone = _persons(pronoun, [*question_names, *answer_names])
    surely = [e for e in everyone.values() if e.gender]
    # A single capitalised word may be a person: only where no name is surely one.
    maybe = [
        e for e in question_names if e.kind == "unknown" and not e.owns and e.last not in everyone
    ]
    if len(everyone) == 1 and not maybe:
        return next(iter(everyone.values())).name, True
    if len(surely) == 1 and not (len(everyone) > 1):
        return surely[0].name, True
    new = [e for last, e in everyone.items() if last not in {a.last for a in question_names}]
    if len(new) == 1 and re.match(r"\W*(?:and )?(?:who|which|what) ", turn.question, re.IGNORECASE):
        who_acts = not re.match(
            r"\W*(?:and )?who(?:m)? (?:did|does|do|was|were|has|had|will|would)\b",
            turn.question,
            re.IGNORECASE,
        )
        if who_acts or not maybe:
            return (new[0].name, True) if who_acts or len(everyone) == 1 else (None, True)
    acting = [e for e in question_names if e.subject and e.kind in ("person", "unknown")]
    if (
        len(acting) == 1
        and not new
        and not re.match(r" (?:and|or) [A-Z]", turn.question[acting[0].end :])
    ):
        return acting[0].name, True
    if not everyone and len(maybe) == 1:
        return maybe[0].name, True
    return None, bool(everyone or maybe)


_PLURAL_ANSWER = re.compile(
    r"^\W*(?:[A-Z]?[a-z]+ )?(?P<who>(?:some|the|two|three|four|five|several|many|\d+) "
    r"(?:[\w’'-]+ ){0,3}[\w-]*[a-rt-z]s)\W*$"
)
"""An answer that is a plural and no more: "From some Russian diplomats." """


def _choose_group(
    pronoun: Pronoun, turn: Turn, question_names: Sequence[Entity], answer_names: Sequence[Entity]
) -> Choice:
    """Two or three persons or names bound by "and"; else the plural that the question is about."""
    plural = re.search(
        r"\b(?:did|do|were|are|have|had|will|would) (?P<who>(?:the|these|those) (?:[\w’'-]+ ){0,3}?"
        r"[\w-]*[a-z]s) (?!and\b|or\b|of\b)[a-z]",
        turn.question,
    )
    if plural and not re.search(r"[’']s$", plural.group("who")):
        return plural.group("who"), True
    if match := _PLURAL_ANSWER.match(turn.answer):
        return match.group("who"), True
    for text, names in ((turn.answer, answer_names), (turn.question, question_names)):
        pair = _find_list(text, names)
        if pair:
            return " and ".join(pair), True
    everyone = _persons(pronoun, [*question_names, *answer_names])
    if len(everyone) == 2:
        return " and ".join(e.name for e in everyone.values()), True
    single = {e.name for e in question_names if e.kind in ("organisation", "country") and e.subject}
    if len(single) == 1 and not everyone:
        return next(iter(single)), True
    return None, True


def _find_list(text: str, names: Sequence[Entity]) -> list[str]:
    """The names that form one list: "A and B", "A, B and C"."""
    run: list[str] = []
    for first, then in pairwise(names):
        between = text[first.end : then.start]
        if re.fullmatch(r"(?:,| and|, and|,? as well as)(?: the)? ", between):
            run = [*(run or [first.name]), then.name]
        elif run:
            break
    return run if 2 <= len(run) <= 4 else []


def _choose_thing(
    pronoun: Pronoun, turn: Turn, question_names: Sequence[Entity], answer_names: Sequence[Entity]
) -> Choice:
    """The name that is the whole answer, or of which the question is; else it is a happening."""
    things = ("organisation", "country", "place", "unknown")
    only = [e for e in answer_names if e.kind in things]
    if len(answer_names) == 1 and only and len(turn.answer.strip(" .")) <= len(only[0].name) + 4:
        return _with_article(only[0], turn.answer), True
    if pronoun.eventful:
        return None, True
    named = {e.last: e for e in question_names if e.kind != "person"}
    other_things = {e.last for e in answer_names if e.kind != "person"} - named.keys()
    if len(named) == 1 and not other_things:
        only_one = next(iter(named.values()))
        if only_one.kind != "country" or only_one.subject:
            return _with_article(only_one, turn.question), True
    acting = [
        e
        for e in question_names
        if e.subject and not e.owns and e.kind in ("organisation", "country")
    ]
    if len(acting) == 1 and not re.match(r" (?:and|or) ", turn.question[acting[0].end :]):
        return _with_article(acting[0], turn.question), True
    return None, True


def _with_article(entity: Entity, text: str) -> str:
    return (
        f"the {entity.name}" if re.search(r"\bthe $", text[: entity.start], re.I) else entity.name
    )


def _choose_place(
    pronoun: Pronoun, turn: Turn, question_names: Sequence[Entity], answer_names: Sequence[Entity]
) -> Choice:
    """The one place named, or the one in the answer."""
    places: dict[str, Entity] = {}
    for names in (answer_names, question_names):
        places = {e.name: e for e in names if e.kind in ("place", "country") and not e.owns}
        places = {n: e for n, e in places.items() if not e.subject}
        if (
            names is answer_names
            and places
            and not re.match(r"\W*(?:and )?(?:where|in which)", turn.question, re.I)
        ):
            # An answer that names a place by the way does not move the scene.
            places |= {
                e.name: e
                for e in question_names
                if e.kind in ("place", "country") and not e.owns and not e.subject
            }
        if places:
            break
    if not places:
        return None, False
    if len(places) > 1:
        return None, True
    name = next(iter(places))
    return f"{pronoun.preposition} {name}".strip(), True


def _choose_from_list(pronoun: Pronoun, turn: Turn) -> str | None:
    """The first, second, latter ... of the names in the answer, or of those in the question."""
    for text, previous in ((turn.answer, turn.question), (turn.question, "")):
        names = _find_list(text, find_entities(text, previous))
        if names:
            break
    else:
        return None
    word = pronoun.text.split()[1].casefold()
    place = {"first": 0, "former": 0, "second": 1, "third": 2, "latter": -1, "last": -1, "other": 9}
    position = place[word]
    return names[position] if -1 <= position < len(names) else None


_SHIFT = re.compile(
    r"(?P<much>[\w ]+?) (?P<unit>day|week|month|year)s? (?P<way>\w+)", re.IGNORECASE
)
_NUMBER = {word: n for n, word in enumerate(ONES[1:8], 1)} | {"a": 1}


def _shift_day(pronoun: Pronoun, turn: Turn, now: datetime) -> str | None:
    """ "Two days earlier" than the one day that the last turn names, as a day."""
    shift = _SHIFT.fullmatch(pronoun.text)
    for text in (turn.question, turn.answer):
        times = [m for m in times_in_question(text, now) if m.days.days == 1]
        if len(times) == 1 and shift:
            break
    else:
        return None
    amount, day = shift.group("much").casefold(), times[0].days.first
    count = int(amount) if amount.isdigit() else _NUMBER.get(amount)
    days = {"day": 1, "week": 7}.get(shift.group("unit").casefold())
    if count is None or days is None or day is None:
        return None
    back = shift.group("way").casefold() in ("earlier", "before")
    try:
        moved = day + timedelta(days=days * count * (-1 if back else 1))
    except OverflowError:
        return None
    year = "" if times[0].relative and moved.year == day.year else f" {moved.year}"
    return f"on {moved.day} {MONTHS[moved.month - 1]}{year}"


def find_turn_entities(turn: Turn) -> tuple[list[Entity], list[Entity]]:
    """Return the names in a turn's question and those in its answer.

    A person called by the last name alone gets the full name that is elsewhere in the turn.
    """
    question_names, answer_names = (
        find_entities(turn.question),
        find_entities(turn.answer, turn.question),
    )
    full = {
        e.last: e for e in [*question_names, *answer_names] if e.kind == "person" and " " in e.name
    }

    def with_full_name(entity: Entity) -> Entity:
        person = full.get(entity.last)
        if person is None or entity.name.casefold() != entity.last:
            return entity
        return Entity(person.name, "person", entity.start, entity.end, entity.subject, entity.owns)

    return [with_full_name(e) for e in question_names], [with_full_name(e) for e in answer_names]
