"""The report: one file that asks nothing of the network and runs nothing it was given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sourcebook.eval import EvaluationError, QuestionSet, Run, load, load_run, run, write_report
from sourcebook.eval.questions import EvalQuestion, GoldEvidence
from sourcebook.eval.report.html import html, verdict
from sourcebook.eval.report.plots import axis_end
from sourcebook.eval.report.published import published
from sourcebook.eval.report.svg import Axis, legend, lines
from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOSTILE = '</script><script>window.hurt = 1</script><img src=x onerror="window.hurt = 1">'


@pytest.fixture
def finished(sample: Library, tmp_path: Path) -> Run:
    chatbot = Chatbot(sample, model=ScriptedModel())
    run(load("bundled").first(24), sample, tmp_path / "bundled", chatbot=chatbot)
    return load_run(tmp_path / "bundled")


@pytest.fixture
def hostile(library: Library, tmp_path: Path) -> Run:
    text = f"The mayor said {HOSTILE} on Monday at the town hall. Nothing followed."
    library.add_documents([make_document(text, title=HOSTILE, source=HOSTILE)])
    question = EvalQuestion(
        HOSTILE,
        f"What did the mayor say? {HOSTILE}",
        (HOSTILE,),
        True,
        (GoldEvidence(HOSTILE, "Nothing followed."),),
    )
    chatbot = Chatbot(library, model=ScriptedModel(f"The mayor said {HOSTILE} on Monday."))
    run(QuestionSet(HOSTILE, "jsonl", (question,)), library, tmp_path / "h", chatbot=chatbot)
    return load_run(tmp_path / "h")


@pytest.mark.slow
def test_a_report_holds_figures_plots_questions_and_origin(finished: Run, tmp_path: Path) -> None:
    page = write_report([finished], tmp_path / "out" / "report.html").read_text()
    for heading in ("Figures", "Plots", "Questions", "How it was made", "Other systems"):
        assert f"<h2>{heading}</h2>" in page
    for title in ("Risk against coverage", "Calibration of confidence", "Latency"):
        assert title in page
    data = json.loads(re.findall(r'id="data">(.*?)</script>', page, re.S)[0])
    assert len(data["questions"]) == 24
    first = data["questions"][0]
    assert first["runs"][0]["citations"][0]["quote"]
    assert first["gold"][0]["quote"]


@pytest.mark.slow
def test_a_report_asks_nothing_of_the_network(finished: Run) -> None:
    page = html([finished])
    assert "default-src 'none'" in page
    outside = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.S)
    assert re.findall(r"https?://|@import|url\(", outside) == []


def test_nothing_given_becomes_markup(hostile: Run) -> None:
    page = html([hostile])
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "&lt;img src=x onerror=&#34;" in page  # the name of the set, as text


@pytest.mark.slow
def test_a_report_of_two_runs_compares_them(finished: Run) -> None:
    summary = dict(finished.summary) | {"name": "other"}
    other = Run("other", summary, finished.scores, finished.records)
    page = html([finished, other])
    assert "bundled against other" in page
    assert page.count('<span class="tag same">same</span>') > 10


@pytest.mark.slow
def test_runs_of_different_modes_stand_in_one_report(
    finished: Run, library: Library, tmp_path: Path
) -> None:
    run(load("bundled").first(6), library, tmp_path / "search", mode="retrieval")
    page = html([finished, load_run(tmp_path / "search")])
    assert page.count("Three ways to search") == 1
    assert "bundled against search" not in page


@pytest.mark.slow
def test_a_report_needs_a_run_and_a_place(finished: Run, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="at least one run"):
        html([])
    with pytest.raises(EvaluationError, match="cannot be written"):
        write_report([finished], tmp_path)


def test_published_figures_say_where_they_come_from_and_how_comparable_they_are() -> None:
    for table in published():
        assert table["source"]
        assert table["why"]
        assert table["comparable"] in ("close", "loose")
        for row in table["rows"]:
            assert row["system"]


@pytest.mark.parametrize(
    ("answerable", "answer", "scores", "word", "good"),
    [
        (True, {"abstained": False}, {"right": 1.0}, "right", True),
        (True, {"abstained": False}, {"right": 0.0}, "wrong", False),
        (True, {"abstained": True}, {}, "refused, answerable", False),
        (False, {"abstained": True}, {}, "rightly refused", True),
        (False, {"abstained": False}, {}, "answered, unanswerable", False),
        (True, None, {"hit@1": 1.0}, "found first", True),
        (True, None, {"hit@1": 0.0, "hit@5": 1.0}, "found in 5", True),
        (True, None, {"recall@10": 0.5}, "found in 10", False),
        (True, None, {}, "not found", False),
    ],
)
def test_every_outcome_has_its_word(
    answerable: bool,
    answer: dict[str, bool] | None,
    scores: dict[str, float],
    word: str,
    good: bool,
) -> None:
    record = {"question": {"answerable": answerable}, "answer": answer, "scores": scores}
    assert (verdict(record).word, verdict(record).good) == (word, good)


def test_axes_have_round_ticks() -> None:
    assert [t for _, t in Axis("s", 0, 13, percent=False).ticks()] == ["0", "5", "10"]
    assert [t for _, t in Axis("").ticks()] == ["0 %", "25 %", "50 %", "75 %", "100 %"]
    assert "polyline" not in lines("empty", Axis(""), Axis(""), [])
    assert legend(["<one>"]) == ""
    assert "&lt;one&gt;" in legend(["<one>", "two"])


@pytest.mark.browser
def test_in_a_browser_questions_are_found_opened_and_harmless(
    browser: Browser, finished: Run, hostile: Run, tmp_path: Path
) -> None:
    page_file = write_report([finished], tmp_path / "r.html")
    hostile_file = write_report([hostile], tmp_path / "h.html")
    page = browser.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(page_file.as_uri())
    assert page.locator(".q").count() == 24
    page.fill("#search", "PUTIN")
    matches = page.locator(".q").count()
    assert 0 < matches < 24
    assert page.inner_text("#count") == f"{matches} of 24"
    page.locator(".q summary").first.click()
    page.locator(".q blockquote mark").first.wait_for()  # or it times out
    page.fill("#search", "")
    page.select_option("#type", "unanswerable")
    assert page.locator(".q").count() == sum(
        record["type"] == "unanswerable" for record in finished.records
    )
    page.goto(hostile_file.as_uri())
    page.locator(".q summary").first.click()
    page.locator(".q .said").first.wait_for()
    assert page.evaluate("window.hurt") is None
    assert page.locator("img").count() == 0
    assert requests == [page_file.as_uri(), hostile_file.as_uri()]
    assert errors == []
    page.close()


def test_one_question_during_which_the_computer_slept_does_not_flatten_the_latency_plot() -> None:
    times = [1.0 + n / 100 for n in range(100)]
    assert axis_end(times) == times[-1]
    # The 95th percentile of 101 times is the 96th smallest, 1.95.
    assert axis_end([*times, 5000.0]) == pytest.approx(2 * 1.95)
