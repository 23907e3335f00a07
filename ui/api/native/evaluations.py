"""`/api/evaluations`: a question set is asked of a library, as a job."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from sourcebook.eval import QuestionSet
from sourcebook.eval.errors import RunNotFound
from sourcebook.eval.questions.dataset import parse_jsonl
from sourcebook.eval.runs import SUMMARY, default_runs_folder
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.problems import AccessDenied, RequestConflict
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service
from sourcebook.ui.state.evaluations import Mode

from .additions import IdempotencyHeader, job_response
from .examples import EVALUATION, EVALUATIONS, RUN
from .questions import LibraryName
from .work import EvaluationWork, run_to_dict

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibrary

__all__ = ["EvaluationRequest", "router"]


class EvaluationRequest(BaseModel):
    """Questions with their right answers."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "talks",
                    "questions": [
                        {
                            "id": "q1",
                            "question": "How long did the talks last?",
                            "answers": ["about eight hours"],
                            "answerable": True,
                        }
                    ],
                }
            ]
        },
    )

    library: LibraryName = None
    name: str = Field(
        default="questions", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$", description="Of the run."
    )
    questions: list[dict[str, Any]] | None = Field(
        default=None,
        max_length=10_000,
        description="In the form of `sourcebook eval run`; by default the bundled set, over the "
        "sample articles.",
    )
    mode: Mode = "rag"
    limit: int | None = Field(default=None, ge=1, le=10_000)


def router(service: Service, runs: Path | None = None) -> APIRouter:
    """Return the routes; ``runs`` is the folder of all runs."""
    routes = APIRouter(tags=["evaluations"])
    runs = runs or default_runs_folder()

    @routes.post(
        "/api/evaluations", summary="Ask a question set", status_code=202, responses=EVALUATION
    )
    async def evaluate(
        body: EvaluationRequest,
        caller: Annotated[Caller, Depends(caller_with("write"))],
        idempotency_key: IdempotencyHeader = None,
    ) -> Response:
        """Begin to ask questions whose answers are known. The job's result has the figures."""
        entry = await service.library(caller, body.library)
        questions = await service.run(_questions, body)
        job = service.jobs.begin(
            caller,
            "evaluation",
            entry.name,
            lambda: _start(service, entry, questions, body, runs),
            idempotency=(idempotency_key, body.model_dump_json()) if idempotency_key else None,
        )
        return job_response(job)

    @routes.get("/api/evaluations", summary="List the runs", responses=EVALUATIONS)
    async def list_runs(caller: Annotated[Caller, Depends(caller_with("read"))]) -> Response:
        """Return the names of the runs on this machine, the newest first."""
        _check_all_libraries(caller)
        return SafeJson({"runs": await service.run(_names, runs)})

    @routes.get("/api/evaluations/{name}", summary="Read a run", responses=RUN)
    async def read_run(
        name: str, caller: Annotated[Caller, Depends(caller_with("read"))]
    ) -> Response:
        """Return the figures of a run."""
        _check_all_libraries(caller)
        if name not in await service.run(_names, runs):
            raise RunNotFound(f"no run is named {name[:80]!r}: GET /api/evaluations lists them")
        return SafeJson(await service.run(run_to_dict, runs / name))

    return routes


def _check_all_libraries(caller: Caller) -> None:
    """Runs do not say whose library they asked: they are for who may use every one."""
    if caller.libraries is not None:
        raise AccessDenied("runs are for keys without --library: the job of a run has its figures")


def _questions(body: EvaluationRequest) -> QuestionSet | None:
    if body.questions is None:
        return None
    lines = "\n".join(json.dumps(question) for question in body.questions)
    return QuestionSet(body.name, "jsonl", tuple(parse_jsonl(lines, body.name)))


def _start(
    service: Service,
    entry: OpenLibrary,
    questions: QuestionSet | None,
    body: EvaluationRequest,
    runs: Path,
) -> EvaluationWork:
    running = service.evaluation
    if running is not None and not running.is_over:
        raise RequestConflict("another evaluation is running: wait for its end, or stop its job")
    work = EvaluationWork(entry, runs)
    service.evaluation = work
    work.start(questions, body.mode, body.limit)
    return work


def _names(runs: Path) -> list[str]:
    if not runs.is_dir():
        return []
    folders = [folder for folder in runs.iterdir() if (folder / SUMMARY).is_file()]
    folders.sort(key=lambda folder: (folder / SUMMARY).stat().st_mtime, reverse=True)
    return [folder.name for folder in folders]
