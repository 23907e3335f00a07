"""The Evaluate tab: a run from the page, with progress, Stop and its report."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from late import late_import

from sourcebook.eval.questions.dataset import BUNDLED
from sourcebook.index import Library
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.state import OpenLibraries

if TYPE_CHECKING:
    from sourcebook.ui.page import evaluation_tab
    from sourcebook.ui.page.evaluation_tab import EvaluateTab
else:
    evaluation_tab = late_import("sourcebook.ui.page.evaluation_tab")

STATUS, REPORT = 2, 4
BUNDLED_SET = "The bundled questions, over the sample articles"
OWN_SET = "My questions, over my library"
MakeTab = Callable[..., "EvaluateTab"]


@pytest.fixture
def make_tab(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., EvaluateTab]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def make(model: ScriptedModel | None = None) -> EvaluateTab:
        chatbot = Chatbot(sample, model=model or ScriptedModel(), settings=Settings())

        async def lay_out() -> EvaluateTab:
            import gradio as gr

            # Inside of a loop: built outside of one, Gradio's locks make loops and leave them open.
            with gr.Blocks(analytics_enabled=False):
                return evaluation_tab.EvaluateTab(
                    OpenLibraries(sample, chatbot), runs=tmp_path / "runs"
                )

        return asyncio.run(lay_out())

    return make


class FirstLibrary:
    """A request of a page whose address names no library."""

    query_params: ClassVar[dict[str, str]] = {}


def run(tab: EvaluateTab, *inputs: Any) -> Iterator[list[Any]]:
    arguments: list[Any] = [*inputs, FirstLibrary()]
    return tab._run(*arguments)  # pyright: ignore[reportPrivateUsage]


@pytest.mark.slow
def test_a_run_shows_progress_and_then_its_report(make_tab: MakeTab, tmp_path: Path) -> None:
    updates = list(run(make_tab(), BUNDLED_SET, None, "rag", 12))
    assert "Getting ready" in updates[0][STATUS]
    assert any("5 of 12" in step[STATUS] for step in updates[1:-1])
    assert 'sandbox="allow-scripts"' in updates[-1][REPORT]
    assert (tmp_path / "runs" / "bundled-rag-12-1" / "summary.json").is_file()


@pytest.mark.slow
def test_an_uploaded_set_is_run_over_the_library_of_the_page(
    make_tab: MakeTab, tmp_path: Path
) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text("\n".join(BUNDLED.read_text().splitlines()[:3]))
    updates = list(run(make_tab(), OWN_SET, str(file), "retrieval", 0))
    assert "mine-retrieval-1" in updates[-1][REPORT]


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "holds no questions"), ('{"id": 1}\n<b>', "set.jsonl:2: not JSON")],
)
def test_a_set_that_cannot_be_used_is_said_line_by_line(
    text: str, message: str, make_tab: MakeTab, tmp_path: Path
) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text(text)
    last = list(run(make_tab(), OWN_SET, str(file), "rag", 0))[-1]
    assert message in last[STATUS]
    assert 'role="alert"' in last[STATUS]


def test_own_questions_need_a_file(make_tab: MakeTab) -> None:
    assert "Choose a question set first" in next(run(make_tab(), OWN_SET, None, "rag", 0))[STATUS]


@pytest.mark.slow
def test_stop_keeps_what_was_answered_and_the_next_run_goes_on(make_tab: MakeTab) -> None:
    tab = make_tab()
    last: list[Any] = []
    for step in run(tab, BUNDLED_SET, None, "rag", 12):
        last = step
        if "4 of 12" in str(step[STATUS]):
            tab._ask_to_stop()  # pyright: ignore[reportPrivateUsage]
    assert "was stopped after" in last[STATUS]
    again = list(run(tab, BUNDLED_SET, None, "rag", 12))
    assert again[-1][STATUS] == ""
    assert "bundled-rag-12-1" in again[-1][REPORT]


@pytest.mark.slow
def test_one_evaluation_runs_at_a_time_and_a_closed_page_ends_it(make_tab: MakeTab) -> None:
    gate = threading.Event()

    def slowly(prompt: Prompt) -> str:
        gate.wait(20)
        return "x"

    tab = make_tab(ScriptedModel(slowly))
    running = run(tab, BUNDLED_SET, None, "rag", 12)
    next(running)
    assert "Another evaluation is running" in next(run(tab, BUNDLED_SET, None, "rag", 12))[STATUS]
    gate.set()
    running.close()  # type: ignore[attr-defined]
    assert list(run(tab, BUNDLED_SET, None, "rag", 6))[-1][REPORT]
