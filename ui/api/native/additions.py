"""`POST /api/documents` begins an addition; `/api/jobs` tells how far it is, and ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.ui.api.jobs import Job
from sourcebook.ui.api.json_text import SafeJson
from sourcebook.ui.api.security.callers import Caller, caller_with
from sourcebook.ui.api.service import Service

from .documents import LibraryQuery
from .examples import ADD_BODY, ADDITION, JOB, JOBS
from .uploads import Upload, read_upload
from .work import AdditionWork

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Progress
    from sourcebook.ui.state import OpenLibrary
    from sourcebook.ui.state.additions import Add

__all__ = ["IdempotencyHeader", "job_response", "router"]

IdempotencyHeader = Annotated[
    str | None,
    Header(
        max_length=200,
        description="Any text of your own: the same request with the same key is done once.",
    ),
]
_MayWrite = Annotated[Caller, Depends(caller_with("write"))]
_MayRead = Annotated[Caller, Depends(caller_with("read"))]


def router(service: Service) -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["documents"])

    @routes.post(
        "/api/documents",
        summary="Add documents",
        status_code=202,
        responses=ADDITION,
        openapi_extra=ADD_BODY,
    )
    async def add_documents(
        request: Request,
        caller: _MayWrite,
        library: LibraryQuery = None,
        name: Annotated[
            str | None, Query(max_length=400, description="The name of the file that the body is.")
        ] = None,
        idempotency_key: IdempotencyHeader = None,
    ) -> Response:
        """Begin to add files or pages: a form with files in `file`, a file as the body, or JSON
        with `urls`. The job tells what was added and what was skipped."""
        entry = await service.library(caller, library)
        upload = await read_upload(request, name)
        is_new = False

        def start() -> AdditionWork:
            nonlocal is_new
            is_new = True
            return AdditionWork(entry.additions.begin(_add(entry, upload)))

        try:
            job = service.jobs.begin(
                caller,
                "addition",
                entry.name,
                start,
                idempotency=(idempotency_key, f"{entry.name} {upload.digest}")
                if idempotency_key
                else None,
            )
        finally:
            if not is_new:
                await service.run(upload.discard)
        return job_response(job)

    @routes.get("/api/jobs", summary="List your jobs", responses=JOBS)
    async def list_jobs(caller: _MayRead) -> Response:
        """Return the caller's jobs since the server was started, the last first."""
        return SafeJson({"jobs": [job.to_dict() for job in service.jobs.of(caller)]})

    @routes.get("/api/jobs/{job_id}", summary="How far a job is", responses=JOB)
    async def read_job(job_id: str, caller: _MayRead) -> Response:
        """Return the state of a job, its progress and its result."""
        return SafeJson(service.jobs.find(caller, job_id).to_dict())

    @routes.delete("/api/jobs/{job_id}", summary="Stop a job", status_code=202, responses=JOB)
    async def stop_job(job_id: str, caller: _MayWrite) -> Response:
        """End a job after the document or question in hand; what is done stays."""
        job = service.jobs.find(caller, job_id)
        if not job.is_over:
            job.work.stop()
        return SafeJson(job.to_dict(), 202)

    return routes


def job_response(job: Job) -> Response:
    """Return the response to a request that began a job."""
    data = job.to_dict()
    return SafeJson(data, 202, {"location": data["address"]})


def _add(entry: OpenLibrary, upload: Upload) -> Add:
    """Return the addition of an upload, which deletes what is left of it."""

    def add(on_progress: Callable[[Progress], None], stop: Callable[[], bool]) -> AddReport:
        fetcher = Fetcher(offline=entry.chatbot.settings.offline)
        try:
            if upload.urls:
                return entry.library.add(
                    *upload.urls, on_progress=on_progress, stop=stop, fetcher=fetcher
                )
            return entry.library.add_uploads(
                upload.files, on_progress=on_progress, stop=stop, fetcher=fetcher
            )
        finally:
            upload.discard()

    return add
