"""Read all PDFs below a folder; count those whose text is nonsense or runs words together unsaid.

python tests/tools/measure_pdf_corpus.py FOLDER

The folder is meant to hold the public test files of pdf.js, py-pdf/sample-files, docling and
Unstructured. A text is nonsense where its letters follow each other as in no language; words run
together where a small letter or a stop touches the next word, or a word has over 25 letters, in one
of fifty words or more. Both are judged by other rules than the reader's own.
"""

from __future__ import annotations

import re
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sourcebook.index import Document
from sourcebook.index.errors import ReadError
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source

SECONDS = 60
MIN_WORDS = 40
_WORD = re.compile(r"[^\W\d_]{2,}")
_JOINED = re.compile(
    r"\b[a-zà-ÿ]{3,}[.,;:!?][A-ZÀ-Þ][a-zà-ÿ]{2,}|\b[a-zà-ÿ]{3,}[A-ZÀ-Þ][a-zà-ÿ]{3,}|[A-Za-zÀ-ÿ]{26,}"
)
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|[/\\_=])\S*")


def is_nonsense(text: str) -> bool:
    """Return whether a text holds many signs of no script, or Latin words almost without vowels."""
    marks = [sign for sign in text if not sign.isspace()]
    strange = sum(sign < " " or "\ue000" <= sign <= "\uf8ff" or sign == "\ufffd" for sign in marks)
    if marks and strange * 20 > len(marks):
        return True
    words = [word.lower() for word in _WORD.findall(text) if word.isascii() and len(word) > 2]
    if len(words) < MIN_WORDS:
        return False
    without = sum(not re.search(r"[aeiouy]", word) for word in words)
    return without * 3 > len(words)


def joined_words(text: str) -> list[str]:
    """Return what looks like words that run together."""
    return _JOINED.findall(_ADDRESS.sub(" ", text))


def has_joined_words(text: str) -> bool:
    """Return whether one of fifty words or more is two."""
    words = len(_WORD.findall(text))
    return words >= MIN_WORDS and len(joined_words(text)) * 50 >= words


def main() -> None:
    """Print the counts, and the names of the files that fail."""
    results: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    signal.signal(signal.SIGALRM, _stop)
    paths = sorted(Path(sys.argv[1]).rglob("*.pdf"))
    if not paths:
        print("no PDF there: nothing is measured")
        return
    for path in paths:
        result = _judge(path)
        results[result] += 1
        names.setdefault(result, []).append(path.name)
    for result, count in results.most_common():
        print(f"{count:5} {result}")
        if result not in ("read", "refused with its reason"):
            print("      " + "\n      ".join(names[result]))


def _judge(path: Path) -> str:
    signal.alarm(SECONDS)
    try:
        items: list[Any] = list(read_source(Source.file(path)))
    except ReadError:
        return "refused with its reason"
    except TimeoutError:
        return f"took over {SECONDS} seconds"
    except Exception as error:  # noqa: BLE001 - a crash is a result
        return f"crashed: {type(error).__name__}"
    finally:
        signal.alarm(0)
    text = "\n".join(item.text for item in items if isinstance(item, Document))
    if is_nonsense(text):
        return "nonsense unsaid"
    return "words run together unsaid" if has_joined_words(text) else "read"


def _stop(*_: object) -> None:
    raise TimeoutError


if __name__ == "__main__":
    main()
