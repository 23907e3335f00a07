"""A citation names the other articles that say the same, and only those."""

from __future__ import annotations

import pytest
from evidence import evidence_for
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcebook.index import Document, Hit, Library, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.rag import Chatbot
from sourcebook.rag.answer import OtherSource
from sourcebook.rag.language.sentence import ParsedSentence
from sourcebook.rag.testing import HashEmbedder, ScriptedModel
from sourcebook.rag.verification import VerifiedDraft
from sourcebook.rag.verification.citations import verify

EMBEDDER = HashEmbedder()
QUESTION = "How long did the talks of Sherman and Ryabkov in Geneva last?"
FACT = "The talks of Sherman and Ryabkov in Geneva lasted about eight hours on Monday."


def article(text: str, name: str, source: str | None = None) -> Document:
    return make_document(f"{text} Something else was said by {name}.", path=name, source=source)


def verified(*documents: Document, draft: str = FACT, question: str = QUESTION) -> VerifiedDraft:
    hits = [Hit(passage, d, 0.5) for d in documents for passage in split_document(d)]
    evidence = evidence_for(question, hits, EMBEDDER)
    return verify(draft, ParsedSentence(question), evidence, EMBEDDER, hits)


def others(found: VerifiedDraft) -> list[str | None]:
    return [source.document.path for citation in found.citations for source in citation.also]


def test_the_same_wording_in_another_article_is_named_though_the_model_read_it_once() -> None:
    found = verified(article(FACT, "a"), article(FACT, "b"), article(FACT.upper(), "c"))
    assert len(found.citations) == 1
    assert sorted(str(path) for path in others(found)) == ["b", "c"]


def test_the_same_in_nearly_the_same_words_is_named() -> None:
    near = "On Monday the talks of Sherman and Ryabkov in Geneva lasted for about 8 hours."
    found = verified(article(FACT, "a"), article(near, "b"))
    cited = {citation.document.path for citation in found.citations}
    assert cited | set(others(found)) == {"a", "b"}
    assert len(others(found)) == 1


@pytest.mark.parametrize(
    "other",
    [
        "The talks of Sherman and Ryabkov in Geneva lasted about seven hours on Monday.",
        "The talks of Sherman and Lavrov in Geneva lasted about eight hours on Monday.",
        "The talks of Sherman and Ryabkov in Geneva lasted about eight hours on Tuesday.",
        "The talks of Sherman and Ryabkov in Geneva never lasted about eight hours on Monday.",
        "Bread in Geneva costs eight francs on Monday, said Sherman and Ryabkov of the bakers.",
    ],
)
def test_what_says_something_else_is_not_named(other: str) -> None:
    found = verified(article(FACT, "a"), article(other, "b"))
    assert [c.document.path for c in found.citations] == ["a"]
    assert others(found) == []


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("Nearly", "More than", False),
        ("No more than", "More than", False),
        ("No more than", "At most", True),
        ("No less than", "Less than", False),
        ("No fewer than", "At least", True),
        ("Up to", "Not under", False),
        ("Nearly", "About", True),
    ],
)
def test_the_same_number_is_another_claim_with_the_opposite_bound(
    one: str, other: str, agree: bool
) -> None:
    fact = "100,000 soldiers of Russia are massed near the border of Ukraine, Blinken said."
    documents = [article(f"{bound} {fact}", name) for bound, name in ((one, "a"), (other, "b"))]
    question = "How many soldiers of Russia are near the border of Ukraine?"
    found = verified(*documents, draft=f"{one} {fact}", question=question)
    assert [c.document.path for c in found.citations] == ["a"]
    assert others(found) == (["b"] if agree else [])


def test_a_second_copy_of_an_article_is_no_second_report() -> None:
    copy = [make_document(FACT, path=path, source="Courier") for path in ("a", "b")]
    assert others(verified(*copy)) == []
    wire = [make_document(FACT, path=path, source=path) for path in ("a", "b")]
    assert len(others(verified(*wire))) == 1


def test_an_unsupported_sentence_is_reported_by_nobody() -> None:
    wrong = FACT.replace("eight", "ninety")
    assert others(verified(article(FACT, "a"), article(FACT, "b"), draft=wrong)) == []


def test_one_article_is_named_once_however_often_it_says_it() -> None:
    twice = make_document(f"{FACT} Nothing more. {FACT}", path="b")
    assert others(verified(article(FACT, "a"), twice)) in (["b"], ["a"])


def test_a_chatbot_names_them_and_json_carries_them(library: Library) -> None:
    library.add_documents([article(FACT, "a", "One"), article(FACT, "b", "Two")])
    answer = Chatbot(library, model=ScriptedModel(FACT, log_odds=9.0)).ask(QUESTION)
    (also,) = answer.to_dict()["citations"][0]["also"]
    assert also["quote"] == FACT
    assert {also["document"]["source"], answer.citations[0].document.source} == {"One", "Two"}


TEXTS = st.lists(
    st.sampled_from([FACT, FACT.upper(), "Nobody gave way. ", "Eight hours it was, on Monday. "]),
    max_size=4,
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), st.text(max_size=60))
def test_every_source_stands_in_its_document(texts: list[str], more: str) -> None:
    documents = [make_document(text + more, path=str(n)) for n, text in enumerate(texts)]
    for citation in verified(*documents).citations:
        named = [citation.document.id, *(source.document.id for source in citation.also)]
        assert len(set(named)) == len(named)
        for source in citation.also:
            assert source.document.text[source.start : source.end] == source.quote


def test_a_source_cannot_be_malformed() -> None:
    document = article(FACT, "a")
    with pytest.raises(ValueError, match="does not stand"):
        OtherSource(document, "p", "Bread", 0, 5)
