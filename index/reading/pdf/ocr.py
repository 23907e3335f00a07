"""Recognise the text of a picture: rapidocr where it is installed, else Tesseract.

Both are optional: the extra ``ocr`` brings rapidocr with its models.
"""

from __future__ import annotations

import io
import math
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

WAY_OUT = "run OCR over it first, or, in Sourcebook's folder: .venv/bin/pip install -e '.[ocr]'"
"""What a person does who wants the text of a picture."""

MIN_CONFIDENCE = 0.5
"""What is recognised with less is left out."""

_TESSERACT_SECONDS = 120
_LINES_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A line of a picture: its text, its box in pixels from the upper left of the upright picture,
    and how sure its recognition is, from 0 to 1."""

    text: str
    box: tuple[float, float, float, float]
    confidence: float


def can_recognise() -> bool:
    """Return whether a program that recognises text is installed."""
    return _has_rapidocr() or shutil.which("tesseract") is not None


def recognise(image: Any, on_progress: Callable[[], None]) -> list[RecognisedLine]:
    """Return the lines of a picture, in no certain order.

    Args:
        image: A picture of Pillow.
        on_progress: Called between the steps, as the whole may take a minute.
    """
    image = image.convert("RGB")
    lines = _by_rapidocr(image, on_progress) if _has_rapidocr() else _by_tesseract(image)
    return [line for line in lines if line.confidence >= MIN_CONFIDENCE and line.text.strip()]


@cache
def _has_rapidocr() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = {
        f"EngineConfig.onnxruntime.{kind}_op_num_threads": number
        for kind, number in (("intra", 2), ("inter", 1))
    }
    return RapidOCR(params={"Global.log_level": "critical", **threads})


def _by_rapidocr(image: Any, on_progress: Callable[[], None]) -> Iterable[RecognisedLine]:
    """Find the lines, turn the picture upright if it lies askew, and read line by line."""
    import numpy as np

    engine = _engine()
    on_progress()
    boxes = _found_boxes(engine, np.asarray(image))
    angle = _angle(boxes)
    if abs(angle) > 0.4:
        on_progress()
        image = image.rotate(angle, expand=False, fillcolor="white", resample=2)
        boxes = _found_boxes(engine, np.asarray(image))
    pixels = np.asarray(image)
    lines: list[RecognisedLine] = []
    for number, box in enumerate(boxes):
        if number % _LINES_AT_ONCE == 0:
            on_progress()
        left, top = (max(int(min(point[side] for point in box)), 0) for side in (0, 1))
        right, bottom = (math.ceil(max(point[side] for point in box)) for side in (0, 1))
        crop = pixels[top:bottom, left:right]
        if crop.shape[0] < 4 or crop.shape[1] < 4:
            continue
        output = engine(np.ascontiguousarray(crop), use_det=False, use_cls=False, use_rec=True)
        if output.txts:
            edges = (float(left), float(top), float(right), float(bottom))
            lines.append(RecognisedLine(output.txts[0], edges, float(output.scores[0])))
    return lines


def _found_boxes(engine: Any, pixels: Any) -> list[Any]:
    output = engine(pixels, use_det=True, use_cls=False, use_rec=False)
    return [] if output.boxes is None else [box.tolist() for box in output.boxes]


def _angle(boxes: Iterable[Any]) -> float:
    """Return by how many degrees lines rise to the right, by the longest boxes."""
    slopes = []
    for (x1, y1), (x2, y2), *_ in boxes:
        if x2 - x1 > 100:
            slopes.append((x2 - x1, math.degrees(math.atan2(y2 - y1, x2 - x1))))
    slopes.sort(reverse=True)
    best = sorted(slope for _, slope in slopes[:15])
    return best[len(best) // 2] if best else 0.0


def _by_tesseract(image: Any) -> Iterable[RecognisedLine]:
    data = io.BytesIO()
    image.save(data, "PNG")
    result = subprocess.run(
        ["tesseract", "stdin", "stdout", "tsv"],
        input=data.getvalue(),
        capture_output=True,
        timeout=_TESSERACT_SECONDS,
        check=True,
    )
    yield from tesseract_lines(result.stdout.decode("utf-8", "replace"))


def tesseract_lines(table: str) -> Iterable[RecognisedLine]:
    """Yield the lines of Tesseract's table of words."""
    words: dict[tuple[str, ...], list[tuple[str, list[float], float]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) < 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, width, height = map(float, cells[6:10])
        box = [left, top, left + width, top + height]
        words.setdefault(tuple(cells[1:5]), []).append((cells[11], box, float(cells[10])))
    for line in words.values():
        boxes = [box for _, box, _ in line]
        yield RecognisedLine(
            " ".join(text for text, _, _ in line),
            (
                min(box[0] for box in boxes),
                min(box[1] for box in boxes),
                max(box[2] for box in boxes),
                max(box[3] for box in boxes),
            ),
            sum(confidence for _, _, confidence in line) / len(line) / 100,
        )
