"""Every sentence is cited by code, from offsets; what nothing states is said to be unsupported."""

from __future__ import annotations

from pathlib import Path

import pytest
from evidence import evidence_for
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcebook.index import Document, Hit, Passage, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.rag import Citation
from sourcebook.rag.language.sentence import ParsedSentence
from sourcebook.rag.testing import HashEmbedder
from sourcebook.rag.verification import VerifiedDraft
from sourcebook.rag.verification.citations import verify

TALKS = make_document(
    "Wendy Sherman met Sergei Ryabkov in Geneva on Monday. Their talks lasted about eight hours. "
    "Thirty countries belong to the alliance. Nothing was agreed in the end.",
    title="Talks in Geneva",
)
SPOKESMAN = make_document(
    "Volodymyr Zelensky asked for a summit on Tuesday. His spokesman Sergiy Nykyforov welcomed "
    "the talks. Another paragraph follows here. More words follow after that one.",
    title="Kyiv welcomes support",
)
EMBEDDER = HashEmbedder()


def hits(*documents: Document) -> list[Hit]:
    return [Hit(p, d, 0.5) for d in documents for p in split_document(d)]


def check(draft: str, question: str, *documents: Document) -> VerifiedDraft:
    evidence = evidence_for(question, hits(*documents), EMBEDDER)
    return verify(draft, ParsedSentence(question), evidence, EMBEDDER)


def test_a_sentence_is_tied_to_the_sentence_that_states_it() -> None:
    verified = check("The talks lasted about eight hours.", "How long did the talks last?", TALKS)
    (sentence,) = verified.sentences
    assert sentence.supported
    assert verified.text == "The talks lasted about eight hours. [1]"
    assert verified.citations[0].quote == "Their talks lasted about eight hours."


def test_a_number_in_words_supports_the_same_number_in_digits() -> None:
    verified = check("The talks lasted about 8 hours.", "How long did the talks last?", TALKS)
    assert verified.sentences[0].supported


def test_a_number_that_no_source_states_is_named() -> None:
    verified = check("The talks lasted about nine hours.", "How long did the talks last?", TALKS)
    assert not verified.sentences[0].supported
    assert verified.sentences[0].unsupported == ("nine",)


def test_a_name_that_stands_far_from_what_is_said_of_it_does_not_vouch() -> None:
    letters = make_document(
        "John Sullivan carried a letter through snowy Kyiv. The city was quiet and the shops were "
        "shut. Nobody spoke to the press in the evening. Karen Donfried briefed the allies about "
        "her trip to Kyiv. Everybody listened for an hour.",
        title="A letter",
    )
    question = "Who briefed the allies about the trip to Kyiv?"
    wrong = check("John Sullivan briefed the allies about the trip to Kyiv.", question, letters)
    assert wrong.sentences[0].unsupported == ("John", "Sullivan")
    right = check("Karen Donfried briefed the allies about the trip to Kyiv.", question, letters)
    assert right.sentences[0].supported


def test_a_year_may_be_said_of_what_the_sentence_before_it_names() -> None:
    council = make_document(
        "The council of the two powers sat for four hours. It was the first session since 2019. "
        "Bread costs more than before. Nobody was hurt.",
        title="Council",
    )
    verified = check("The council last sat in 2019.", "When had the council last sat?", council)
    assert verified.sentences[0].supported
    assert "2019" in verified.citations[0].quote


def test_a_number_in_front_of_a_name_of_the_sentence_vouches() -> None:
    allies = make_document(
        "The 30 NATO countries confirmed on Friday that they stand together. Bread costs more.",
        title="Allies",
    )
    verified = check("NATO has 30 member states.", "how many member states does nato have", allies)
    assert verified.sentences[0].unsupported == ()


def test_a_number_said_of_something_else_does_not_vouch() -> None:
    verified = check("The talks lasted thirty hours.", "How long did the talks last?", TALKS)
    assert not verified.sentences[0].supported
    assert verified.sentences[0].unsupported == ("thirty",)


def test_a_number_of_the_same_unit_vouches_in_other_words() -> None:
    document = make_document(
        "Wendy Sherman saw Sergei Ryabkov in Geneva. Their discussions took about eight hours.",
        title="Eight hours in Geneva",
    )
    verified = check(
        "The talks between Wendy Sherman and Sergei Ryabkov in Geneva lasted about eight hours.",
        "How long did the talks between Sherman and Ryabkov in Geneva last?",
        document,
    )
    assert verified.citations[0].quote == "Their discussions took about eight hours."


def test_a_name_is_covered_by_a_second_source() -> None:
    verified = check(
        "The talks of Wendy Sherman lasted about eight hours.", "How long did they last?", TALKS
    )
    assert verified.sentences[0].supported
    assert [c.quote for c in verified.citations] == [
        "Their talks lasted about eight hours.",
        "Wendy Sherman met Sergei Ryabkov in Geneva on Monday.",
    ]


def test_what_was_said_of_somebody_else_is_no_answer() -> None:
    verified = check(
        "The name of Putin's spokesman is Sergiy Nykyforov.",
        "What is the name of Putin's spokesman?",
        SPOKESMAN,
    )
    assert not verified.sentences[0].supported
    assert "Putin" in verified.sentences[0].unsupported


GLACIERS = make_document(
    "Two thirds of the fresh water is frozen, instead of flowing. Glaciers are masses of ice that "
    "can take many forms. They have carved the land for ages. Ice sheets do not melt in winter.",
    title="Glaciers",
)


def test_a_denial_beside_the_source_denies_only_what_it_speaks_of() -> None:
    question = "Can glaciers form on Mars?"
    baseless = check("Glaciers cannot form on Mars.", question, GLACIERS)
    assert baseless.sentences[0].unsupported == ("cannot form",)
    told = check("Ice sheets do not melt in winter.", "Do ice sheets melt in winter?", GLACIERS)
    assert told.sentences[0].supported


VOLCANOES = make_document(
    "Composite volcanoes are grand sights and can grow to heights of 8,000 feet or more. Mount "
    "Rainier and Mount Baker are impressive composite volcanoes. Shield volcanoes are wide.",
    title="Kinds of volcanoes",
)


def test_what_is_said_of_a_sort_of_thing_is_not_said_of_one_of_them() -> None:
    question = "How high is Mount Rainier?"
    wrong = "Mount Rainier is a grand sight and can grow to heights of 8,000 feet or more."
    assert check(wrong, question, VOLCANOES).sentences[0].unsupported == ("8,000",)
    right = "Composite volcanoes can grow to heights of 8,000 feet or more."
    assert check(right, "How high are composite volcanoes?", VOLCANOES).sentences[0].supported


def test_the_thing_may_be_what_a_name_stands_for() -> None:
    rainier = make_document(
        "Mount Rainier stands in Washington. The mountain rises to a height of 14,410 feet.",
        title="Mount Rainier",
    )
    said = "Mount Rainier rises to a height of 14,410 feet."
    assert check(said, "How high is Mount Rainier?", rainier).sentences[0].supported


@pytest.mark.parametrize(
    ("draft", "is_right"),
    [("No, storage is not wanted.", True), ("Yes, storage is wanted.", False)],
)
def test_a_box_that_is_not_ticked_says_no(draft: str, is_right: bool) -> None:
    form = make_document(
        "Name of the boat: Sea Pink\n\nStorage in winter wanted: ☐\n\nMooring by the pier: ☒",
        title="Application for a mooring",
    )
    question = "Is storage in winter wanted?"
    assert check(draft, question, form).sentences[0].supported is is_right


def test_a_label_with_its_value_is_no_sort_of_thing() -> None:
    form = make_document(
        "Name of the boat: Sea Pink\n\nLength over all (m): 9.35\n\nBeam (m): 3.10",
        title="Application for a mooring",
    )
    said = "Sea Pink is 9.35 m long."
    assert check(said, "How long is Sea Pink?", form).sentences[0].supported


def test_what_an_article_names_throughout_need_not_stand_beside_its_figures() -> None:
    museum = make_document(
        "Welcome to the Harrow Clock Museum. The Harrow Clock Museum stands in Tanner Street. "
        "Friends of the Harrow Clock Museum meet in May. Dogs wait outside in the yard. "
        "Lockers take a coin of one pound. A ticket for a family is £21.50.",
        title="Visit us",
    )
    said = "A family ticket for the Harrow Clock Museum costs £21.50."
    question = "How much is a family ticket for the Harrow Clock Museum?"
    assert check(said, question, museum).sentences[0].supported


STORES = make_document(
    "The program writes to these stores by itself:\n\n- Local folder\n- OpenStack Swift\n"
    "- Google Cloud Storage\n\nWhat kinds of other places there are is told elsewhere.",
    title="Stores",
    media_type="text/markdown",
)


@pytest.mark.parametrize("item", ["Local folder", "OpenStack Swift", "Google Cloud Storage"])
def test_an_item_in_the_words_of_a_list_needs_no_words_of_the_question(item: str) -> None:
    question = "Which kinds of places can it write to, please name them?"
    assert check(item, question, STORES).sentences[0].supported


def test_the_parts_of_an_address_say_nothing(tmp_path: Path) -> None:
    file = tmp_path / "minutes.md"
    file.write_text(
        "# Minutes\n\n## Acceptance of the last minutes\n\n"
        "* https://www.example.org/members-came/AGM/2024/\n* Proposed by James.\n"
    )
    (minutes,) = [d for d in read_source(Source.file(file)) if isinstance(d, Document)]
    verified = check("Members came to the 2024 AGM.", "Who came to the AGM?", minutes)
    assert not verified.sentences[0].supported
    assert all("example.org" not in citation.quote for citation in verified.citations)


def test_the_marks_of_the_model_are_ignored() -> None:
    verified = check("The talks lasted about eight hours [7] [12].", "How long?", TALKS)
    assert "[7]" not in verified.text
    assert verified.text.endswith("hours. [1]")


def test_a_sentence_cited_twice_has_one_number() -> None:
    verified = check(
        "The talks lasted about eight hours. Their talks lasted eight hours.", "How long?", TALKS
    )
    assert len(verified.citations) == 1
    assert [s.citations for s in verified.sentences] == [(1,), (1,)]


def test_a_draft_without_evidence_is_unsupported() -> None:
    verified = verify("It lasted eight hours.", ParsedSentence("How long?"), [], EMBEDDER)
    assert verified.citations == ()
    assert not verified.sentences[0].supported


ANY_DRAFT = st.text(max_size=300) | st.lists(
    st.sampled_from(["Sherman met Ryabkov. ", "Eight hours! ", "[1]", " [2] ", "“Yes.” ", "\n"])
).map("".join)


@settings(max_examples=60, deadline=None)
@given(ANY_DRAFT, st.text(max_size=400))
def test_offsets_hold_for_any_draft_and_any_article(draft: str, article: str) -> None:
    document = make_document(article + "\n\n" + TALKS.text)
    verified = check(draft, "How long did the talks last?", document)
    for sentence in verified.sentences:
        assert verified.text[sentence.start : sentence.end] == sentence.text
        assert 0 <= sentence.support <= 1
        assert set(sentence.citations) <= {c.number for c in verified.citations}
    for citation in verified.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote


@given(st.integers(-3, 60), st.integers(-3, 60), st.text(max_size=20))
def test_a_citation_cannot_be_malformed(start: int, end: int, quote: str) -> None:
    stands = bool(quote) and TALKS.text[start:end] == quote
    if stands:
        Citation(1, TALKS, "p", quote, start, end)
    else:
        with pytest.raises(ValueError, match="does not stand"):
            Citation(1, TALKS, "p", quote, start, end)


def test_evidence_stands_in_its_document_and_holds_the_answer() -> None:
    found = evidence_for("How long did the talks last?", hits(TALKS, SPOKESMAN), EMBEDDER)
    assert "Their talks lasted about eight hours." in [item.text for item in found[:2]]
    for item in found:
        assert item.document.text[item.start : item.end] == item.text


def test_the_same_sentence_in_two_articles_is_taken_once() -> None:
    copy = make_document(TALKS.text, title="Another outlet", path="b")
    found = evidence_for("How long did the talks last?", hits(TALKS, copy), EMBEDDER)
    assert len({item.text for item in found}) == len(found)


def test_no_passage_gives_no_evidence() -> None:
    assert evidence_for("How long?", [], EMBEDDER) == []
    passage = Passage("p", TALKS.id, "Hm.", 0, 3)
    assert evidence_for("How long?", [Hit(passage, TALKS, 0.5)], EMBEDDER) == []
