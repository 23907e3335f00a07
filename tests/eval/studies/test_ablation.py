"""A mechanism is left out of one chatbot alone; its absence shows in the answers."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from sourcebook.eval import EvaluationError
from sourcebook.eval.studies.ablation import MECHANISMS, Mechanism, mechanism
from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot
from sourcebook.rag.question.turns import Turn
from sourcebook.rag.steps import ANSWER_STEPS, AnswerSteps
from sourcebook.rag.testing import HashEmbedder, ScriptedModel


@pytest.fixture
def library(sample: Library) -> Library:
    return sample


def functions(steps: AnswerSteps) -> dict[str, Any]:
    """Every function of the steps and of their checks, by name."""
    return {
        field.name: getattr(part, field.name)
        for part in (steps, steps.checks)
        for field in fields(part)
        if field.name != "checks"
    }


def without(name: str, steps: AnswerSteps = ANSWER_STEPS) -> AnswerSteps:
    return mechanism(name).leave_out(steps)


@pytest.mark.parametrize("part", MECHANISMS, ids=lambda part: part.name)
def test_a_mechanism_is_left_out_of_one_chatbot_alone(library: Library, part: Mechanism) -> None:
    before = functions(ANSWER_STEPS)
    bot = Chatbot(library, model=ScriptedModel())
    ablated = bot.with_steps(part.leave_out(bot.steps))
    assert ablated.ask("How long did the Paris talks last?").text
    changed = {name for name, step in functions(ablated.steps).items() if step != before[name]}
    assert 1 <= len(changed) <= 2
    assert functions(ANSWER_STEPS) == before
    assert (
        functions(bot.steps) == functions(Chatbot(library, model=ScriptedModel()).steps) == before
    )


def test_without_follow_ups_a_question_is_asked_as_typed(library: Library) -> None:
    bot = Chatbot(library, model=ScriptedModel())
    history = [Turn("Where did Borrell go?", "Borrell went to Stanytsia Luhanska.")]
    typed = "And when was he there?"
    assert bot.ask(typed, history=history).standalone_question != typed
    ablated = bot.with_steps(without("follow_ups"))
    assert ablated.ask(typed, history=history).standalone_question == typed
    assert bot.ask(typed, history=history).standalone_question != typed


def test_without_claims_a_wrong_number_passes(library: Library) -> None:
    # The sample says eight hours; only the number is wrong.
    model = ScriptedModel(
        "The advisers of the Normandy format met in Paris for more than 91 hours."
    )
    question = "How long did the Normandy advisers meet in Paris?"
    strict = Chatbot(library, model=model).ask(question)
    assert "91" not in "".join(s.text for s in strict.sentences if s.supported)
    steps = without("claims", without("articles_words"))
    lenient = Chatbot(library, model=model, steps=steps).ask(question)
    assert any(s.supported and "91" in s.text for s in lenient.sentences)


def test_without_extremes_the_model_reads_the_table(tmp_path: Path) -> None:
    rows = ["| Ferry | Fare |", "|---|---|", "| Heron | 4.50 |", "| Teal | 6.00 |"]
    (tmp_path / "ferries.md").write_text("\n".join(["# Ferries", "", *rows, "| Knot | 3.80 |"]))
    question = "Which ferry has the highest fare?"
    with Library.open(tmp_path / "library", embedder=HashEmbedder()) as library:
        library.add(tmp_path / "ferries.md")
        model = ScriptedModel("The fare of the Heron is 4.50.")
        bot = Chatbot(library, model=model)
        assert bot.ask(question).text.startswith("Ferry: Teal; Fare: 6.00")
        assert model.prompts == []
        assert "Teal" not in bot.with_steps(without("extremes")).ask(question).text
        assert model.prompts


def test_without_amounts_one_of_another_thing_is_given(library: Library) -> None:
    text = "For the crust you need 225 g cold butter, 60 ml ice water and a pinch of salt."
    library.add_documents([make_document(text, title="Crust")])
    model = ScriptedModel("The crust needs 60 ml of butter.", log_odds=12.0)
    bot = Chatbot(library, model=model)
    question = "How much butter does the crust need?"
    assert "60 ml of butter" not in bot.ask(question).text
    assert "60 ml of butter" in bot.with_steps(without("amounts")).ask(question).text


def test_a_mechanism_that_is_none_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(EvaluationError, match=r"'magic'.*follow_ups.*articles_words"):
        mechanism("magic")
