"""Documents, libraries, jobs and evaluations through HTTP."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from api_client import Serve

from sourcebook.index import Library
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.api.security.keys import Keys

ARTICLE = "The harbour of Aden took 412 ships in May. The last ship left on a Monday."
TALKS = {
    "id": "q1",
    "question": "How long did the talks between Sherman and Ryabkov in Geneva last?",
    "answers": ["about eight hours"],
    "answerable": True,
}


@pytest.fixture(autouse=True)
def _own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own runs."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def end_of(client: httpx.Client, reply: httpx.Response, **headers: str) -> dict[str, Any]:
    """The job that a reply names, once it has ended."""
    assert reply.status_code == 202, reply.text
    assert reply.headers["location"] == reply.json()["address"]
    deadline = time.monotonic() + 60
    job: dict[str, Any] = reply.json()
    while job["state"] not in ("complete", "stopped", "failed"):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
        job = client.get(job["address"], headers=headers).json()
    return job


def test_the_list_is_read_page_by_page(api: httpx.Client, sample: Library) -> None:
    expected = [document.id for document in sample.documents()]
    seen: list[str] = []
    cursor: str | None = ""
    for _ in range(-(-len(expected) // 2)):
        assert cursor is not None
        page = api.get("/api/documents", params={"limit": 2, "cursor": cursor}).json()
        assert page["total"] == len(expected)
        seen += [document["id"] for document in page["documents"]]
        cursor = page["next"]
    assert cursor is None
    assert seen == expected


def test_a_page_goes_on_where_its_last_document_was_removed(serve_api: Serve) -> None:
    client = serve_api()
    everything = [row["id"] for row in client.get("/api/documents").json()["documents"]]
    first = client.get("/api/documents", params={"limit": 2}).json()
    client.delete(f"/api/documents/{everything[1]}")
    rest = client.get("/api/documents", params={"cursor": first["next"]}).json()
    assert [row["id"] for row in rest["documents"]] == everything[2:]


@pytest.mark.parametrize("query", ["cursor=!!", "cursor=YQ", "limit=0", "limit=x", "limit=1001"])
def test_a_wrong_page_is_a_problem(api: httpx.Client, query: str) -> None:
    assert api.get(f"/api/documents?{query}").status_code == 422


def test_a_document_is_read_with_what_was_removed(serve_api: Serve, sample: Library) -> None:
    client = serve_api()
    for document in sample.documents():
        data = client.get(f"/api/documents/{document.id}").json()
        assert data["text"] == document.text
        assert data["removed"] == [{"rule": r.rule, "text": r.text} for r in document.removed]
        assert len(data["blocks"]) == len(document.blocks)
    assert client.get("/api/documents/nothing").status_code == 404


def test_a_removal_is_undone(serve_api: Serve, sample: Library) -> None:
    client = serve_api()
    document = next(sample.documents())
    removal = client.delete(f"/api/documents/{document.id}").json()
    assert removal["title"] == document.title
    assert client.get(f"/api/documents/{document.id}").status_code == 404
    assert client.delete(f"/api/documents/{document.id}").status_code == 404
    assert client.post(removal["restore"]).json() == {"id": document.id, "restored": True}
    assert client.get(f"/api/documents/{document.id}").json()["text"] == document.text
    assert client.post(removal["restore"]).status_code == 404


@pytest.mark.slow
def test_files_of_a_form_are_added(serve_api: Serve, sample: Library) -> None:
    client, before = serve_api(), len(sample)
    files = [
        ("file", ("harbour.txt", ARTICLE.encode(), "text/plain")),
        ("file", ("../../etc/passwd.md", b"# Cranes\n\nNine cranes stand there.", "text/markdown")),
        ("file", ("picture.xyz", b"\x00\x01", "application/x-unknown")),
    ]
    job = end_of(client, client.post("/api/documents", files=files))
    assert job["state"] == "complete"
    assert job["problem"] is None
    assert len(job["result"]["added"]) == 2
    assert [skipped["error"] for skipped in job["result"]["skipped"]] == ["UnsupportedFormat"]
    assert len(sample) == before + 2
    places = [row["place"] for row in client.get("/api/documents").json()["documents"]]
    assert all(sample.folder in Path(place).parents for place in places[-2:])
    assert Path(places[-1]).name == "passwd.md"


@pytest.mark.slow
def test_a_file_is_added_as_the_body_of_a_request(serve_api: Serve) -> None:
    client = serve_api()
    reply = client.post(
        "/api/documents",
        params={"name": "harbour.txt"},
        content=(ARTICLE[n : n + 7].encode() for n in range(0, len(ARTICLE), 7)),
        headers={"content-type": "application/octet-stream"},
    )
    added = end_of(client, reply)["result"]["added"]
    assert client.get(f"/api/documents/{added[0]}").json()["text"] == ARTICLE
    typed = client.post(
        "/api/documents",
        content=b"<h1>Cranes</h1><p>Nine cranes.</p>",
        headers={"content-type": "text/html"},
    )
    assert len(end_of(client, typed)["result"]["added"]) == 1


@pytest.mark.parametrize(
    "urls", [["/etc/passwd"], ["file.txt"], ["https://a.example/x y"], [], "https://a.example", [5]]
)
def test_what_is_no_address_is_not_read(api: httpx.Client, urls: Any) -> None:
    reply = api.post("/api/documents", json={"urls": urls})
    assert reply.status_code == 422
    assert "https://" in reply.json()["detail"]


def test_where_the_library_is_named_is_said(api: httpx.Client) -> None:
    body = {"urls": ["https://a.example"], "library": "news"}
    assert "?library=NAME" in api.post("/api/documents", json=body).json()["detail"]


def test_an_address_that_is_not_public_is_not_fetched(serve_api: Serve) -> None:
    client = serve_api()
    for url in (
        f"{client.base_url}/api/documents",
        "file:///etc/passwd",
        "http://169.254.169.254/",
    ):
        job = end_of(client, client.post("/api/documents", json={"urls": [url]}))
        assert job["result"]["added"] == []
        assert [skipped["error"] for skipped in job["result"]["skipped"]] == ["AddressRefused"]


def test_a_request_without_anything_to_add_is_a_problem(api: httpx.Client) -> None:
    for reply in (
        api.post("/api/documents"),
        api.post("/api/documents", json={}),
        api.post("/api/documents", files={"other": ("a.txt", b"x")}),
        api.post("/api/documents", data={"file": "x"}),
        api.post("/api/documents", content=b"x", headers={"content-type": "multipart/form-data"}),
    ):
        assert reply.status_code in (400, 422)
        assert reply.json()["detail"]


@pytest.mark.slow
def test_a_request_that_is_sent_again_adds_once(serve_api: Serve, sample: Library) -> None:
    client, before = serve_api(), len(sample)
    same = {"idempotency-key": "first"}
    files = {"file": ("harbour.txt", ARTICLE.encode(), "text/plain")}
    jobs = [client.post("/api/documents", files=files, headers=same) for _ in range(3)]
    assert len({reply.json()["id"] for reply in jobs}) == 1
    other = client.post("/api/documents", files={"file": ("b.txt", b"Other.")}, headers=same)
    assert other.status_code == 409
    assert end_of(client, jobs[0])["state"] == "complete"
    assert len(sample) == before + 1


@pytest.mark.slow
def test_a_job_is_seen_and_stopped_by_its_caller_alone(serve_api: Serve, keys: Keys) -> None:
    client = serve_api()
    own, other = (
        {"authorization": f"Bearer {keys.create(name, ['read', 'write'], None)}"}
        for name in ("own", "other")
    )
    reply = client.post("/api/documents", files={"file": ("a.txt", ARTICLE.encode())}, headers=own)
    place = reply.headers["location"]
    assert client.get(place, headers=other).status_code == 404
    assert client.delete(place, headers=other).status_code == 404
    assert client.get("/api/jobs", headers=other).json() == {"jobs": []}
    assert [job["id"] for job in client.get("/api/jobs", headers=own).json()["jobs"]] == [
        reply.json()["id"]
    ]
    assert client.delete(place, headers=own).status_code == 202
    assert end_of(client, reply, **own)["state"] in ("complete", "stopped")


@pytest.mark.slow
def test_libraries_are_made_listed_and_asked_apart(serve_api: Serve, keys: Keys) -> None:
    client = serve_api()
    assert client.post("/api/libraries", json={"name": "news"}).json()["name"] == "news"
    assert client.post("/api/libraries", json={"name": "news"}).status_code == 409
    assert client.post("/api/libraries", json={"name": "../x"}).status_code == 409
    params, files = {"library": "news"}, {"file": ("a.txt", ARTICLE.encode(), "text/plain")}
    end_of(client, client.post("/api/documents", params=params, files=files))
    rows = client.get("/api/libraries").json()["libraries"]
    assert (rows[0]["name"], rows[0]["default"]) == ("test.library", True)
    assert {row["name"]: row["documents"] for row in rows}["news"] == 1
    asked = {"question": "How many ships did Aden take in May?", "library": "news"}
    cited = client.post("/api/ask", json=asked).json()["citations"]
    assert [citation["quote"] for citation in cited] == [ARTICLE.split(". ", maxsplit=1)[0] + "."]
    assert Libraries().entry("news").exists
    key = {"x-api-key": keys.create("news", ["ask", "read", "write"], ["news"])}
    listed = client.get("/api/libraries", headers=key).json()["libraries"]
    assert [(row["name"], row["default"]) for row in listed] == [("news", True)]
    default = client.get("/api/documents", headers=key).json()
    assert [row["place"].rpartition("/")[2] for row in default["documents"]] == ["a.txt"]
    for method, path in (
        ("GET", "/api/documents?library=test.library"),
        ("GET", "/api/documents/x?library=test.library"),
        ("DELETE", "/api/documents/x?library=test.library"),
        ("POST", "/api/documents/x/restore?library=test.library"),
        ("POST", "/api/documents?library=test.library"),
        ("GET", "/api/documents?library=nowhere"),
    ):
        assert client.request(method, path, headers=key).status_code == 403
    for path, body in (
        ("/api/libraries", {"name": "other"}),
        ("/api/ask", {"question": "x", "library": "main"}),
        ("/api/search", {"query": "x", "library": "main"}),
        ("/api/evaluations", {"library": "main"}),
    ):
        assert client.post(path, json=body, headers=key).status_code == 403


@pytest.mark.slow
def test_a_question_set_is_asked_as_a_job(serve_api: Serve) -> None:
    client = serve_api(ScriptedModel("The talks took about eight hours."))
    body = {"name": "talks", "questions": [TALKS]}
    job = end_of(client, client.post("/api/evaluations", json=body))
    assert (job["state"], job["kind"]) == ("complete", "evaluation")
    assert job["progress"]["done"] == job["progress"]["total"] == 1
    assert job["result"]["measures"]["correct"]["n"] == 1
    runs = client.get("/api/evaluations").json()["runs"]
    assert runs == [job["result"]["run"]]
    assert client.get(f"/api/evaluations/{runs[0]}").json() == job["result"]
    assert client.get("/api/evaluations/..").status_code == 404
    wrong = client.post("/api/evaluations", json={"questions": [{"id": "q"}]})
    assert wrong.status_code == 422


@pytest.mark.slow
def test_one_evaluation_runs_at_a_time_and_is_stopped(serve_api: Serve) -> None:
    gate = threading.Event()

    def reply(_: object) -> str:
        gate.wait(30)
        return "The talks took about eight hours."

    client = serve_api(ScriptedModel(reply))
    questions = [{**TALKS, "id": f"q{n}"} for n in range(3)]
    first = client.post("/api/evaluations", json={"name": "a", "questions": questions})
    second = client.post("/api/evaluations", json={"name": "b", "questions": questions})
    assert second.status_code == 409
    assert client.delete(first.headers["location"]).json()["state"] == "stopping"
    gate.set()
    job = end_of(client, first)
    assert job["state"] == "stopped"
    assert json.dumps(job["result"]["complete"]) == "false"
