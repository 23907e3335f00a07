"""What says the same is one hit; what stands around it can be asked for; languages limit."""

from __future__ import annotations

import pytest

from sourcebook.index import Filters, Library, make_document
from sourcebook.index.finding.fusion import RankSignals, probability_of

REPORT = "The ferry of Skerry was late for nine hours after the gale had torn its mooring."


def test_twins_are_one_hit_that_names_the_others(library: Library) -> None:
    library.add_documents(
        [
            make_document(REPORT, title="Gale", path="a"),
            make_document(f"{REPORT} More follows.", title="Gale in town", path="b"),
            make_document("A ferry is a boat, said the mayor.", title="Boats", path="c"),
        ]
    )
    hits = library.search("ferry of Skerry late", distinct=True)
    assert len(library.search("ferry of Skerry late")) == 3
    assert [len(hit.twins) for hit in hits] == [1, 0]
    documents = {hits[0].document.path, library.document(hits[0].twins[0].document_id).path}
    assert documents == {"a", "b"}
    assert len(library.search("ferry of Skerry late", 1, distinct=True)) == 1


def test_neighbours_are_the_passages_beside_one(library: Library) -> None:
    text = "\n\n".join(f"Part {number}. " + f"word{number} " * 140 for number in range(4))
    (document_id,) = library.add_documents([make_document(text, path="a")]).added
    passages = library.passages(document_id)
    assert len(passages) >= 4
    before, after = library.neighbours(passages[1], 2)
    assert before == (passages[0],)
    assert after == tuple(passages[2:4])
    assert library.neighbours(passages[1], 0) == ((), ())


def test_a_language_limits_a_search(library: Library) -> None:
    for language in ("en", "pt-BR", None):
        document = make_document(f"A ferry {language}.", path=str(language), language=language)
        library.add_documents([document])
    stored = {d.path: d.language for d in library.documents()}
    hits = library.search("ferry", filters=Filters(languages=frozenset({"pt"})))
    expected = {path for path, language in stored.items() if (language or "")[:2] == "pt"}
    assert {hit.document.path for hit in hits} == expected
    assert "pt-BR" in expected


def test_probability_rises_with_what_speaks_for_a_passage(library: Library) -> None:
    low, high = RankSignals(1, 0.2, 0.0, part=0.2), RankSignals(2, 0.7, 9.0, part=0.8, near=1.0)
    assert probability_of(low) == pytest.approx(0.0, abs=0.01)
    assert probability_of(high) == pytest.approx(1.0, abs=0.03)
    assert probability_of(RankSignals(3, 0.9, 9.0, near=1.0)) is None
