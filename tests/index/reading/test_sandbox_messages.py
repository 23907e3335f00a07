"""Messages of a child in the hands of a file: what is no document is refused, and quickly."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Document
from sourcebook.index.documents.making import make_document
from sourcebook.index.errors import ReaderCrashed
from sourcebook.index.reading.sandbox import ReaderSandbox
from sourcebook.index.reading.sandbox_protocol import FileEnd, pack, unpack
from sourcebook.index.structure.block_rows import MAX_BLOCKS, blocks_to_json, validate_blocks
from sourcebook.index.structure.blocks import Block, walk
from sourcebook.index.structure.content import Content

TEXT = "Route: Skerry; Adult: 12.50"
CELL = [0, 1, 1, 1, False, ["Adult"], "SEK"]
PARAGRAPH, TABLE, ROW = 1, 5, 6
MOST_SECONDS = 10


def message(rows: Any, **changes: Any) -> bytes:
    """A document with these rows, as a child sends it, and with other fields as it should not."""
    head = json.loads(pack(make_document(TEXT)).partition(b"\n")[0])
    data = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return json.dumps(head | changes).encode() + b"\n" + data


def test_rows_that_are_blocks_are_read() -> None:
    document = unpack(message([[TABLE, 0, 27, [[ROW, 0, 27, [[7, 22, 5, [], {"cell": CELL}]]]]]]))
    assert isinstance(document, Document)
    assert [(b.kind, b.text) for b in walk(document.blocks)] == [
        ("table", TEXT),
        ("row", TEXT),
        ("cell", "12.50"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        {"a": 1},
        [1],
        [[PARAGRAPH, 0]],
        [[PARAGRAPH, 0, 5, [], {}, 0]],
        [[-1, 0, 5]],
        [[14, 0, 5]],
        [[True, 0, 5]],
        [["paragraph", 0, 5]],
        [[PARAGRAPH, -1, 5]],
        [[PARAGRAPH, 5, -2]],
        [[PARAGRAPH, 0, 28]],
        [[PARAGRAPH, 1 << 80, 1]],
        [[PARAGRAPH, 0, 1.5]],
        [[PARAGRAPH, 0, 9], [PARAGRAPH, 8, 5]],  # one over the other
        [[TABLE, 0, 9, [[ROW, 5, 9]]]],  # out of its parent
        [[PARAGRAPH, 0, 9, 7]],
        [[PARAGRAPH, 0, 9, [], []]],
        [[PARAGRAPH, 0, 9, [], {"text": "another"}]],
        [[0, 0, 9, [], {"level": -9}]],
        [[0, 0, 9, [], {"marker": ["*"]}]],
        [[7, 0, 9, [], {"cell": CELL[:6]}]],
        [[7, 0, 9, [], {"cell": [0, 1 << 30, *CELL[2:]]}]],  # a page has a cell for each column
        [[7, 0, 9, [], {"cell": [0, -1, *CELL[2:]]}]],
        [[7, 0, 9, [], {"cell": [0, 0, 1, 0, *CELL[4:]]}]],
        [[7, 0, 9, [], {"cell": [*CELL[:5], [["Adult"]], None]}]],
        [[7, 0, 9, [], {"cell": [*CELL[:4], 0, [], None]}]],
        [[1, 0, 9, [], {"place": [0, None, None]}]],
        [[1, 0, 9, [], {"place": [1, [0, 0, 9], None]}]],
        [[1, 0, 9, [], {"place": [1, [0, 0, 9, float("nan")], None]}]],
        [[1, 0, 9, [], {"place": [1, None, 10**400]}]],
        [[PARAGRAPH, 0, 0]] * (MAX_BLOCKS + 1),
        b"",
        b"[",
        b"null",
        b"[" * 100_000,
        b"[" * (6 * MAX_BLOCKS + 1),
        b"[[1,0,5,[" * 5_000 + b"]]" * 10_000,
        b"[[1,0,1" + b"0" * 10_000 + b"]]",
        b"[[1,0,5]]\n[]",
        b"\xff[]",
        b"\x80\x04K\x01.",  # a pickle
    ],
    ids=lambda rows: str(rows)[:40],
)
def test_rows_that_are_no_blocks_of_the_text_are_refused_in_time(rows: Any) -> None:
    data = message(rows)
    began = time.process_time()
    with pytest.raises(ValueError):  # noqa: PT011 - of json, of pydantic, or of the rows
        unpack(data)
    assert time.process_time() - began < MOST_SECONDS


def test_the_texts_of_blocks_cannot_fill_the_memory() -> None:
    """Blocks one in another over a long text would be that text many times."""
    text = "x" * 2_000_000
    rows: list[Any] = []
    for _ in range(100):
        rows = [[PARAGRAPH, 0, len(text), rows]]
    with pytest.raises(ValueError, match="too many characters"):
        validate_blocks(json.dumps(rows).encode(), text)


@pytest.mark.parametrize(
    "changes",
    [
        {"blocks": [{"kind": "paragraph", "start": 5, "end": 3, "text": "another"}]},
        {"pages": [28]},
        {"pages": [5, 3]},
        {"pages": [-1]},
        {"text": None},
        {"kind": "done"},
    ],
    ids=str,
)
def test_blocks_and_pages_of_another_text_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpack(message([], **changes))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 30) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.sampled_from(["cell", "place", "level", "marker", "x"]), inner)
    ),
    max_leaves=20,
)
ROWS: st.SearchStrategy[list[Any]] = st.recursive(
    st.just([]),
    lambda inner: st.lists(
        st.tuples(st.integers(0, 14), st.integers(0, 27), st.integers(0, 9), inner, JSON),
        max_size=3,
    ),
    max_leaves=8,
)


@pytest.mark.slow
@given(JSON | ROWS)
def test_whatever_is_sent_is_refused_or_is_blocks_in_their_places(rows: Any) -> None:
    try:
        blocks = validate_blocks(json.dumps(rows).encode(), TEXT)
    except ValueError:
        return
    check_inside(blocks, 0, len(TEXT))
    assert validate_blocks(blocks_to_json(blocks), TEXT) == blocks


def check_inside(blocks: tuple[Block, ...], start: int, end: int) -> None:
    for block in blocks:
        assert start <= block.start <= block.end <= end
        assert TEXT[block.start : block.end] == block.text
        check_inside(block.children, block.start, block.end)
        start = block.end


def test_a_child_that_sends_no_blocks_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is another program here, as if a file had taken it over."""
    messages = (pack(FileEnd()), message([[PARAGRAPH, 0, 1 << 40]]))
    answer = io.BytesIO()
    for data in messages:
        answer.write(len(data).to_bytes(8, "big") + data)
    program = f"import sys; sys.stdout.buffer.write({answer.getvalue()!r}); sys.stdout.flush()"
    real = subprocess.Popen

    def start(_: list[str], **options: Any) -> Any:
        return real([sys.executable, "-c", f"{program}; sys.stdin.read()"], **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    path = tmp_path / "a.html"
    path.write_text("x")
    with ReaderSandbox() as sandbox, pytest.raises(ReaderCrashed, match="sent what is no document"):
        list(sandbox.read(path))


def test_a_sheet_takes_a_few_bytes_a_block() -> None:
    """Each block once as JSON with its text takes over 200."""
    text = "x" * 10_000
    cells = tuple(Block("row", n, n + 1, "x") for n in range(len(text)))
    blocks = (Block("table", 0, len(text), text, cells),)
    document = make_document(Content(text, blocks), is_scraped=False)
    data = pack(document)
    assert len(data) - len(text) < 20 * len(text)
    assert unpack(data) == document
