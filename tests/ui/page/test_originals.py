"""The PDF behind an article: shown where it lies still, and never another file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from made_files import RAIN, TALKS, pdf
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from sourcebook.index import Document, Library, make_document
from sourcebook.index.errors import LibraryError
from sourcebook.ui.page import originals


@pytest.fixture
def report(library: Library, tmp_path: Path) -> Document:
    (tmp_path / "a report é.pdf").write_bytes(pdf([RAIN, TALKS], title="A report"))
    library.add(tmp_path / "a report é.pdf")
    (document,) = library.documents()
    return document


def get(address: str, library: Callable[[str | None], Library]) -> Response:
    scope = {"type": "http", "query_string": urlsplit(address).query.encode(), "headers": []}
    return originals.response(Request(scope), library)


def test_a_pdf_is_given_as_it_lies_under_its_name(library: Library, report: Document) -> None:
    address = originals.address(report, "My library")
    assert parse_qs(urlsplit(address).query)["library"] == ["My library"]
    names: list[str | None] = []

    def find(name: str | None) -> Library:
        names.append(name)
        return library

    response = get(address, find)
    assert names == ["My library"]
    assert isinstance(response, FileResponse)
    assert str(response.path) == report.path
    assert response.headers["content-type"] == "application/pdf"
    assert (
        response.headers["content-disposition"]
        == "inline; filename*=utf-8''a%20report%20%C3%A9.pdf"
    )


def test_a_file_that_is_gone_or_has_become_another_is_not_given(
    library: Library, report: Document
) -> None:
    address = originals.address(report)
    file = Path(report.path or "")
    file.write_text("<script>alert(1)</script>")
    assert originals.address(report) == ""
    assert get(address, lambda _: library).status_code == 404
    file.unlink()
    assert originals.address(report) == ""
    assert get(address, lambda _: library).status_code == 404
    file.mkdir()
    assert originals.address(report) == ""


@pytest.mark.parametrize("path", ["/etc/passwd", "a\x00b.pdf", "x" * 5000, "", "a.zip/inner.pdf"])
def test_no_other_file_is_given(path: str) -> None:
    assert originals.file_of(make_document("A text.", path=path, media_type="text/plain")) is None
    document = make_document("A text.", path=path, media_type="application/pdf")
    assert originals.file_of(document) is None
    assert originals.file_of(make_document("A text.")) is None


def test_what_cannot_be_given_is_said_in_a_line(library: Library) -> None:
    response = get("/original?document=none", lambda _: library)
    assert (response.status_code, response.body) == (
        404,
        b"This article is no longer in the library.",
    )
    assert get("/original", lambda _: library).status_code == 404

    def broken(_: str | None) -> Library:
        raise LibraryError("the library is damaged: sourcebook doctor")

    assert get("/original?document=a", broken).status_code == 503
