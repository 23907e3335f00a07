"""What a sentence denies and which day it names is checked against its source."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import make_document
from sourcebook.rag.language.calendar import MONTHS, WEEKDAYS
from sourcebook.rag.language.negation import find_negations
from sourcebook.rag.language.sentence import ParsedSentence
from sourcebook.rag.language.time.dates import day_of
from sourcebook.rag.language.time.days import find_days, without_days
from sourcebook.rag.retrieval.evidence import Evidence
from sourcebook.rag.verification.claim_set import names_day
from sourcebook.rag.verification.contradiction import find_baseless_denial, find_contradiction
from sourcebook.rag.verification.support import Support, find_support

FRIDAY = datetime(2022, 1, 14, 18, 0, tzinfo=UTC)


def carried(sentence: str, source: str, question: str = "") -> Support:
    """``sentence`` against one article of one sentence, published on Friday 14 January 2022."""
    document = make_document(source, title="An article", published=FRIDAY)
    vector = np.ones(1, np.float32)
    item = Evidence(document, "p", document.text, 0, len(document.text), 0.9, 1.0, vector)
    return support_of(sentence, question, [item], [0.9])


def support_of(
    sentence: str, question: str, evidence: list[Evidence], similarities: list[float]
) -> Support:
    parsed = ParsedSentence(sentence)
    return find_support(parsed, parsed, ParsedSentence(question), evidence, similarities)


def is_supported(found: Support) -> bool:
    return not found.missing and not found.contrary and found.support >= 0.5


STAYS_SUPPORTED = [
    ("Russia did not invade.", "Russia did not invade in December."),
    ("Nobody gave way.", "In Geneva nobody gave way."),
    ("No agreement was reached.", "The talks ended and no agreement was reached."),
    ("No agreement was reached.", "The sides failed to reach an agreement."),
    ("The talks ended with nothing agreed.", "The talks ended without an agreement."),
    ("The talks ended without a deal.", "The talks ended without any deal on gas."),
    ("Putin denied planning an attack.", "Putin denied that he was planning an attack."),
    ("Russia says it has no plans to attack.", "Russia denies that it plans to attack."),
    ("Biden ruled out sending troops.", "On Wednesday Biden ruled out sending American troops."),
    ("Biden will not send troops.", "Biden ruled out sending troops."),
    ("Sherman refused to meet Lavrov.", "Sherman declined to meet Lavrov."),
    ("The talks took eight hours.", "The talks took eight hours and no progress was made."),
    ("They met in Geneva.", "They met in Geneva but did not shake hands."),
    ("He left early.", "He left early without speaking to reporters."),
    ("Ukraine was not invited.", "Neither the EU nor Ukraine has been invited."),
    ("Ukraine is not a member of NATO.", "Ukraine is a partner outside the NATO alliance."),
    ("Stoltenberg rejected the demand.", "Stoltenberg rejected the demand made by Moscow."),
    ("Moscow made a demand.", "Stoltenberg rejected the demand which Moscow made."),
    ("Russia accused Ukraine.", "Ukraine denied the claim with which Russia accused Ukraine."),
    ("He won the race.", "Not only did he win the race, he broke the record."),
    ("The minister arrived on Monday.", "The minister did not arrive until Monday."),
    ("The two spoke for two hours.", "The two spoke for no less than two hours."),
    ("The Kremlin may send troops.", "The Kremlin has not ruled out that it may send troops."),
    ("The forum has not met since 2019.", "The forum has not been convened or met since 2019."),
    ("Sherman did not comment.", "Sherman declined to comment."),
    ("The soldiers were not hurt.", "None of the soldiers were hurt."),
    ("Sherman met Ryabkov.", "Sherman met Ryabkov, but she did not meet Lavrov."),
    ("Neither president will attend.", "Neither president will attend any of them."),
    ("There is no doubt that he came.", "He came, there is no doubt of that."),
    ("The court never published the ruling.", "The court has never published the ruling."),
    ("The attack was not unexpected.", "The attack was not unexpected in Kyiv."),
    ("The window cannot be opened.", "It is impossible to open the window, it cannot be opened."),
    ("Finland won't join.", "Finland will not join."),
    ("Dip the stem in alum or boiling water.", "If you have no alum, dip it in boiling water."),
    # Days, in another form.
    ("The council met on 12 January.", "The council met on January 12."),
    ("The council met on January 12, 2022.", "The council met on 12 January."),
    ("The council met on 13 January.", "The council met on Thursday."),
    ("The council met on Thursday.", "The council met on 13 January."),
    ("The council met on Thursday 13 January.", "The council met on Thursday."),
    ("The council met on 14 January 2022.", "The council met today."),
    ("The council met on 13 January.", "The council met yesterday."),
    ("The council will meet on 20 January.", "The council will meet next Thursday."),
    ("The ministers meet on 14 January.", "The ministers meet on 13 and 14 January."),
    ("The council met in December.", "The council met last month."),
    ("The council met in 2021.", "The council met last year."),
    ("The council met on the 12th of January.", "The council met on 2022-01-12."),
    ("The council met on 7 December 2021.", "The council met on 7 December."),
]

IS_UNSUPPORTED = [
    ("Lavrov visited Geneva.", "When Lavrov did not visit Geneva, Sherman left."),
    ("You have alum, ask at the shop.", "You have no alum, if nobody was at the shop."),
    ("Russia did not invade Ukraine.", "Russia invaded Ukraine in 2014."),
    ("Russia invaded Ukraine.", "Russia did not invade Ukraine in December."),
    ("Russia plans to attack.", "Russia denied that it plans to attack."),
    ("Russia denied that it plans to attack.", "Russia plans to attack."),
    ("Biden will send troops.", "Biden ruled out sending troops."),
    ("Sherman met Lavrov.", "Sherman refused to meet Lavrov."),
    ("Sherman refused to meet Lavrov.", "Sherman met Lavrov."),
    ("Sherman did not meet Lavrov.", "Sherman met Lavrov in Geneva."),
    ("The talks ended with a deal.", "The talks ended without a deal."),
    ("The talks ended without a deal.", "The talks ended with a deal."),
    ("An agreement was reached.", "No agreement was reached."),
    ("No agreement was reached.", "An agreement was reached in Geneva."),
    ("Soldiers were hurt.", "No soldiers were hurt."),
    ("No soldiers were hurt.", "Soldiers were hurt in the blast."),
    ("Both presidents will attend.", "Neither president will attend."),
    ("Russia attended the summit.", "Russia never attended the summit."),
    ("Russia never attended the summit.", "Russia attended the summit."),
    ("The minister spoke to reporters.", "The minister left without speaking to reporters."),
    ("Ukraine was invited.", "Ukraine was not invited."),
    ("Finland is a member of the alliance.", "Finland is not a member of the alliance."),
    ("Finland isn’t a member of the alliance.", "Finland is a member of the alliance."),
    ("The sides agreed.", "The sides failed to agree."),
    ("The summit did not take place in Vienna.", "The summit took place in Vienna."),
    ("Putin accepted the offer.", "Putin has not accepted the offer."),
    ("Putin did not agree to the summit.", "Putin accepted the summit with Biden in Geneva."),
    ("The ministry lacks evidence.", "The ministry has evidence of the attack."),
    ("The minister did not attack the plan.", "The minister attacked the plan, but did not go."),
    # Days that are wrong.
    ("The council met on 13 January.", "The council met on 12 January."),
    ("The council met on 12 January.", "The council met on Thursday."),
    ("The council met on 13 January 2021.", "The council met on Thursday."),
    ("The council met on 13 January.", "The council met on 13 December."),
    ("The council met on Wednesday.", "The council met on 13 January."),
    ("The council met on 14 January.", "The council met on Thursday."),
    ("The council met on 12 January.", "The council met yesterday."),
    ("The council met on 15 January.", "The council met on 13 and 14 January."),
    ("The council met on 12 January.", "On 14 January 12 members of the council met."),
    ("The council met in November.", "The council met last month."),
]


@pytest.mark.parametrize(("sentence", "source"), STAYS_SUPPORTED)
def test_what_the_source_says_stays_supported(sentence: str, source: str) -> None:
    found = carried(sentence, source)
    assert is_supported(found), found


@pytest.mark.parametrize(("sentence", "source"), IS_UNSUPPORTED)
def test_what_the_source_denies_or_dates_otherwise_is_unsupported(
    sentence: str, source: str
) -> None:
    assert not is_supported(carried(sentence, source))


def test_what_only_a_heading_says_is_carried_by_its_article() -> None:
    def item(title: str, text: str) -> Evidence:
        document = make_document(text, title=title, published=FRIDAY)
        return Evidence(document, "p", text, 0, len(text), 0.6, 1.0, np.ones(1, np.float32))

    told = item("Eight hours in Geneva, and little to show for it", "Sherman met Ryabkov there.")
    other = item("A busy January", "Negotiators will sit down in Geneva for hours on Friday.")
    sentence = "They spent eight hours in Geneva, with little to show for it."
    found = support_of(sentence, "What came of Geneva?", [other, told], [0.6, 0.5])
    assert is_supported(found)
    assert found.sources == (told,)
    assert not is_supported(support_of(sentence, "What came of Geneva?", [other], [0.6]))


@pytest.mark.parametrize(
    ("sentence", "source", "holds"),
    [
        ("Weber spoke from her house.", "Brandt spoke from her house in Velm.", False),
        ("Weber spoke from her house.", "Weber spoke from her house in Velm.", True),
        ("Weber spoke from her house.", "Anna Weber told Brandt from her house.", True),
        ("Weber spoke from her house.", "Brandt and Weber spoke from her house.", True),
        ("Weber spoke from her house.", "Brandt said she spoke from her house in Velm.", True),
        ("Weber spoke from her house.", "She spoke from her house in Velm.", True),
    ],
)
def test_what_is_said_of_the_other_one_asked_about_is_unsupported(
    sentence: str, source: str, holds: bool
) -> None:
    found = carried(sentence, source, "Where was Anna Weber when Weber phoned Mayor Brandt?")
    assert found.missing == (() if holds else ("Weber",))


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("The harbour insisted that the bridge is safe.", False),
        ("The harbour told Velm that the bridge is safe.", True),
        ("The mayor of Velm insisted that the bridge is safe.", True),
    ],
)
def test_words_that_were_asked_for_stand_where_the_speaker_is_named(
    source: str, holds: bool
) -> None:
    question = "What did the mayor of Velm say about the bridge?"
    found = carried("The mayor of Velm said that the bridge is safe.", source, question)
    assert found.missing == (() if holds else ("Velm",))


def test_the_speaker_may_be_named_before_the_words_that_were_asked_for() -> None:
    text = "{} The bridge is safe, she said. Mayor Weber was glad. Fishermen hope for rain."
    question = "What did Mayor Weber say about the bridge?"
    vector = np.ones(1, np.float32)

    def missing(before: str) -> tuple[str, ...]:
        document = make_document(text.format(before), title="A bridge")
        start = document.text.index("The bridge")
        said = "The bridge is safe, she said."
        item = Evidence(document, "p", said, start, start + len(said), 0.9, 1.0, vector)
        draft = "Mayor Weber said that the bridge is safe."
        return support_of(draft, question, [item], [0.9]).missing

    assert missing("Mayor Weber spoke on Monday.") == ()
    assert missing("An engineer spoke on Monday.") == ("Mayor", "Weber")


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("Mayor Brandt met Anna Weber in Velm on Monday.", False),
        ("Mayor Brandt sent his spokeswoman Anna Weber to Velm on Monday.", True),
    ],
)
def test_who_holds_an_office_stands_where_a_source_speaks_of_it(source: str, holds: bool) -> None:
    question = "Who is the spokeswoman of Mayor Brandt?"
    found = carried("The spokeswoman of Mayor Brandt is Anna Weber.", source, question)
    assert is_supported(found) is holds


def test_a_year_is_carried_by_a_sentence_that_calls_the_subject_otherwise() -> None:
    text = (
        "The Lake Council of Velm is due to meet on Monday. The forum has not been convened since "
        "July 2019. Fishermen hope for better weather."
    )
    document = make_document(text, title="Fishing")
    start = text.index("The forum")
    vector = np.ones(1, np.float32)
    forum = text[start : text.index(" Fishermen")]
    item = Evidence(document, "p", forum, start, start + len(forum), 0.4, 1.0, vector)
    sentence = "The Lake Council met in July 2019."
    found = support_of(sentence, "When had the Lake Council last met?", [item], [0.4])
    assert not found.missing


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("How many tanks stand there?", "Nearly 100,000 tanks stand there.", False),
        ("How many troops stand there?", "Nearly 100,000 troops stand there.", True),
        ("How many soldiers stand there?", "Nearly 100,000 soldiers stand there.", True),
        ("How many people stand there?", "Nearly 100,000 people stand there.", True),
        ("How large is the force there?", "Nearly 100,000 troops stand there.", True),
    ],
)
def test_who_counts_troops_counts_no_tanks(question: str, sentence: str, holds: bool) -> None:
    found = carried(sentence, "Nearly 100,000 Russian troops stand there now.", question)
    assert is_supported(found) is holds
    assert found.missing == (() if holds else ("100,000",))


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("The tool lay on a beach near The Hague.", True),
        ("The tool lay on a German beach near The Hague.", False),
    ],
)
def test_a_people_in_the_question_need_not_be_named_where_no_other_is(
    source: str, holds: bool
) -> None:
    question = "Where on the Dutch beach was the tool found?"
    found = carried("The tool lay on a beach near The Hague.", source, question)
    assert (found.missing == ()) is holds


def test_a_number_under_a_heading_is_that_of_the_heading() -> None:
    document = make_document("Target: 60,000 USD", title="Funding goals")
    vector, heading = np.ones(1, np.float32), "CI stability improvements"
    item = Evidence(document, "p", document.text, 0, len(document.text), 0.3, 1.0, vector)
    answer = "The project is after $60,000 for improving CI stability."
    question = "How much is the project after for CI stability?"
    under = replace(item, context=heading)
    assert not is_supported(support_of(answer, question, [item], [0.3]))
    assert is_supported(support_of(answer, question, [under], [0.3]))


def test_a_long_source_carries_a_short_sentence_whose_day_it_states() -> None:
    source = (
        "And during the most recent high-stakes call of the two presidents on Dec. 30, Biden "
        "repeated his concerns and renewed threats of a decisive response with allies."
    )
    sentence = "The latest call between the two presidents was on December 30."
    document = make_document(source, title="An article", published=FRIDAY)
    item = Evidence(document, "p", source, 0, len(source), 0.2, 1.0, np.ones(1, np.float32))
    question = "When was the latest call between the two presidents?"
    assert is_supported(support_of(sentence, question, [item], [0.2]))
    other = sentence.replace("30", "20")
    assert not is_supported(support_of(other, question, [item], [0.2]))


@pytest.mark.parametrize(
    ("text", "focuses"),
    [
        ("Russia did not invade Ukraine.", [("invad",)]),
        ("No progress was made in eight-hour talks.", [("progress",)]),
        ("No soldiers were hurt.", [("hurt",)]),
        ("They have no plans to attack.", [("plan", "attack")]),
        ("He could not, however, attend.", [("attend",)]),
        ("It left without an agreement on gas.", [("agreement",)]),
        ("Not only did he win, he sang.", []),
        ("They cannot rule out a war.", [()]),
        ("No. 10 is a street number.", []),
        ("", []),
    ],
)
def test_the_focus_of_a_denial(text: str, focuses: list[tuple[str, ...]]) -> None:
    assert [negation.focus for negation in find_negations(text)] == focuses


@pytest.mark.parametrize(
    ("answer", "question", "source", "opposed"),
    [
        ("No.", "Did Russia attend the summit?", "Russia attended the summit.", True),
        ("No.", "Did Russia attend the summit?", "Russia did not attend the summit.", False),
        ("Yes.", "Did Russia attend the summit?", "Russia did not attend the summit.", True),
        ("Yes.", "Did Russia attend the summit?", "Russia attended the summit.", False),
        ("No, it did not attend.", "Did Russia attend?", "Russia attended.", True),
        ("Maybe.", "Did Russia attend?", "Russia attended.", False),
    ],
)
def test_yes_and_no_are_read_with_their_question(
    answer: str, question: str, source: str, opposed: bool
) -> None:
    assert bool(find_contradiction(*map(ParsedSentence, (answer, source, question)))) is opposed


def test_a_contrary_source_is_cited_and_quoted() -> None:
    found = carried("Russia invaded Ukraine.", "Russia did not invade Ukraine in December.")
    assert found.contrary == "not invade"
    assert found.support == 0.0
    assert len(found.sources) == 1


def test_a_source_that_affirms_is_taken_before_one_that_denies() -> None:
    texts = ["Russia did not close the mission.", "Russia closed the mission."]
    vector = np.ones(1, np.float32)
    items = [
        Evidence(make_document(text), "p", text, 0, len(text), 0.9, 1.0, vector) for text in texts
    ]
    found = support_of("Russia closed the mission.", "", items, [0.9] * 2)
    assert [source.text for source in found.sources] == texts[1:]
    assert found.contrary is None


WORDS = (
    "Russia did not never without a deal denied that it planned to attack , . but no refused to "
    "meet Sherman on 13 January Thursday 2022 was n’t ruled out nobody “ ” ; yes"
)
PROSE = st.lists(st.sampled_from(re.split(" ", WORDS)), max_size=25).map(" ".join) | st.text(
    max_size=120
)


@given(PROSE)
def test_no_sentence_is_contrary_to_itself(text: str) -> None:
    assert find_contradiction(ParsedSentence(text), ParsedSentence(text)) is None
    assert find_baseless_denial(ParsedSentence(text), ParsedSentence(text)) is None


@given(PROSE)
def test_the_words_of_a_denial_stand_in_its_sentence(text: str) -> None:
    for negation in find_negations(text):
        assert negation.text in text


@given(PROSE, PROSE)
def test_what_says_the_contrary_stands_in_the_source(sentence: str, source: str) -> None:
    words = find_contradiction(ParsedSentence(sentence), ParsedSentence(source))
    assert words is None or words in source


@given(PROSE, st.sampled_from([None, FRIDAY]))
def test_days_stand_where_they_say_and_are_named(text: str, published: datetime | None) -> None:
    found = find_days(text)
    for day in found:
        assert text[day.start : day.end] == day.text
        assert day.is_same(day)
    assert len(without_days(text, found)) == len(text)
    for day in found:
        if published is None or not day.year:
            assert names_day(day, ParsedSentence(text, day_of(published)))


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(1, 4000))
def test_every_form_of_a_day_is_the_day_and_no_other(day: date, apart: int) -> None:
    month = MONTHS[day.month - 1].title()
    dated = f"{day.day} {month} {day.year}"
    forms = [dated, f"{month} {day.day}, {day.year}", day.isoformat(), f"{day.day} {month}"]
    forms += [f"the {day.day} of {month} {day.year}", WEEKDAYS[day.weekday()].title()]
    for form in forms:
        (said,) = find_days(f"It was on {form}.")
        for source in (*forms, "today"):
            assert names_day(said, ParsedSentence(f"It was on {source}.", day))
    (other,) = find_days(f"It was on {(day + timedelta(days=apart)).isoformat()}.")
    assert not names_day(other, ParsedSentence(f"It was on {dated}.", day))
    assert not names_day(other, ParsedSentence("It was today.", day))


def test_a_day_that_is_none_is_not_read_as_one() -> None:
    assert find_days("It was on 31 February and on 45 March.") == []


@pytest.mark.parametrize(
    ("question", "source", "holds"),
    [
        ("What do you pay when you leave the Falklands?", "There is a Falkland Islands tax.", True),
        ("Do the ACLs have a fee?", "Access control lists have a fee.", True),
        ("What do you pay when you leave the Orkneys?", "There is a Falkland Islands tax.", False),
        ("Do the ACMs have a fee?", "Access control lists have a fee.", False),
    ],
)
def test_a_name_of_the_question_may_stand_in_another_number_or_spelled_out(
    question: str, source: str, holds: bool
) -> None:
    found = carried("You pay £25.", f"{source} One has to pay £25.", question)
    assert (found.missing == ()) is holds


def test_a_column_is_named_by_the_words_between_underscores() -> None:
    row = "planet: Venus; mass: 4.87; mean_temperature: 464; surface_pressure: 92"
    question = "What is the mean temperature of Venus?"
    assert is_supported(carried("The mean temperature of Venus is 464.", row, question))
    assert not is_supported(carried("The mean temperature of Venus is 46.", row, question))


def test_a_row_is_compared_with_what_stands_above_it() -> None:
    document = make_document("Hosting; $756.53", title="Minutes")
    other = make_document("The server hosting was $749.93.", title="Older minutes")
    evidence = [
        Evidence(d, "p", d.text, 0, len(d.text), 0.9, 1.0, np.ones(1, np.float32))
        for d in (other, document)
    ]
    under = replace(evidence[1], context="Report › 2025 Finances")
    answer = "The club paid $749.93 for hosting in 2024 and $756.53 for hosting in 2025."
    question = "What was paid for hosting in 2024 and 2025?"
    assert "$756.53" in support_of(answer, question, evidence, [0.8, 0.5]).missing
    found = support_of(answer, question, [evidence[0], under], [0.8, 0.5])
    assert "$756.53" not in found.missing


CRUST = "Take 300 g plain flour, 225 g cold butter, 1 tsp salt and 60 ml ice water."


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("The crust takes 225 g of butter.", ()),
        ("The crust takes 60 ml of water.", ()),
        ("The crust takes 60 ml of butter.", ("60",)),
        ("The crust takes 225 g of flour.", ("225",)),
        ("The crust takes 60 ml.", ("60",)),
        ("The crust takes 225 g.", ()),
        ("The crust takes 300 g of wheat.", ()),
    ],
)
def test_an_amount_of_one_thing_is_not_given_of_its_neighbour(
    sentence: str, missing: tuple[str, ...]
) -> None:
    assert carried(sentence, CRUST, "How much butter does the crust take?").missing == missing


def test_a_year_and_what_is_said_in_other_words_are_not_amounts_of_a_neighbour() -> None:
    source = "The mill closed in 1990 after a fire. In 1985 the mill opened with 12 looms."
    assert carried("In 1990 the mill closed.", source).missing == ()
    assert carried("The mill opened with 12 machines.", source).missing == ()
