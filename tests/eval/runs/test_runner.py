"""A run: every question once, whatever happens, and the same again from where it was."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sourcebook.eval import (
    EvaluationError,
    QuestionSet,
    RunMismatch,
    RunNotFound,
    RunProgress,
    load,
    load_run,
    open_folder_library,
    open_set_library,
    run,
)
from sourcebook.eval.questions import EvalQuestion, GoldEvidence
from sourcebook.eval.runs.batched_embedder import BatchedEmbedder
from sourcebook.eval.runs.folder import RunFolder
from sourcebook.index import Library, make_document
from sourcebook.index.errors import GenerationFailed, LibraryDamaged
from sourcebook.rag import Chatbot, Settings, Turn
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import HashEmbedder, ScriptedModel


@pytest.fixture
def bundled() -> QuestionSet:
    return load("bundled").first(12)


class Counting(ScriptedModel):
    """Remembers which questions it was asked to answer; may fail on some."""

    def __init__(self, fails: Callable[[str], bool] = lambda _: False, **options: Any) -> None:
        super().__init__(**options)
        self.asked: list[str] = []
        self._fails = fails

    def yes_log_odds(self, prompt: Prompt, *, cancel: threading.Event | None = None) -> float:
        question = prompt[-1].content.partition("Question: ")[2].partition("\n")[0]
        self.asked.append(question)
        if self._fails(question):
            raise GenerationFailed("the model stopped")
        return super().yes_log_odds(prompt, cancel=cancel)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_a_run_writes_a_line_a_question_and_a_summary(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    progress: list[RunProgress] = []
    summary = run(
        bundled,
        sample,
        tmp_path / "run",
        chatbot=Chatbot(sample, model=ScriptedModel()),
        on_progress=progress.append,
    )
    written = lines(tmp_path / "run")
    assert [record["id"] for record in written] == [q.id for q in bundled.questions]
    first = written[0]
    assert first["answer"]["record"]["language_model"] == "scripted"
    assert first["answer"]["timings"]["total"] >= 0
    citation = first["answer"]["citations"][0]
    document = sample.document(citation["document"]["id"])
    context = citation["before"].lstrip("…") + citation["quote"] + citation["after"].rstrip(" …")
    assert context in document.text
    assert summary == json.loads((tmp_path / "run" / "summary.json").read_text())
    assert summary["complete"]
    assert summary["measures"]["broken_quotes"]["value"] == 0
    assert set(summary["measures"]["right"]) == {"value", "low", "high", "n"}
    for key in ("code", "library", "model", "embedder", "settings", "bootstrap", "machine"):
        assert summary[key]
    assert (progress[0].done, progress[-1].done, progress[-1].total) == (0, 12, 12)
    assert progress[0].seconds_left is None
    assert progress[-1].seconds_left == 0


@pytest.mark.slow
def test_nothing_of_a_run_names_a_place_on_this_machine(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=ScriptedModel()))
    for file in (tmp_path / "run").iterdir():
        assert str(tmp_path) not in file.read_text()
        assert str(Path(__file__).parents[3]) not in file.read_text()


@pytest.mark.slow
def test_a_stopped_run_goes_on_and_asks_nothing_twice(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    model, stop = Counting(), threading.Event()

    def stop_after_five(progress: RunProgress) -> None:
        if progress.done == 5:
            stop.set()

    first = run(
        bundled,
        sample,
        tmp_path / "run",
        chatbot=Chatbot(sample, model=model),
        on_progress=stop_after_five,
        stop=stop,
    )
    assert (first["complete"], first["asked"], first["questions"]) == (False, 5, 12)
    early = set(model.asked)
    model.asked.clear()
    second = run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=model))
    assert second["complete"]
    assert len(early) + len(set(model.asked)) == len(early | set(model.asked)) == 12
    assert len({record["id"] for record in lines(tmp_path / "run")}) == 12


@pytest.mark.slow
def test_a_finished_run_asks_nothing_again(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    model = Counting()
    once = run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=model))
    assert len(set(model.asked)) == 12
    model.asked.clear()
    again = run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=model))
    assert model.asked == []
    assert again["measures"] == once["measures"]


_KILLED = """
import os, sys
from pathlib import Path
from sourcebook.eval import load, run
from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

def tell(progress):
    print(progress.done, flush=True)
    if progress.done == 4:
        os.kill(os.getpid(), 9)

library = Library.open(sys.argv[1], embedder=HashEmbedder())
run(load("bundled").first(12), library, Path(sys.argv[2]),
    chatbot=Chatbot(library, model=ScriptedModel()), on_progress=tell)
"""


@pytest.mark.slow
def test_a_killed_run_keeps_what_was_answered(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    command = [sys.executable, "-c", _KILLED, str(sample.folder), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -9, done.stderr
    assert len(lines(folder)) == 4
    with (folder / "answers.jsonl").open("a") as file:
        file.write('{"id": "s0')  # as if it had been killed while writing
    model = Counting()
    summary = run(bundled, sample, folder, chatbot=Chatbot(sample, model=model))
    assert summary["complete"]
    assert len(set(model.asked)) == 12 - 4
    assert [record["id"] for record in lines(folder)] == [q.id for q in bundled.questions]


def test_an_interrupt_from_the_keyboard_ends_with_a_summary(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    def interrupt(progress: RunProgress) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    chatbot = Chatbot(sample, model=ScriptedModel())
    summary = run(bundled, sample, tmp_path / "run", chatbot=chatbot, on_progress=interrupt)
    assert (summary["complete"], summary["asked"]) == (False, 3)


def test_an_answer_that_raises_counts_as_wrong(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    model = Counting(fails=lambda question: question.startswith("How"))
    summary = run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=model))
    failing = [q for q in bundled.questions if q.text.startswith("How")]
    assert failing
    assert [f["id"] for f in summary["failures"]] == [q.id for q in failing]
    assert summary["failures"][0]["error"] == "GenerationFailed: the model stopped"
    assert summary["measures"]["failed"]["value"] == pytest.approx(len(failing) / 12)
    answerable = [q for q in bundled.questions if q.answerable]
    assert summary["measures"]["right"]["n"] == len(answerable)  # zero, not nothing
    for record in lines(tmp_path / "run"):
        if record["error"]:
            assert record["scores"]["correct"] == 0
            assert record["scores"]["citation_recall"] == 0


@pytest.mark.slow
def test_a_refused_answerable_question_scores_zero(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    chatbot = Chatbot(sample, model=ScriptedModel(log_odds=-9.0))
    figures = run(bundled, sample, tmp_path / "run", chatbot=chatbot)["measures"]
    answerable = sum(q.answerable for q in bundled.questions)
    for name in ("right", "f1", "rouge_l", "gold_sentence_f1", "answerable_answered"):
        assert figures[name] == pytest.approx(
            {"value": 0, "low": 0, "n": answerable, "high": figures[name]["high"]}
        )
    assert figures["unanswerable_rejected"]["value"] == 1
    assert figures["correct"]["value"] == pytest.approx((12 - answerable) / 12)


def test_a_broken_library_ends_the_run_instead_of_failing_every_question(
    sample: Library, bundled: QuestionSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search(*_: Any, **__: Any) -> Any:
        raise LibraryDamaged("the database cannot be read")

    monkeypatch.setattr(sample, "search", search)
    with pytest.raises(LibraryDamaged):
        run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=ScriptedModel()))
    assert not (tmp_path / "run" / "answers.jsonl").exists()


@pytest.mark.slow
@pytest.mark.parametrize("changed", ["set", "mode", "settings", "model", "library"])
def test_a_run_is_not_resumed_with_something_else(
    changed: str, sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    run(bundled, sample, tmp_path / "run", chatbot=Chatbot(sample, model=ScriptedModel()))
    model, settings = ScriptedModel(), Settings()
    questions, mode = bundled, "rag"
    if changed == "set":
        questions = bundled.first(11)
    elif changed == "mode":
        mode = "gold"
    elif changed == "settings":
        settings = Settings(hits=5)
    elif changed == "model":
        model.name = "another"
    else:
        sample.add_documents([make_document("Something new happened.", title="New")])
    words = {"set": "question set", "model": "language model (name scripted, now name another)"}
    with pytest.raises(RunMismatch, match="cannot be resumed") as caught:
        run(
            questions,
            sample,
            tmp_path / "run",
            mode=mode,  # type: ignore[arg-type]
            chatbot=Chatbot(sample, model=model, settings=settings),
        )
    assert words.get(changed, changed) in str(caught.value)
    assert "--name" in str(caught.value)


def test_a_quote_that_is_gone_from_its_document_is_a_warning(
    library: Library, tmp_path: Path
) -> None:
    library.add_documents([make_document("The bridge is long.", title="Bridge")])
    evidence = (GoldEvidence("Bridge", "The bridge is short."),)
    questions = QuestionSet("b", "jsonl", (EvalQuestion("q", "?how", ("x",), True, evidence),))
    summary = run(
        questions, library, tmp_path / "r", chatbot=Chatbot(library, model=ScriptedModel())
    )
    assert summary["warnings"] == ["q: Bridge does not hold “The bridge is short.”"]


def test_a_set_of_another_library_is_refused(library: Library, tmp_path: Path) -> None:
    library.add_documents([make_document("Nothing about talks.", title="Other")])
    with pytest.raises(EvaluationError, match=r"none of the gold evidence.*--library"):
        run(load("bundled"), library, tmp_path / "run", mode="retrieval")


def test_evidence_that_is_missing_is_a_miss_and_is_named(sample: Library, tmp_path: Path) -> None:
    question = load("bundled").questions[0]
    lost = EvalQuestion(
        "lost", "Where?", ("x",), True, (GoldEvidence("none.md", "No such sentence."),)
    )
    questions = QuestionSet("own", "jsonl", (question, lost))
    summary = run(questions, sample, tmp_path / "r", mode="retrieval")
    assert summary["warnings"] == ["lost: none.md is not in the library"]
    assert summary["measures"]["recall@10"]["n"] == 2
    assert lines(tmp_path / "r")[1]["scores"]["recall@10"] == 0
    chatbot = Chatbot(sample, model=ScriptedModel())
    gold = run(questions, sample, tmp_path / "g", mode="gold", chatbot=chatbot)
    assert gold["failures"] == [
        {"id": "lost", "error": "EvaluationError: none.md is not in the library"}
    ]


def test_retrieval_never_wakes_the_model_and_shows_three_searches(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    class Asleep(ScriptedModel):
        def load(self) -> None:
            raise AssertionError("woken")

        def read_ahead(self, prompt: Prompt) -> None:
            raise AssertionError("woken")

    chatbot = Chatbot(sample, model=Asleep(log_odds=lambda _: 1 / 0))
    summary = run(bundled, sample, tmp_path / "run", mode="retrieval", chatbot=chatbot)
    answerable = sum(q.answerable for q in bundled.questions)
    assert (summary["asked"], summary["left_out"]) == (answerable, 12 - answerable)
    for prefix in ("", "dense.", "bm25."):
        for name in ("hit@1", "hit@5", "recall@5", "recall@10", "mrr@10", "ndcg@10"):
            assert summary["measures"][prefix + name]["n"] == answerable
    assert summary["model"] is None


def test_gold_mode_answers_from_the_gold_passage(sample: Library, tmp_path: Path) -> None:
    question = load("bundled").questions[0]
    chatbot = Chatbot(sample, model=ScriptedModel())
    questions = QuestionSet("one", "jsonl", (question,))
    run(questions, sample, tmp_path / "run", mode="gold", chatbot=chatbot)
    (record,) = lines(tmp_path / "run")
    assert record["scores"]["evidence_recall"] == 1
    documents = {item["document"] for item in record["answer"]["record"]["evidence"]}
    assert documents == {record["gold"][0]["document"]["id"]}


def test_history_and_filters_of_a_question_are_used(sample: Library, tmp_path: Path) -> None:
    before = Turn("Who led the American side in Geneva on 10 January?", "Wendy Sherman.")
    question = EvalQuestion("h", "Who did she meet there?", ("Ryabkov",), True, (), (before,))
    limited = EvalQuestion(
        "f", "Where was Putin?", (), False, filters={"sources": ["Lakeside Tribune"]}
    )
    questions = QuestionSet("two", "jsonl", (question, limited))
    run(questions, sample, tmp_path / "run", chatbot=Chatbot(sample, model=ScriptedModel()))
    follow_up, filtered = lines(tmp_path / "run")
    assert "Wendy Sherman" in follow_up["answer"]["standalone_question"]
    assert {c["document"]["source"] for c in filtered["answer"]["citations"]} == {
        "Lakeside Tribune"
    }


@pytest.mark.slow
def test_a_full_disk_is_said_and_nothing_is_lost(
    sample: Library, bundled: QuestionSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, count = os.fsync, 0

    def full(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count > 4:  # run.json and three answers fit
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    chatbot = Chatbot(sample, model=ScriptedModel())
    sample.search("writes its own snapshot now")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(EvaluationError, match=r"No space left on device.*make room"):
            run(bundled, sample, tmp_path / "run", chatbot=chatbot)
    assert len(lines(tmp_path / "run")) == 3
    assert run(bundled, sample, tmp_path / "run", chatbot=chatbot)["complete"]


def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text('{"id": 1}\nbroken\n{"id": 2}\n')
    with pytest.raises(EvaluationError, match=r"answers\.jsonl:2 is damaged"):
        list(RunFolder(tmp_path).records())


def test_two_processes_do_not_share_a_run(tmp_path: Path) -> None:
    with (
        RunFolder(tmp_path / "run").locked(),
        pytest.raises(EvaluationError, match="in use by another run"),
        RunFolder(tmp_path / "run").locked(),
    ):
        pass


@pytest.mark.slow
def test_a_numbered_run_goes_on_while_unfinished_and_the_same(
    sample: Library, bundled: QuestionSet, tmp_path: Path
) -> None:
    def name(**changes: Any) -> str:
        chatbot = Chatbot(sample, model=ScriptedModel(), settings=Settings(**changes))
        stop = threading.Event()

        def stop_at_six(progress: RunProgress) -> None:
            if progress.done == 6:
                stop.set()

        summary = run(
            bundled,
            sample,
            tmp_path / "rag",
            chatbot=chatbot,
            numbered=True,
            on_progress=stop_at_six,
            stop=stop,
        )
        return f"{summary['name']} {summary['asked']}"

    assert name() == "rag-1 6"
    assert name(hits=5) == "rag-2 6"  # other settings: not a continuation
    chatbot = Chatbot(sample, model=ScriptedModel(), settings=Settings())
    assert run(bundled, sample, tmp_path / "rag", chatbot=chatbot, numbered=True)["name"] == "rag-1"
    assert run(bundled, sample, tmp_path / "rag", chatbot=chatbot, numbered=True)["name"] == "rag-3"


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunNotFound, match="no such run"):
        load_run(tmp_path / "none")
    with pytest.raises(RunNotFound, match=r"no summary\.json"):
        load_run(tmp_path)
    file = tmp_path / "x.json"
    file.write_text('{"a": 1}')
    with pytest.raises(EvaluationError, match="not a summary"):
        load_run(file)


# --- the library of a set -----------------------------------------------------------------------


def passages(count: int) -> QuestionSet:
    documents = tuple(
        make_document(f"Town {n} has {n} bridges.", title=f"Town {n}", url=f"t:{n}")
        for n in range(count)
    )
    question = EvalQuestion("q", "?", ("x",), True, (GoldEvidence(documents[0].id, "Town 0"),))
    return QuestionSet("towns", "clapnq", (question,), documents)


def test_the_library_of_a_set_is_built_once(tmp_path: Path) -> None:
    class Counted(HashEmbedder):
        texts = 0

        def embed(self, texts: Any) -> Any:
            Counted.texts += len(texts)
            return super().embed(texts)

    for _ in range(2):
        with open_set_library(passages(5), embedder=Counted(), cache=tmp_path) as library:
            assert len(library) == 5
    assert Counted.texts == 5


def test_another_set_or_embedder_makes_another_library(tmp_path: Path) -> None:
    folders = set()
    for questions, size in ((passages(5), 256), (passages(6), 256), (passages(5), 64)):
        with open_set_library(questions, embedder=HashEmbedder(size), cache=tmp_path) as library:
            folders.add(library.folder)
    assert len(folders) == 3


def test_an_interrupted_build_goes_on(tmp_path: Path) -> None:
    def interrupt(progress: Any) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_set_library(
            passages(5), embedder=HashEmbedder(), cache=tmp_path, on_progress=interrupt
        )
    with open_set_library(passages(5), embedder=HashEmbedder(), cache=tmp_path) as library:
        assert len(library) == 5


def test_the_library_of_a_folder_is_built_once_and_anew_when_a_file_changes(
    tmp_path: Path,
) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(3):
        (articles / f"{n}.txt").write_text(f"Article {n}. The talks lasted {n} hours.")

    def folder_and_size() -> tuple[Path, int]:
        with open_folder_library(articles, embedder=HashEmbedder(), cache=tmp_path) as library:
            return library.folder, len(library)

    first = folder_and_size()
    assert first[1] == 3
    assert folder_and_size() == first
    (articles / "1.txt").write_text("Article 1. The talks were put off.")
    changed = folder_and_size()
    assert changed[0] != first[0]
    assert changed[1] == 3
    (articles / "1.txt").unlink()
    assert folder_and_size()[1] == 2


def test_a_folder_that_cannot_be_used_whole_is_refused_with_the_file_at_fault(
    tmp_path: Path,
) -> None:
    articles = tmp_path / "articles"

    def problem() -> str:
        with pytest.raises(EvaluationError) as caught:
            open_folder_library(articles, embedder=HashEmbedder(), cache=tmp_path / "cache")
        return str(caught.value)

    assert "articles: no such file or folder" in problem()
    articles.mkdir()
    assert "articles: the folder holds no file that can be read" in problem()
    (articles / "good.txt").write_text("The talks lasted eight hours.")
    (articles / "bad.txt").write_bytes(b"\0" * 500)
    assert "1 of its articles cannot be used" in problem()
    assert "bad.txt: holds binary data" in problem()  # and again: it was not taken for complete


def test_a_set_without_passages_needs_a_library(tmp_path: Path) -> None:
    own = QuestionSet("own", "jsonl", passages(1).questions)
    with pytest.raises(EvaluationError, match="own brings no passages"):
        open_set_library(own, embedder=HashEmbedder(), cache=tmp_path)


def test_questions_embedded_ahead_have_the_vectors_they_would_have_had() -> None:
    class Calls(HashEmbedder):
        sizes: list[int] = []  # noqa: RUF012

        def embed(self, texts: Any) -> Any:
            self.sizes.append(len(texts))
            return super().embed(texts)

    texts = [f"question {n}" for n in range(300)]
    ahead, plain = BatchedEmbedder(Calls(), texts), HashEmbedder()
    for text in texts:
        assert (ahead.embed([text]) == plain.embed([text])).all()
    assert (ahead.embed(["another"]) == plain.embed(["another"])).all()
    assert ahead.embed([]).shape == (0, 256)
    assert Calls.sizes == [128, 128, 300 - 2 * 128, 1, 0]


def test_long_gold_answers_are_come_near_to_not_right_or_wrong(
    sample: Library, tmp_path: Path
) -> None:
    question = load("bundled").questions[0]
    quote = question.evidence[0].quote
    text = " ".join([quote, *(f"word{n}" for n in range(30))])
    long = EvalQuestion("long", question.text, (text,), True, question.evidence)
    questions = QuestionSet("essays", "jsonl", (long, load("bundled").questions[-15]))
    assert questions.long_answers
    assert not load("bundled").long_answers
    chatbot = Chatbot(sample, model=ScriptedModel(quote, log_odds=9.0))
    summary = run(questions, sample, tmp_path / "run", chatbot=chatbot)
    assert "right" not in summary["measures"]
    assert "correct" not in summary["measures"]
    finished_run = load_run(tmp_path / "run")
    assert finished_run.primary == "rouge_l"
    assert (
        finished_run.scores["long"]["correct_if_answered"]
        == finished_run.scores["long"]["rouge_l"]
        > 0
    )
