"""A mechanism that is left out is left out, and back afterwards; what it is worth is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.eval import EvaluationError
from sourcebook.eval.studies.ablation import MECHANISMS, Mechanism, left_out, mechanism
from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.question.turns import Turn
from sourcebook.rag.testing import HashEmbedder, ScriptedModel


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path / "library", embedder=HashEmbedder())
    library.add_sample()
    return library


@pytest.mark.parametrize("part", MECHANISMS, ids=lambda part: part.name)
def test_what_is_left_out_is_there_again_afterwards(library: Library, part: Mechanism) -> None:
    before = [getattr(owner, name) for owner, name, _ in part.places]
    with left_out(part):
        assert all(getattr(o, n) is instead for o, n, instead in part.places)
        answer = Chatbot(library, model=ScriptedModel()).ask("How long did the Paris talks last?")
        assert answer.text
    assert [getattr(owner, name) for owner, name, _ in part.places] == before


def test_without_follow_ups_a_question_is_asked_as_typed(library: Library) -> None:
    bot = Chatbot(library, model=ScriptedModel())
    history = [Turn("Where did Borrell go?", "Borrell went to Stanytsia Luhanska.")]
    assert bot.ask("And when was he there?", history=history).standalone_question != (
        "And when was he there?"
    )
    with left_out(mechanism("follow_ups")):
        answer = bot.ask("And when was he there?", history=history)
    assert answer.standalone_question == "And when was he there?"


def test_without_claims_a_wrong_number_passes(library: Library) -> None:
    # The sample says eight hours; only the number is wrong.
    model = ScriptedModel(
        "The advisers of the Normandy format met in Paris for more than 91 hours."
    )
    question = "How long did the Normandy advisers meet in Paris?"
    checked = Chatbot(library, model=model).ask(question)
    assert "91" not in "".join(s.text for s in checked.sentences if s.supported)
    with left_out(mechanism("claims")), left_out(mechanism("articles_words")):
        passed = Chatbot(library, model=model).ask(question)
    assert any(s.supported and "91" in s.text for s in passed.sentences)


def test_a_mechanism_that_is_none_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(EvaluationError, match=r"'magic'.*follow_ups.*articles_words"):
        mechanism("magic")
