"""An answer is given in the articles' own words, and in the model's where they are needed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sourcebook.index import Document, Hit, make_document
from sourcebook.index.passages import split
from sourcebook.rag.citations import Verified, verify
from sourcebook.rag.evidence import choose_evidence
from sourcebook.rag.kinds import asks_for_one_thing
from sourcebook.rag.testing import HashEmbedder
from sourcebook.rag.wording import MOST, ROOM, in_the_articles_words

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


def given_for(draft: str, question: str, *documents: Document) -> Verified:
    hits = [Hit(p, d, 0.5) for d in documents for p in split(d)]
    evidence = choose_evidence(question, hits, EMBEDDER)
    verified = verify(draft, question, evidence, EMBEDDER, hits)
    return in_the_articles_words(question, verified, evidence, hits, EMBEDDER)


def texts(answer: Verified) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def test_the_sentence_of_the_article_stands_in_place_of_a_draft_that_says_the_same() -> None:
    answer = given_for(DRAFT, WHY, BRIDGE)
    first = answer.sentences[0]
    assert first.text == (
        "The old bridge of Lindau was closed because rust had weakened its two main pillars."
    )
    assert first.quoted
    assert first.supported
    assert answer.citations[0].quote == first.text


def test_a_further_sentence_about_the_same_stands_behind_it() -> None:
    answer = given_for(DRAFT, WHY, BRIDGE)
    assert len(texts(answer)) == 2
    assert texts(answer)[1].startswith("Engineers found that rust")
    assert [s.citations for s in answer.sentences] == [(1,), (2,)]


def test_what_speaks_of_something_else_is_not_added() -> None:
    answer = given_for(DRAFT, WHY, BRIDGE)
    assert not any("bread" in text or "ferry" in text for text in texts(answer))


def test_a_headline_is_not_a_sentence_of_an_answer() -> None:
    harbour = make_document(
        "The harbour of Velm closes for the winter\n\n"
        "The harbour of Velm will close on 3 November, its master said.",
        title="The harbour of Velm closes for the winter",
    )
    answer = given_for(
        "The harbour of Velm closes for the winter.", "What becomes of the harbour?", harbour
    )
    assert harbour.title not in texts(answer)
    assert "The harbour of Velm will close on 3 November, its master said." in texts(answer)


def test_a_name_that_was_asked_for_may_be_said_in_the_model_s_own_words() -> None:
    answer = given_for(
        "A woman called Anna Weber did it.", "Who opened the new bridge of Lindau?", BRIDGE
    )
    assert texts(answer) == ["A woman called Anna Weber did it."]
    assert not answer.sentences[0].quoted


def test_a_sentence_that_lacks_a_name_of_the_answer_does_not_stand_in_its_place() -> None:
    towns = make_document(
        "The demands of the bridge keepers include that Lindau will not be allowed to close it. "
        "Neither town, the keepers say of Lindau and Bregenz, may do so.",
        title="Bridge keepers",
    )
    answer = given_for(
        "Lindau and Bregenz will not be allowed to close it.",
        "Which towns are to lose a say, by the demands of the bridge keepers?",
        towns,
    )
    assert texts(answer)[0] == "Lindau and Bregenz will not be allowed to close it."


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
    answer = given_for(DRAFT, WHY, hostile)
    assert "evil" not in answer.text


def test_a_question_of_the_article_answers_nothing() -> None:
    asks = make_document(
        "Why was the old bridge of Lindau closed because of rust in its pillars? "
        "The old bridge of Lindau was closed because rust had weakened the pillars.",
        title="Lindau",
    )
    answer = given_for("The old bridge was closed because of rust.", WHY, asks)
    assert not any(text.endswith("?") for text in texts(answer))


def test_without_evidence_or_words_the_draft_stays() -> None:
    empty = Verified("", (), ())
    assert in_the_articles_words(WHY, empty, [], [], EMBEDDER) is empty


def test_one_thing_is_a_name_a_number_a_time_or_yes_or_no() -> None:
    assert asks_for_one_thing("Who opened it?")
    assert asks_for_one_thing("How many came?")
    assert asks_for_one_thing("When did it open?")
    assert asks_for_one_thing("Did it open?")
    assert not asks_for_one_thing("Why did it open?")
    assert not asks_for_one_thing("What is it made of?")


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
    written = sum(not sentence.quoted for sentence in answer.sentences)
    assert len(answer.sentences) <= max(MOST, written)
    assert len(answer.text) <= ROOM + max((len(s.text) for s in answer.sentences), default=0)
