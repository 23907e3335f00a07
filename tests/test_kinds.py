"""A draft must be of the kind that was asked for."""

from __future__ import annotations

import pytest

from sourcebook.rag.kinds import fits


@pytest.mark.parametrize(
    ("question", "draft", "expected"),
    [
        ("Who represented Russia?", "Russia was represented by Alexander Grushko.", True),
        (
            "Who is the Latvian foreign minister?",
            "Latvian Foreign Minister Edgars Rinkevics.",
            True,
        ),
        ("What is the name of Putin's spokesman?", "Putin's spokesman is Vladimir Putin.", False),
        (
            "What is the name of Putin's spokesman?",
            "Russian President Vladimir Putin's spokesman is Vladimir Putin.",
            False,
        ),
        ("Who attended?", "The foreign ministers of the alliance attended.", True),
        ("How long did they last?", "They lasted about eight hours.", True),
        ("What is the price of gas in Germany?", "The price of gas in Germany is high.", False),
        ("How many times did they speak?", "They spoke twice.", True),
        ("When did they meet?", "They met on Monday.", True),
        ("When did they meet?", "They met in Geneva to talk.", True),
        ("Did they meet in Geneva?", "Yes.", True),
        ("In which hotel did the envoys talk?", "The envoys talked in a hotel.", False),
        ("Why did they meet?", "To settle the dispute.", True),
    ],
)
def test_the_question_word_asks_for_a_kind(question: str, draft: str, expected: bool) -> None:
    assert fits(question, draft) is expected
