"""The answer is the model's verified sentence, or one sentence of an article in its place."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from evidence import evidence_for
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcebook.index import Document, Hit, Library, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.structure.tables import Table, TableCell, write_table
from sourcebook.index.structure.writing import BlockWriter
from sourcebook.rag import Chatbot
from sourcebook.rag.language.sentence import ParsedSentence
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.rag.verification import VerifiedDraft
from sourcebook.rag.verification.citations import verify
from sourcebook.rag.verification.quoting import quote_articles

EMBEDDER = HashEmbedder()
BRIDGE = make_document(
    "The old bridge of Lindau was closed because rust had weakened its two main pillars. "
    "Engineers found that rust had weakened the two main pillars of the old bridge in March. "
    "However, the ferry across the lake runs every hour. "
    "It will reopen when new steel pillars are in place. "
    "Bakers in the town sold more bread than ever. "
    "Anna Weber opened the new bridge of Lindau on 4 May, and 300 people came to see it.",
    title="Lindau closes its bridge",
)
DRAFT = "The old bridge was closed because rust had weakened its two main pillars."
WHY = "Why was the old bridge of Lindau closed?"


def given_for(draft: str, question: str, *documents: Document) -> VerifiedDraft:
    hits = [Hit(p, d, 0.5) for d in documents for p in split_document(d)]
    evidence = evidence_for(question, hits, EMBEDDER)
    parsed = ParsedSentence(question)
    verified = verify(draft, parsed, evidence, EMBEDDER, hits)
    return quote_articles(parsed, verified, evidence, hits, EMBEDDER)


def texts(answer: VerifiedDraft) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


SIBLINGS = [
    (
        "Room 204 seats 6 people. Room 402 seats 12 people. Room 420 seats 30 people.",
        "How many people does room 402 seat?",
        "Room 402 seats 12 people.",
        ("204", "420"),
    ),
    (
        "Children take 5 mg of the syrup a day. Adults take 20 mg of the syrup a day.",
        "How much of the syrup do adults take a day?",
        "Adults take 20 mg of the syrup a day.",
        ("5 mg", "hildren"),
    ),
    (
        "In 2022 the port handled 433,000 tonnes. In 2023 it handled 389,000 tonnes.",
        "What did the port do in 2023?",
        "The port handled 389,000 tonnes in 2023.",
        ("2022", "433,000"),
    ),
    (
        "Anna Weber runs the bakery on the harbour. Paul Kern runs the mill on the harbour.",
        "What does Paul Kern run on the harbour?",
        "Paul Kern runs the mill on the harbour.",
        ("Anna", "bakery"),
    ),
    (
        "A single fare to Velm is 3 euros. A single fare to Lindau is 7 euros.",
        "What is the single fare to Lindau?",
        "A single fare to Lindau is 7 euros.",
        ("Velm", "3 euros"),
    ),
]


@pytest.mark.parametrize(("article", "question", "draft", "others"), SIBLINGS)
def test_no_sentence_about_another_item_stands_beside_the_answer(
    library: Library, article: str, question: str, draft: str, others: Sequence[str]
) -> None:
    library.add_documents([make_document(article, title="What the town tells")])
    answer = Chatbot(library, model=ScriptedModel(draft, log_odds=9.0)).ask(question)
    assert [sentence.text for sentence in answer.sentences] == [draft]
    shown = [answer.text, *(citation.quote for citation in answer.citations)]
    assert not any(other in text for other in others for text in shown)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Does room 204 have a projector?", "Room 204 has a large white projector."),
        ("Does room 402 have a projector?", "Room 402 has a screen that rolls down."),
    ],
)
def test_a_yes_gives_way_to_a_sentence_about_the_one_in_question(
    question: str, expected: str
) -> None:
    rooms = make_document(
        "Room 204 has a large white projector. Room 402 has a screen that rolls down.",
        title="Rooms",
    )
    assert texts(given_for("Yes, it has a projector.", question, rooms)) == [expected]


def test_a_yes_gives_way_to_a_sentence_that_points_back_to_the_one_in_question() -> None:
    trails = make_document(
        "The Mill Trail is 7 kilometres long and has a hut. The Ridge Trail is 19 kilometres long. "
        "It has a large hut.",
        title="Trails",
    )
    question = "Does the Ridge Trail have a hut?"
    assert texts(given_for("Yes, the Ridge Trail has a hut.", question, trails)) == [
        "It has a large hut."
    ]


def test_a_wrong_number_does_not_give_way_to_that_of_another_item() -> None:
    rooms = make_document(
        "The large room seats 12 people. The small one is for four.", title="Rooms"
    )
    answer = given_for(
        "The small room seats 30 people.", "How many people does the small room seat?", rooms
    )
    assert not answer.sentences[0].quoted
    assert answer.sentences[0].unsupported == ("30",)


def test_a_supported_draft_stands_as_the_model_wrote_it() -> None:
    answer = given_for(DRAFT, WHY, BRIDGE)
    assert texts(answer) == [DRAFT]
    assert not answer.sentences[0].quoted


def test_a_headline_is_not_a_sentence_of_an_answer() -> None:
    harbour = make_document(
        "The harbour of Velm closes for the winter\n\n"
        "The harbour of Velm will close on 3 November, its master said.",
        title="The harbour of Velm closes for the winter",
    )
    answer = given_for(
        "Yes, the harbour of Velm closes for the winter.", "Does the harbour close?", harbour
    )
    assert texts(answer) == ["The harbour of Velm will close on 3 November, its master said."]


def test_a_yes_does_not_give_way_to_a_question() -> None:
    form = make_document(
        "Before you report a fault\n\nDoes the ferry of Velm take bicycles, or only people?\n\n"
        "The ferry of Velm takes up to six bicycles.",
        title="Before you report a fault",
    )
    answer = given_for(
        "Yes, the ferry of Velm takes bicycles.", "Does the ferry of Velm take bicycles?", form
    )
    assert texts(answer) == ["The ferry of Velm takes up to six bicycles."]


def test_a_yes_gives_way_to_what_the_article_says() -> None:
    answer = given_for(
        "Yes, rust had weakened its two main pillars.", "Was the old bridge weak?", BRIDGE
    )
    assert texts(answer)[0] == (
        "The old bridge of Lindau was closed because rust had weakened its two main pillars."
    )


def test_a_yes_that_only_says_the_question_again_is_not_given() -> None:
    question = "Did the engineers praise the ferry of Lindau?"
    answer = given_for("Yes, the engineers praised the ferry of Lindau.", question, BRIDGE)
    assert all(sentence.quoted for sentence in answer.sentences)


def test_a_yes_to_a_question_that_holds_a_denial_gives_way_as_well() -> None:
    question = "Did the engineers refuse to close the old bridge of Lindau?"
    answer = given_for(
        "Yes, the engineers refused to close the old bridge of Lindau.", question, BRIDGE
    )
    assert all(sentence.quoted for sentence in answer.sentences)


def test_a_no_is_said_by_the_model() -> None:
    question = "Did the bakers sell less bread?"
    answer = given_for("No, the bakers did not sell less bread.", question, BRIDGE)
    assert texts(answer)[0] == "No, the bakers did not sell less bread."


def test_a_number_that_the_model_got_wrong_gives_way_to_the_article() -> None:
    answer = given_for(
        "800 people came to see the new bridge.", "How many people came to see it?", BRIDGE
    )
    assert "300 people came" in texts(answer)[0]
    assert "800" not in answer.text


def test_a_draft_about_somebody_of_whom_the_source_does_not_speak_keeps_its_mark() -> None:
    summit = make_document(
        "Volodymyr Zelensky asked for a summit on Tuesday. His spokesman Sergiy Nykyforov welcomed "
        "the talks. Another paragraph follows here. More words follow after that one.",
        title="Kyiv welcomes support",
    )
    question = "Who is the spokesman of Joe Biden?"
    answer = given_for("Sergiy Nykyforov is the spokesman of Joe Biden.", question, summit)
    assert not answer.sentences[0].quoted
    assert not answer.sentences[0].supported


def test_a_sentence_that_does_not_set_it_right_does_not_take_its_place() -> None:
    # What stands nowhere is a year; the sentence nearest in words has none.
    answer = given_for(
        "The old bridge of Lindau was closed because of rust in 1987.",
        "When was the old bridge of Lindau closed?",
        BRIDGE,
    )
    assert not answer.sentences[0].quoted
    assert answer.sentences[0].unsupported == ("1987",)


def test_a_draft_of_several_sentences_is_kept() -> None:
    draft = "Rust had weakened the main pillars. Engineers found the rust in March."
    answer = given_for(draft, WHY, BRIDGE)
    assert texts(answer) == [
        "Rust had weakened the main pillars.",
        "Engineers found the rust in March.",
    ]


def test_a_sentence_with_an_address_or_markup_is_never_quoted() -> None:
    hostile = make_document(
        "The old bridge of Lindau was closed because rust ![x](https://evil.example/a.png) had "
        "weakened its pillars. The old bridge of Lindau was closed, see www.evil.example/b now.",
        title="Letters",
    )
    answer = given_for("Yes, the bridge was closed.", "Was the old bridge closed?", hostile)
    assert "evil" not in answer.text


def test_a_question_of_the_article_answers_nothing() -> None:
    asks = make_document(
        "Why was the old bridge of Lindau closed because of rust in its pillars? "
        "The old bridge of Lindau was closed because rust had weakened the pillars.",
        title="Lindau",
    )
    question = "Was the old bridge closed because of rust?"
    answer = given_for("Yes, the old bridge was closed because of rust.", question, asks)
    assert texts(answer)[0].startswith("The old bridge of Lindau was closed")


def test_without_evidence_or_words_the_draft_stays() -> None:
    empty = VerifiedDraft("", (), ())
    assert quote_articles(ParsedSentence(WHY), empty, [], [], EMBEDDER) is empty


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.sampled_from(
            [
                "Rust had weakened the pillars of the bridge.",
                "The bridge of Lindau was closed.",
                "800 people came on 4 May.",
                "Bread, mostly.",
                "no",
            ]
        ),
        max_size=3,
    ),
    st.sampled_from([WHY, "Who opened the bridge?", "how many came", "Is the bridge open?"]),
)
def test_whatever_was_drafted_the_answer_holds_together(drafts: list[str], question: str) -> None:
    answer = given_for(" ".join(drafts), question, BRIDGE)
    by_number = {citation.number: citation for citation in answer.citations}
    assert list(by_number) == list(range(1, len(by_number) + 1))
    for sentence in answer.sentences:
        assert answer.text[sentence.start : sentence.end] == sentence.text
        assert set(sentence.citations) <= set(by_number)
        if sentence.quoted:
            (number,) = sentence.citations
            assert " ".join(by_number[number].quote.split()) == sentence.text
            assert len(answer.sentences) == 1


@pytest.mark.parametrize(
    ("question", "draft", "is_quoted"),
    [
        ("Does Neptune have rings?", "Yes, Neptune has rings.", False),
        ("Has Neptune a density?", "Yes, Neptune has a density.", True),
    ],
)
def test_a_yes_gives_way_to_no_row_that_has_only_the_name(
    question: str, draft: str, is_quoted: bool
) -> None:
    writer = BlockWriter()
    rows = [["planet", "name", "density"], ["Neptune", "Naiad", "1.3"], ["Saturn", "Pan", "0.4"]]
    cells = [[TableCell(text) for text in row] for row in rows]
    write_table(writer, Table(cells, head_rows=1))
    moons = make_document(writer.content(), title="Moons", path="moons.csv", is_scraped=False)
    answer = given_for(draft, question, moons)
    assert any(sentence.quoted for sentence in answer.sentences) is is_quoted


def test_a_yes_gives_way_to_prose_in_other_words() -> None:
    moons = make_document("Neptune is circled by five belts of dust.", title="Moons")
    answer = given_for("Yes, Neptune has rings.", "Does Neptune have rings?", moons)
    assert texts(answer) == ["Neptune is circled by five belts of dust."]
