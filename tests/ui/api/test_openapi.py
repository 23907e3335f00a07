"""The OpenAPI document: every operation has an example, and no input stops the server."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from api_server import sample_server
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from sourcebook.ui.api.limits import ServerLimits

if TYPE_CHECKING:
    import schemathesis
    from schemathesis.generation import GenerationMode

NATIVE = {
    "POST /api/ask",
    "POST /api/search",
    "GET /api/documents",
    "POST /api/documents",
    "GET /api/documents/{document_id}",
    "DELETE /api/documents/{document_id}",
    "POST /api/documents/{document_id}/restore",
    "GET /api/jobs",
    "GET /api/jobs/{job_id}",
    "DELETE /api/jobs/{job_id}",
    "GET /api/libraries",
    "POST /api/libraries",
    "POST /api/evaluations",
    "GET /api/evaluations",
    "GET /api/evaluations/{name}",
    "GET /health",
    "GET /ready",
    "GET /metrics",
}


@pytest.fixture
def document(api: httpx.Client) -> dict[str, Any]:
    """The OpenAPI document."""
    data: dict[str, Any] = api.get("/api/openapi.json").json()
    return data


def test_every_operation_has_a_worked_example(document: dict[str, Any]) -> None:
    operations = {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(operations) >= NATIVE
    for name in NATIVE:
        operation = operations[name]
        assert operation["summary"]
        success = [
            r for status, r in operation["responses"].items() if status in ("200", "201", "202")
        ]
        assert any(
            "example" in content
            for reply in success
            for content in reply.get("content", {}).values()
        ), name
        if "requestBody" in operation:
            body = next(iter(operation["requestBody"]["content"].values()))
            schema = body["schema"]
            if "$ref" in schema:
                schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            assert "example" in body or schema.get("examples"), name
        if name not in ("GET /health", "GET /ready"):
            assert operation["security"], name


def test_the_examples_of_requests_are_taken(api: httpx.Client, document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    ask = {**schemas["AskRequest"]["examples"][0], "library": None}
    assert api.post("/api/ask", json=ask).status_code == 200
    assert api.post("/api/search", json=schemas["SearchRequest"]["examples"][0]).status_code == 200


@pytest.fixture(scope="module")
def described(
    sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[schemathesis.BaseSchema]:
    """The OpenAPI document of a server that the requests of this module may change."""
    import schemathesis

    place = tmp_path_factory.mktemp("described")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "SOURCEBOOK_CACHE"):
            patch.setenv(name, str(place / name.lower()))
        patch.setenv("SOURCEBOOK_LIBRARIES", str(place / "libraries"))
        limits = ServerLimits(rate="1000000/minute")
        with sample_server(sample_folder, place, limits=limits) as server:
            yield schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")


EXAMPLES = int(os.environ.get("OPENAPI_EXAMPLES", "6"))
"""Requests of an operation, of each of two kinds. The figure of 1,000 an operation, in some ten
minutes: OPENAPI_EXAMPLES=500 .venv/bin/python -m pytest -s tests/ui/api/test_openapi.py"""


@pytest.mark.slow
def test_no_request_stops_the_server(described: schemathesis.BaseSchema) -> None:
    """For each operation, requests that its schema allows and others that it does not."""
    from schemathesis.core.result import Ok
    from schemathesis.generation import GenerationMode

    results = list(described.get_all_operations())
    operations = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(operations) == len(results)
    assert len(operations) >= len(NATIVE)
    for operation in operations:
        number = sum(try_requests(operation, mode) for mode in GenerationMode)
        print(f"{number:6,} requests  {operation.method.upper()} {operation.path}")
    health = operations[0].schema["/health"]["GET"].Case().call()
    assert health.status_code == 200


def try_requests(operation: Any, mode: GenerationMode) -> int:
    """Send requests of one kind; return how many."""
    number = 0

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        nonlocal number
        number += 1
        reply = case.call(timeout=60)
        assert reply.status_code != 429, "it was refused before the route saw it"
        # 503 says that the models are being loaded, or that a queue is full.
        assert reply.status_code < 500 or reply.status_code == 503, (reply.status_code, reply.text)

    # An operation without input has no request that breaks its schema.
    with contextlib.suppress(Unsatisfiable):
        send()
    return number
