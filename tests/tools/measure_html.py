"""Measure the reader of web pages on public pages that lie in a folder outside the repository.

    python tests/tools/measure_html.py readability FOLDER   # test/test-pages of mozilla/readability
    python tests/tools/measure_html.py trafilatura FOLDER   # tests of adbar/trafilatura

The first compares runs of four words with the article that the project expects of each page, the
heads of a table's columns once. The second counts the segments of text that should and should not
be in the article, for this reader and for trafilatura alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections.abc import Iterable
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from lxml import html as elements

from sourcebook.index.errors import ReadError
from sourcebook.index.reading.decoding import decode_page
from sourcebook.index.reading.web.page import read_html
from sourcebook.index.structure.blocks import find_blocks

RUN = 4
_INLINE = frozenset(
    (
        *(
            "a",
            "abbr",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "data",
            "del",
            "dfn",
            "em",
            "font",
        ),
        *("i", "ins", "kbd", "label", "mark", "q", "s", "small", "span", "strong", "sub", "sup"),
        *("time", "tt", "u", "var", "wbr"),
    )
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("set", choices=["readability", "trafilatura"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=None, help="only the first pages")
    parser.add_argument("--worst", type=int, default=0, help="list so many of the worst pages")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"skipped: {options.folder} is not there")
        return 0
    measure = measure_readability if options.set == "readability" else measure_trafilatura
    measure(options.folder, options.pages, options.worst)
    return 0


def measure_readability(folder: Path, pages: int | None, worst: int) -> None:
    folders = sorted(path.parent for path in folder.glob("**/expected.html"))[:pages]
    with Pool(2) as pool:
        results = pool.map(_compare_page, folders, chunksize=4)
    for name, recall, precision in sorted(results, key=lambda r: r[1] + r[2])[:worst]:
        print(f"{name:40} recall {recall:.3f} precision {precision:.3f}")
    count = len(results)
    recall = sum(result[1] for result in results) / count
    precision = sum(result[2] for result in results) / count
    print(f"{count} pages: recall {recall:.3f}, precision {precision:.3f}")


def _compare_page(folder: Path) -> tuple[str, float, float]:
    expected = runs_of_words(_text_of(folder / "expected.html"))
    found = runs_of_words(words_of_page((folder / "source.html").read_bytes()))
    common = len(expected & found)
    return (
        folder.name,
        common / max(1, len(expected)),
        common / max(1, len(found)) if expected else 1.0,
    )


def _text_of(path: Path) -> str:
    tree = elements.document_fromstring(path.read_bytes(), elements.HTMLParser(encoding="utf-8"))
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            element.drop_tree()
        elif element.tag not in _INLINE:
            element.text = " " + (element.text or "")
            element.tail = " " + (element.tail or "")
    return str(tree.text_content())


def runs_of_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    runs = set(zip(*(words[start:] for start in range(RUN)), strict=False))
    return runs or {tuple(words)}


def article_text(page: bytes) -> str:
    try:
        return read_html(Path("page.html"), decode_page(page)).text
    except ReadError:
        return ""


def words_of_page(page: bytes) -> str:
    """The article's text, each cell of a table once: a row's line has the heads of its cells too,
    which the page has in its first row only."""
    try:
        document = read_html(Path("page.html"), decode_page(page))
    except ReadError:
        return ""
    pieces: list[str] = []
    end = 0
    for row in find_blocks(document.blocks, "row"):
        pieces.append(document.text[end : row.start])
        pieces.append(" ".join(cell.text for cell in row.children if cell.kind == "cell"))
        end = max(end, row.end)
    return " ".join([*pieces, document.text[end:]])


def measure_trafilatura(folder: Path, pages: int | None, worst: int) -> None:
    data: dict[str, dict[str, Any]] = json.loads((folder / "evaldata.json").read_text("utf-8"))
    files = {path.name: path for part in ("eval", "cache") for path in (folder / part).iterdir()}
    items = [(files[item["file"]], item) for _, item in sorted(data.items())][:pages]
    with Pool(2) as pool:
        rows: list[tuple[Any, Any, str]] = pool.map(_count_page, items, chunksize=4)
    for name, number in (("trafilatura alone", 0), ("this reader", 1)):
        true, false, missing = (_total(rows, number, at) for at in range(3))
        precision, recall = true / (true + false), true / (true + missing)
        seconds = _total(rows, number, 3)
        print(
            f"{len(items)} pages, {name}: precision {precision:.3f}, recall {recall:.3f}, "
            f"F {2 * precision * recall / (precision + recall):.4f}, {seconds:.0f} s"
        )
    losses = sorted(rows, key=lambda r: r[0][0] - r[0][1] - r[1][0] + r[1][1], reverse=True)
    for alone, ours, name in losses[:worst]:
        print(f"{name:60} alone {alone[:3]} here {ours[:3]}")


def _total(rows: list[tuple[Any, Any, str]], number: int, at: int) -> float:
    counts = [row[0] if number == 0 else row[1] for row in rows]
    return float(sum(count[at] for count in counts))


def _count_page(task: tuple[Path, dict[str, Any]]) -> tuple[Any, Any, str]:
    import trafilatura

    path, item = task
    page = path.read_bytes()
    alone = partial(trafilatura.extract, include_comments=False, include_tables=True)
    return _count(alone, page, item), _count(article_text, page, item), path.name


def _count(extract: Any, page: bytes, item: dict[str, Any]) -> tuple[int, int, int, float]:
    start = time.perf_counter()
    text = _one_line([extract(page) or ""])
    seconds = time.perf_counter() - start
    true, false = (
        sum(_one_line([segment]) in text for segment in item[kind]) for kind in ("with", "without")
    )
    return true, false, len(item["with"]) - true, seconds


def _one_line(texts: Iterable[str]) -> str:
    return " ".join(" ".join(texts).split())


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
