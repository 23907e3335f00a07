"""The worlds: their questions have their form, and what they cite stands in their documents."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from worlds import FOLDER, Half, choose, load_half, load_other, world_names, write_documents

from sourcebook.eval.metrics.kinds import KIND_ORDER
from sourcebook.eval.questions import EvalQuestion, GoldLocator
from sourcebook.index import Library
from sourcebook.rag.testing import HashEmbedder

WORLDS = ("kitchen", "manual", "nachrichten", "reports", "rules", "science")
OTHERS = ("other_language.jsonl", "follow_ups.jsonl")
HALVES: tuple[Half, ...] = ("building", "unseen")
KINDS = {
    "fact": 4,
    "how-to": 4,
    "list": 4,
    "comparison": 3,
    "summary": 3,
    "why": 3,
    "yes-no": 3,
    "table": 4,
    "library": 3,
    "follow-up": 3,
    "small-talk": 2,
    "none": 4,
}
HARD_KINDS = ("comparison", "summary", "table", "yes-no", "why", "list")


def questions(world: str) -> list[EvalQuestion]:
    return [q for half in HALVES for q in load_half(world, half).questions]


def every_question(world: str) -> list[EvalQuestion]:
    more = load_other(FOLDER / "superlatives.jsonl").get(world)
    fresh = load_half(world, "fresh").questions
    return [*questions(world), *fresh, *(more.questions if more else ())]


def test_there_are_six_worlds_of_forty_questions() -> None:
    assert tuple(world_names()) == WORLDS
    assert {world: len(questions(world)) for world in WORLDS} == dict.fromkeys(WORLDS, 40)


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_asks_for_every_kind_in_both_halves(world: str) -> None:
    assert Counter(q.kind for q in questions(world)) == KINDS
    assert tuple(KINDS) == KIND_ORDER
    for half in HALVES:
        counts = Counter(q.kind for q in load_half(world, half).questions)
        uneven = {k: n for k, n in counts.items() if abs(n - KINDS[k] / 2) > 1 / 2}
        assert (half, uneven) == (half, {})
        assert counts.total() == 20
    ids = [q.id for q in questions(world)]
    assert len(set(ids)) == 40


@pytest.mark.parametrize("world", WORLDS)
def test_the_third_set_asks_twice_for_each_hard_kind_and_has_an_answer_to_each(world: str) -> None:
    fresh = load_half(world, "fresh").questions
    assert Counter(q.kind for q in fresh) == dict.fromkeys(HARD_KINDS, 2)
    assert [q.id for q in fresh] == [f"{world}-f{n:02d}" for n in range(1, 13)]
    assert [q.id for q in fresh if not q.answerable] == []
    assert [q.id for q in fresh if q.kind == "summary" and not 3 <= len(q.points) <= 5] == []


@pytest.mark.parametrize("world", WORLDS)
def test_no_question_of_the_third_set_was_asked_before(world: str) -> None:
    before = {" ".join(q.text.casefold().split()) for q in questions(world)}
    fresh = load_half(world, "fresh").questions
    assert [q.id for q in fresh if " ".join(q.text.casefold().split()) in before] == []


@pytest.mark.parametrize("world", WORLDS)
def test_kinds_and_gold_go_together(world: str) -> None:
    """Only ids are compared, so that a failure does not print an unseen question."""
    asked = every_question(world)
    assert [q.id for q in asked if q.answerable == (q.kind == "none")] == []
    assert [q.id for q in asked if bool(q.history) != (q.kind == "follow-up")] == []
    empty = {"small-talk", "none"}
    assert [q.id for q in asked if bool(q.points) == (q.kind in empty)] == []
    without = empty | {"library"}
    assert [q.id for q in asked if not q.evidence and q.kind not in without] == []


@pytest.mark.parametrize("world", WORLDS)
def test_its_own_evidence_makes_no_answer_wrong(world: str) -> None:
    """What is forbidden is no alternative of a point."""
    both = [
        q.id
        for q in every_question(world)
        if any(q.find_points(one).forbidden for group in q.points for one in group)
    ]
    assert both == []


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_every_quote_stands_in_the_documents_as_they_are_read(world: str, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    write_documents(world, documents)
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        report = library.add(documents)
        assert [skipped.location for skipped in report.skipped] == []
        locator = GoldLocator(library)
        others = [load_other(FOLDER / name).get(world) for name in OTHERS]
        asked = [*every_question(world), *(q for o in others if o for q in o.questions)]
        missing = {
            q.id: len(lines)
            for q in asked
            if (lines := locator.locate(q).missing) and not _is_in_front_matter(q, documents)
        }
    assert missing == {}


def _is_in_front_matter(question: EvalQuestion, documents: Path) -> bool:
    """Whether the quotes about the library itself stand in the files: author, date."""
    return question.kind == "library" and all(
        e.quote in (documents / e.document).read_text(encoding="utf-8") for e in question.evidence
    )


def test_a_choice_keeps_kinds_and_spreads_its_limit() -> None:
    half = load_half("manual", "building")
    lists = choose(half, ["list", "none"], None)
    assert {q.kind for q in lists.questions} == {"list", "none"}
    assert len(lists.questions) == 4
    assert len(choose(half, [], 5).questions) == 5
    assert {q.kind for q in choose(half, [], None).questions} == set(KIND_ORDER)


def test_questions_in_other_languages_find_their_world() -> None:
    by_world = load_other(FOLDER / "other_language.jsonl")
    assert sum(len(s.questions) for s in by_world.values()) == 40
    assert "nachrichten" not in by_world
    for world, others in by_world.items():
        assert all(q.id.startswith(f"other-{world}-") for q in others.questions)


def test_the_superlatives_ask_tables_in_every_world_and_in_german() -> None:
    by_world = load_other(FOLDER / "superlatives.jsonl")
    counts = {world: len(s.questions) for world, s in by_world.items()}
    assert counts == dict(zip(WORLDS, (3, 2, 4, 2, 3, 1), strict=True))
    asked = [q for s in by_world.values() for q in s.questions]
    assert Counter(q.type for q in asked) == {"table": 12, "fact": 2, "none": 1}
    assert len({q.id for q in asked}) == 15


def test_two_readers_ask_fifteen_follow_ups_each_of_an_answer() -> None:
    """The last answer before each is one, and none of its own gold makes it wrong."""
    asked = [q for s in load_other(FOLDER / "follow_ups.jsonl").values() for q in s.questions]
    assert Counter(q.id.split("-")[1] for q in asked) == {"terse": 15, "chatty": 15}
    assert len({q.id for q in asked}) == 30
    assert [q.id for q in asked if not (q.history and all(t.answer for t in q.history))] == []
    assert [q.id for q in asked if not q.points or not q.evidence] == []
    assert [
        q.id
        for q in asked
        if any(q.find_points(one).forbidden for group in q.points for one in group)
    ] == []
