"""Follow-up questions are made stand-alone by rules; a new subject takes nothing along.

The cases are labelled by hand: turns before, the question, names that the stand-alone question must
hold, and names that it must not. Where the rules cannot know what it must hold, the topic of the
turn before stands behind it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index.embedding.base import Vectors
from sourcebook.rag import Turn
from sourcebook.rag.question.follow_ups import (
    MOST_CHARACTERS,
    MOST_TURNS,
    make_standalone,
    points_back,
)
from sourcebook.rag.question.follow_ups.requests import Completion
from sourcebook.rag.question.understanding import understand

NOW = datetime(2022, 1, 27, 12, tzinfo=UTC)

GENEVA = (
    "Who led the American side in Geneva on 10 January?",
    "Wendy Sherman, the deputy secretary.",
)
CALL = ("Which American president spoke to Putin by phone on 30 December?", "Joe Biden.")
HOTEL = ("Where did Blinken meet Lavrov on 21 January?", "At the Hotel President Wilson in Geneva.")
POLAND = ("Which country took over the chairmanship of the OSCE in January 2022?", "Poland.")
EXPELLED = (
    "What did NATO do to the Russian mission in October 2021?",
    "It expelled eight members.",
)
CURIE = ("Where was Marie Curie born?", "Marie Curie was born in Warsaw.")
CUP = ("Who won the World Cup in 2014?", "Germany beat Argentina in the final.")
GOAL = ("Who scored the winning goal in the 2014 final?", "Mario Götze scored it.")
APPLE = ("When did Apple buy Beats?", "Apple bought Beats in 2014.")
AMAZON = ("Who founded Amazon?", "Jeff Bezos founded it in Seattle in 1994.")
FLOOD = ("How many people did the flood in Bangladesh displace?", "About two million.")
ELECTION = ("Who won the election in Chile?", "Gabriel Boric defeated José Antonio Kast.")
ENVOYS = ("How long did the Normandy advisers talk in Paris?", "For more than eight hours.")
DUO = ("Who discovered the structure of DNA?", "James Watson and Francis Crick.")
PAIR = ("Which ministers signed the treaty?", "Anna Lindh and Robert Cook.")
MET = ("Whom did Wendy Sherman meet in Geneva?", "Sergei Ryabkov.")
VISIT = ("Did Josep Borrell visit the front line in January?", "Yes, he flew there by helicopter.")
SAID = ("What did NATO say about Ukraine?", "That its door stays open.")
UNION = ("What did the European Union decide in December?", "To prolong the sanctions.")
TESLA = ("How many cars did Tesla build in 2020?", "Almost half a million.")
MERKEL = ("When did Angela Merkel leave office?", "On 8 December 2021.")
FIRST_CALL = ("On what date was the first call between Biden and Putin?", "On December 7.")
CLOSED = ("When did Siemens close its plant in Ulm?", "In October.")
EXPERTS = ("From whom did NATO take advice?", "From some Norwegian experts.")
BRIDGE = ("Where is the longest bridge of Denmark?", "It crosses the Great Belt.")

FOLLOW_UPS: list[tuple[list[tuple[str, str]], str, list[str], list[str]]] = [
    # one of several that were counted
    ([FIRST_CALL], "And the second?", ["second call between Biden and Putin"], ["first"]),
    ([FIRST_CALL], "What about the last one?", ["last call between Biden and Putin"], ["first"]),
    # what tells too little alone
    ([CLOSED], "What reason did it give?", ["Siemens", "plant in Ulm"], []),
    ([CLOSED], "And what did it say in August?", ["Siemens", "plant in Ulm", "August"], []),
    ([EXPERTS], "What were they paid?", ["some Norwegian experts"], [" they "]),
    # pronouns for a person
    ([GENEVA], "Who did she meet there?", ["Wendy Sherman", "Geneva"], [" she ", "there"]),
    ([GENEVA], "What is her job?", ["Wendy Sherman's"], [" her "]),
    ([GENEVA], "When did she arrive?", ["Wendy Sherman"], [" she "]),
    ([CALL], "How old is he?", ["Joe Biden"], []),
    ([CALL], "Where was he at the time?", ["Joe Biden", "Putin", "30 December"], []),
    ([HOTEL], "And where had he been two days earlier?", ["Blinken", "19 January"], [" he "]),
    ([CURIE], "When did she leave?", ["Marie Curie"], [" she "]),
    ([CURIE], "Did she study there?", ["Marie Curie", "Warsaw"], [" she ", "there"]),
    ([CURIE], "What was her husband called?", ["Marie Curie's husband"], [" her "]),
    ([GOAL], "Which club did he play for?", ["Mario Götze"], [" he "]),
    ([AMAZON], "How old was he then?", ["Jeff Bezos", "Amazon"], []),
    ([AMAZON], "What did he study?", ["Jeff Bezos"], [" he "]),
    ([MERKEL], "Who followed her?", ["Angela Merkel"], [" her"]),
    ([MERKEL], "How long had she governed?", ["Angela Merkel"], [" she "]),
    ([VISIT], "What did he say afterwards?", ["Josep Borrell", "front line"], []),
    ([MET], "What did she tell him?", ["Wendy Sherman", "Sergei Ryabkov"], [" she ", " him"]),
    ([MET], "What did he answer?", ["Sergei Ryabkov"], [" he "]),
    ([CURIE], "how many years did she study", ["Marie Curie"], [" she "]),
    ([CURIE], "which american president did she meet", ["Marie Curie"], [" she "]),
    ([CURIE], "Which American president did she meet?", ["Marie Curie"], [" she "]),
    # several that would fit: all of them must be there
    ([ELECTION], "How old is he?", ["Boric", "Kast"], []),
    # pronouns for several
    ([MET], "How long did they talk?", ["Wendy Sherman", "Sergei Ryabkov"], [" they "]),
    ([DUO], "When did they publish it?", ["James Watson", "Francis Crick", "DNA"], []),
    ([DUO], "Where did they work?", ["James Watson and Francis Crick"], [" they "]),
    ([ENVOYS], "Where are they going to meet next?", ["Normandy advisers"], []),
    ([ENVOYS], "Who sent them?", ["the Normandy advisers"], [" them"]),
    # pronouns for a thing, and happenings
    ([POLAND], "What did its foreign minister say?", ["Poland's foreign minister"], [" its "]),
    ([POLAND], "Who governs it?", ["Poland"], [" it?"]),
    ([EXPELLED], "How did Moscow respond to that?", ["NATO", "mission", "Moscow"], []),
    ([EXPELLED], "Why did it do so?", ["NATO", "mission"], []),
    ([FLOOD], "How long did it last?", ["flood", "Bangladesh"], []),
    ([FLOOD], "What caused it?", ["flood", "Bangladesh"], []),
    ([APPLE], "How much did it pay?", ["Apple", "Beats"], []),
    ([UNION], "What did its leaders threaten?", ["European Union"], [" its "]),
    ([BRIDGE], "How long is it?", ["bridge", "Denmark"], []),
    ([CUP], "How did that happen?", ["World Cup", "2014"], []),
    # listed
    ([DUO], "Where was the latter born?", ["Francis Crick"], ["latter", "Watson"]),
    ([PAIR], "Which party did the first one belong to?", ["Anna Lindh"], ["Cook", "first one"]),
    # ellipses
    ([UNION], "And in January?", ["European Union", "in January"], ["December"]),
    ([TESLA], "And in 2021?", ["Tesla", "2021"], ["2020"]),
    ([TESLA], "What about 2019?", ["Tesla", "2019"], ["2020"]),
    ([TESLA], "And Volkswagen?", ["Volkswagen", "2020"], ["Tesla"]),
    ([SAID], "What about Russia?", ["Russia say about Ukraine"], ["NATO"]),
    ([SAID], "And about Georgia?", ["NATO say about Georgia"], ["Ukraine"]),
    ([CURIE], "And Albert Einstein?", ["Where was Albert Einstein born"], ["Curie"]),
    ([CURIE], "When?", ["When was Marie Curie born"], []),
    ([VISIT], "Why?", ["Why did Josep Borrell visit the front line"], []),
    ([VISIT], "And when exactly?", ["When did Josep Borrell visit the front line"], []),
    ([MERKEL], "Why?", ["Why did Angela Merkel leave office"], []),
    ([GENEVA], "Why?", ["Wendy Sherman", "Geneva"], []),
    ([FLOOD], "How many children?", ["flood", "Bangladesh"], []),
    ([CUP], "Who refereed?", ["World Cup"], []),
    # over several turns
    (
        [GENEVA, ("Who did she meet there?", "Sergei Ryabkov.")],
        "How long did they talk?",
        ["Wendy Sherman", "Sergei Ryabkov"],
        [" they "],
    ),
    (
        [CURIE, ("Whom did she marry?", "Pierre Curie.")],
        "When did he die?",
        ["Pierre Curie"],
        [" he "],
    ),
    (
        [TESLA, ("And in 2021?", "Over 900,000.")],
        "And Toyota?",
        ["Toyota", "2021"],
        ["Tesla", "2020"],
    ),
    (
        [
            ("Who is to represent Russia at the NATO-Russia Council?", "Alexander Grushko."),
            ("And who is the American ambassador to NATO?", "Julianne Smith."),
        ],
        "Which topics did she expect it to cover?",
        ["Julianne Smith", "NATO"],
        [" she "],
    ),
    # written after the rules, of other subjects
    (
        [("What did Emmanuel Macron propose?", "A new order.")],
        "Did he talk to Putin about it?",
        ["Did Emmanuel Macron talk to Putin"],
        [" he "],
    ),
    (
        [("How tall is Mount Everest?", "8,849 metres.")],
        "Who climbed it first?",
        ["Mount Everest"],
        [],
    ),
    (
        [("Who is the chief executive of Boeing?", "David Calhoun.")],
        "How much does he earn?",
        ["David Calhoun"],
        [" he "],
    ),
    ([("When was the Eiffel Tower built?", "By 1889.")], "Who designed it?", ["Eiffel Tower"], []),
    (
        [("What happened in Kazakhstan?", "Protests turned violent.")],
        "How many people died there?",
        ["died in Kazakhstan"],
        ["there"],
    ),
    (
        [("Why did the flight attendants protest?", "They are not paid.")],
        "What do they want?",
        ["flight attendants"],
        [],
    ),
    (
        [("Where did Biden speak to Zelensky?", "By phone.")],
        "What did they agree on?",
        ["Biden", "Zelensky"],
        [],
    ),
    (
        [("What did Sherman say about the missiles?", "That limits could be discussed.")],
        "And Ryabkov?",
        ["What did Ryabkov say about the missiles?"],
        ["Sherman"],
    ),
    (
        [("Who chairs the NATO-Russia Council?", "Jens Stoltenberg.")],
        "When did it last meet before that?",
        ["NATO-Russia Council"],
        [],
    ),
    ([("What is the population of Kyiv?", "Almost three million.")], "And of Lviv?", ["Lviv"], []),
    (
        [("When did Russia annex Crimea?", "In 2014.")],
        "What did the West do then?",
        ["Crimea", "2014"],
        [],
    ),
    ([("How did the EU react?", "With sanctions.")], "Were these prolonged?", ["sanctions"], []),
    ([("Did Putin visit Beijing in February?", "Yes.")], "Who received him?", ["Putin"], [" him"]),
    (
        [("How many seats does the Bundestag have?", "736.")],
        "And the Senate?",
        ["How many seats does the Senate have?"],
        ["Bundestag"],
    ),
    (
        [("What did the report say about inflation?", "It rose to 7 percent.")],
        "Is that a record?",
        ["inflation", "7 percent"],
        [],
    ),
    (
        [("Who met in Vienna?", "The members of the OSCE.")],
        "How long did the meeting last?",
        ["Vienna", "OSCE"],
        [],
    ),
    (
        [("Who wrote Emma?", "Jane Austen.")],
        "Which other novels did she write?",
        ["Jane Austen"],
        [" she "],
    ),
    (
        [("What did Blinken say in Berlin?", "That unity matters.")],
        "Who was with him?",
        ["Blinken"],
        [" him"],
    ),
]

NEW_SUBJECTS: list[tuple[list[tuple[str, str]], str]] = [
    ([GENEVA], "Who won the football World Cup in 2018?"),
    ([GENEVA], "How do I feed a sourdough starter?"),
    ([GENEVA], "What is the boiling point of ethanol?"),
    ([GENEVA], "How does a heat pump work?"),
    ([GENEVA], "Is it true that coffee is bad for the heart?"),
    ([GENEVA], "How many moons are there around Jupiter?"),
    ([CALL], "Who is Olaf Scholz?"),
    ([CALL], "Who is Scholz?"),
    ([CALL], "What is photosynthesis?"),
    ([CALL], "What did Stoltenberg say about his talks with Zelensky?"),
    ([CALL], "Did Angela Merkel say whether she would stand again?"),
    ([HOTEL], "When did the EU say that sanctions would follow?"),
    ([HOTEL], "Which company pays its flight attendants for boarding?"),
    ([HOTEL], "How long does it take to fly to Tokyo?"),
    ([POLAND], "In which month did Russia close its mission to NATO?"),
    ([POLAND], "What did the French president say when he arrived?"),
    ([CURIE], "Which companies say that they will hire?"),
    ([CURIE], "What time is it in Sydney?"),
    ([CUP], "Are there any volcanoes in Iceland?"),
    ([CUP], "New topic: who wrote Middlemarch?"),
    ([CUP], "By the way, what does a barrel of oil cost?"),
    ([APPLE], "How much rice did Vietnam export this year?"),
    ([APPLE], "Why do leaves turn red in autumn?"),
    ([APPLE], "What did those who left Hong Kong take with them?"),
    ([FLOOD], "Which European countries have a monarch?"),
    ([FLOOD], "And who is the chancellor of Germany?"),
    ([SAID], "What does the word doctrine mean?"),
    ([SAID], "Who painted The Night Watch and where does it hang?"),
    ([MET], "How many countries signed the Paris agreement?"),
    ([MET], "What does Mary Barra think of electric cars?"),
    ([MET], "Where is the Louvre?"),
    ([MET], "How do bees find their way home?"),
    ([MET], "What is it like to live on Mars?"),
    ([MET], "Which airline said it would pay attendants for boarding?"),
    ([MET], "Why is the sky blue?"),
    ([MET], "who was jim thorpe and what did he do"),
    ([MET], "where does doctor strange get his powers from"),
    ([MET], "where does water go after it enters a storm drain"),
    ([MET], "Who was Kennedy's wife?"),
    ([MET], "How much did the first iPhone cost?"),
    ([MET], "When will the next solar eclipse be?"),
    ([MET], "How many articles are there?"),
    ([FLOOD], "Which articles are there?"),
]


def turns(history: list[tuple[str, str]]) -> list[Turn]:
    return [Turn(question, answer) for question, answer in history]


@pytest.mark.parametrize(
    ("history", "question", "holds", "lacks"), FOLLOW_UPS, ids=[c[1] for c in FOLLOW_UPS]
)
def test_a_follow_up_takes_the_names_it_points_at(
    history: list[tuple[str, str]], question: str, holds: list[str], lacks: list[str]
) -> None:
    made = make_standalone(question, turns(history), NOW).text
    assert [name for name in holds if name not in made] == [], made
    assert [name for name in lacks if name in made] == [], made


@pytest.mark.parametrize(("history", "question"), NEW_SUBJECTS, ids=[c[1] for c in NEW_SUBJECTS])
def test_a_new_subject_takes_nothing_along(history: list[tuple[str, str]], question: str) -> None:
    made = make_standalone(question, turns(history), NOW).text
    assert made.casefold() in question.casefold()
    assert len(made) > len(question) / 2


def test_there_are_enough_cases() -> None:
    assert len(FOLLOW_UPS) >= 40
    assert len(NEW_SUBJECTS) >= 20


def test_only_the_last_turns_are_read_and_little_of_each() -> None:
    long = [Turn(f"Who is number {n}?", "word " * 5_000) for n in range(50)]
    made = make_standalone("And why did that happen?", long, NOW).text
    assert "number 49" in made
    assert "number 45" not in made
    assert len(made) <= MOST_TURNS * 2 * MOST_CHARACTERS + 100


def test_the_marks_of_an_answer_are_not_taken_along() -> None:
    made = make_standalone(
        "Why?", [Turn("Who led the talks?", "Wendy Sherman led them. [1][2]")], NOW
    ).text
    assert "Sherman" in made
    assert "[1]" not in made


def test_the_rules_take_less_than_ten_milliseconds() -> None:
    history = turns([GENEVA, ("Who did she meet there?", "Sergei Ryabkov."), CALL, HOTEL])
    began = time.perf_counter()
    for _ in range(20):
        make_standalone("And where had he been two days earlier?", history, NOW)
    assert (time.perf_counter() - began) / 20 < 0.010


@given(
    st.text(max_size=200),
    st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=3),
)
def test_any_text_is_a_question_to_the_rules(question: str, history: list[tuple[str, str]]) -> None:
    made = make_standalone(question, turns(history), NOW).text
    assert isinstance(made, str)
    if not points_back(question) and not history:
        assert made == question


FARE = ("How much is the adult fare from Marwick to Skerry?", "It is 12.50.")
LINES = ("Compare the fares of the red line and the blue line.", "The red line is cheaper.")
DEPOT = ("Which port does a 1.x depot listen on?", "On port 7400.")
FERRY = ("When does the Atlantic ferry leave?", "It leaves at nine.")
TICKET = ("Was kostet eine Tageskarte für Erwachsene?", "Sie kostet 6,90 Euro.")
REPORT = ("Summarise the annual report.", "The year was good. Sales rose.")
SCONES = ("How do I make the cheese scones?", "Rub the butter into the flour.")
CAPTAIN = ("Who commands the Tern?", "Captain Aksel Brandt commands the Tern.")

FORMS: list[tuple[tuple[str, str], str, str, str | None]] = [
    (FARE, "as a table", FARE[0], "list"),
    (FARE, "Can you show me that as a table, please?", FARE[0], "list"),
    (LINES, "as a table", LINES[0], "comparison"),
    (FARE, "as a list", FARE[0], "list"),
    (SCONES, "Step by step, please.", SCONES[0], "how-to"),
    (FARE, "in one sentence please", FARE[0], "fact"),
    (FARE, "more detail", FARE[0], "why"),
    (FARE, "tell me more about it", FARE[0], "why"),
    (REPORT, "shorter", "Summarise the annual report, short.", "summary"),
    (REPORT, "In one sentence.", "Summarise the annual report, in one sentence.", "summary"),
    (REPORT, "Longer, please", "Summarise the annual report, in detail.", "summary"),
    (FARE, "which article says so?", FARE[0], "source"),
    (FARE, "Where does it say that?", FARE[0], "source"),
    (FARE, "Which document is that from?", FARE[0], "source"),
    (FARE, "What's the source?", FARE[0], "source"),
    (FARE, "Only from the Courier", f"{FARE[0][:-1]}, according to Courier?", None),
    (FARE, "And the others?", f"{FARE[0][:-1]}, and the others?", "list"),
    (TICKET, "Als Tabelle", TICKET[0], "list"),
    (TICKET, "Kürzer bitte.", TICKET[0], "fact"),
    (TICKET, "Welcher Artikel sagt das?", TICKET[0], "source"),
    (TICKET, "Wo steht das?", TICKET[0], "source"),
    (TICKET, "Und die anderen?", f"{TICKET[0][:-1]}, und die anderen?", "list"),
    # with a remark before or behind
    (FARE, "Interesting! Can you put all of it into a small table for me?", FARE[0], "list"),
    (FARE, "That is too much text. Say it in one sentence, please.", FARE[0], "fact"),
    (FARE, "Hm okay, which of my documents did you take that from?", FARE[0], "source"),
    (TICKET, "Alles klar. In welchem Artikel steht das, bitte?", TICKET[0], "source"),
    # by whom, of when, and whether it is so
    (FARE, "who wrote that?", FARE[0], "source"),
    (FARE, "And when was that published?", FARE[0], "source"),
    (TICKET, "Wer hat das geschrieben?", TICKET[0], "source"),
    (FARE, "sure?", FARE[0], "source"),
    (FARE, "Are you certain about that? It sounds dear.", FARE[0], "source"),
    (TICKET, "Bist du dir sicher?", TICKET[0], "source"),
    (
        FARE,
        "What about the other lines, can you give me those too?",
        f"{FARE[0][:-1]}, what about the other lines?",
        "list",
    ),
    (FARE, "I only want what was written in 2024", FARE[0], None),
    (FARE, "Only from 2024.", FARE[0], None),
    (
        FARE,
        "Only from the Courier: what does it cost with a dog?",
        "What does it cost with a dog (It is 12.50), according to Courier?",
        None,
    ),
]


@pytest.mark.parametrize(
    ("turn", "question", "text", "kind"), FORMS, ids=[f"{c[1]} {c[0][0][:6]}" for c in FORMS]
)
def test_a_turn_may_ask_for_the_last_answer_in_another_form(
    turn: tuple[str, str], question: str, text: str, kind: str | None
) -> None:
    made = make_standalone(question, turns([turn]), NOW)
    assert (made.text, made.kind) == (text, kind)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Can you say that again in German, please? My aunt reads no English.", "de"),
        ("auf Deutsch", "de"),
        ("Now in French", "fr"),
        ("as a list", ""),
    ],
)
def test_a_turn_may_ask_for_the_last_answer_in_another_language(
    question: str, language: str
) -> None:
    made = understand(question, turns([FARE]), now=NOW)
    assert (made.standalone, made.language) == (FARE[0], language)


def test_sure_alone_agrees_and_asks_nothing() -> None:
    assert understand("Sure.", turns([FARE]), now=NOW).kind == "small-talk"


@pytest.mark.parametrize(
    "question",
    [
        "What is the fare in German marks?",
        "Who wrote the timetable?",
        "Are you sure that dogs may ride on the ferry?",
        "Compare the fares of both lines as a table",
        "Which article mentions the pier?",
        "What are the main points of the treaty?",
        "Tell me more about the lighthouse of Oban",
        "Summarise the minutes of the last meeting",
    ],
)
def test_a_question_of_its_own_that_names_a_form_asks_no_other_again(question: str) -> None:
    assert make_standalone(question, turns([FARE]), NOW) == Completion(question)


EXCHANGES: list[tuple[tuple[str, str], str, str]] = [
    (
        ("How many hours of annual leave can be carried over?", "240 hours."),
        "and sick leave?",
        "How many hours of sick leave can be carried over?",
    ),
    (
        ("What does a ticket cost?", "Five euros."),
        "and a child ticket?",
        "What does a child ticket cost?",
    ),
    (DEPOT, "And 2.x?", "Which port does a 2.x depot listen on?"),
    (TICKET, "Und für Kinder?", "Was kostet eine Tageskarte für Kinder?"),
    (TICKET, "Danke! Und für Hunde?", "Was kostet eine Tageskarte für Hunde?"),
    (
        ("¿Cuánto cuesta el billete para un adulto?", "Cuesta 5 euros."),
        "¿Y para un niño?",
        "¿Cuánto cuesta el billete para un niño?",
    ),
    (
        TICKET,
        "Und was kostet es für Kinder?",
        "Was kostet eine Tageskarte für Kinder?",
    ),
    (
        ("What does version 4 of the rules pay for a night?", "40 euros."),
        "version 3?",
        "What does version 3 of the rules pay for a night?",
    ),
    (
        ("What does a single trip on the ferry cost?", "Nine euros."),
        "ten trips?",
        "What does ten trips on the ferry cost?",
    ),
    (
        ("How long do files stay in the bin?", "Ten days."),
        "in 3.1?",
        "How long do files stay in the bin in 3.1?",
    ),
    (
        ("What is new in version 4.1?", "A dark theme."),
        "I see. And what about version 4.2 then?",
        "What is new in version 4.2?",
    ),
    (
        ("Who spoke at the meeting of 3 March 2021?", "The mayor."),
        "Lovely. And who came to the one in April?",
        "Who spoke at the meeting in April?",
    ),
    (
        ("Wann fährt die Fähre?", "Die Fähre fährt am 3. Mai um neun."),
        "warum erst dann?",
        "Warum (Die Fähre fährt am 3. Mai um neun)?",
    ),
    (FARE, "And from Oban?", "How much is the adult fare from Oban to Skerry?"),
    (SCONES, "And the ones without egg?", "How do I make the cheese scones without egg?"),
    (CAPTAIN, "Where was she built?", "Where was the Tern built?"),
    (
        ("How tall is the mast of the red boat?", "Nine metres."),
        "And of its sister ship?",
        "How tall is the mast of the red boat’s sister ship?",
    ),
    (
        ("How many people were killed?", "Twelve people were killed by the storm."),
        "Who said that?",
        "Who said that: Twelve people were killed by the storm?",
    ),
]


@pytest.mark.parametrize(
    ("turn", "question", "text"), EXCHANGES, ids=[case[1] for case in EXCHANGES]
)
def test_an_item_is_exchanged_in_the_last_question(
    turn: tuple[str, str], question: str, text: str
) -> None:
    assert make_standalone(question, turns([turn]), NOW).text == text


class KindredWords:
    """An embedder to which two words of one group are the same."""

    name = "kindred"
    dimension = 3
    GROUPS = (("adult", "child"), ("atlantic", "baltic"))

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = [[float(text.casefold() in group) for group in self.GROUPS] for text in texts]
        return np.array([[*row, float(not any(row)) * 0.1] for row in rows], np.float32)


@pytest.mark.parametrize(
    ("turn", "question", "text"),
    [
        (FARE, "And for a child?", "How much is the child fare from Marwick to Skerry?"),
        (FERRY, "what about the Baltic one?", "When does the Baltic ferry leave?"),
        (FARE, "And with a dog?", "How much is the adult fare from Marwick to Skerry with a dog?"),
        (
            ("What does Atlantic Ferries take for the atlantic trip?", "Nine euros."),
            "and how about the baltic ones?",
            "What does Atlantic Ferries take for the baltic trip?",
        ),
    ],
)
def test_meaning_tells_which_word_a_new_item_stands_for(
    turn: tuple[str, str], question: str, text: str
) -> None:
    assert make_standalone(question, turns([turn]), NOW, KindredWords()).text == text


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("What kinds of volcanoes are there?", "What kinds of volcanoes are there?"),
        ("Who lives there?", "Who lives in Skerry Island?"),
    ],
)
def test_there_may_be_no_place(question: str, standalone: str) -> None:
    turns = [Turn("Where is Skerry Island?", "Skerry Island is in the north.")]
    assert understand(question, turns).standalone == standalone
