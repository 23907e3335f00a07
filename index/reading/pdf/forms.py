"""What was typed into a form, and notes on its pages."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .frames import Box, Frame
from .text.words import Look, PdfWord

_TEXT, _FREE_TEXT, _WIDGET = 1, 3, 20
_MARKUPS = (9, 10, 11, 12, 13, 14)  # highlight, underline, squiggle, strike-out, stamp, caret
_BUTTON, _CHECK_BOX, _RADIO, _COMBO_BOX, _LIST_BOX, _TEXT_FIELD, _SIGNATURE = range(1, 8)
_HIDDEN_FLAGS = 2 | 32
_MAX_ANNOTATIONS, _MAX_OPTIONS = 5_000, 1_000
_FIELD_NUMBER = re.compile(
    r"(?:[\w.\[\]]*[._ ])?(?:text|field|undefined|untitled|check ?box)?\s?[\d.\[\]]*", re.I
)

_LABEL_DISTANCE = 220.0
"""A label stands at most so far at the left of its field, in points."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form that a person filled in: its name, its value, its box in the frame."""

    name: str
    value: str
    box: Box
    is_tick: bool = False


@dataclass(frozen=True, slots=True)
class Annotations:
    """What stands on a page beside its text; ``notes`` are remarks, with who wrote them."""

    fields: tuple[Field, ...] = ()
    texts: tuple[tuple[str, Box], ...] = ()
    notes: tuple[str, ...] = ()


def read_annotations(page: Any, frame: Frame) -> Annotations:
    """Return the fields of forms on a page, text that was typed onto it, and remarks."""
    from pypdfium2 import raw

    count = raw.FPDFPage_GetAnnotCount(page.raw)
    fields: list[Field] = []
    texts: list[tuple[str, Box]] = []
    notes: list[str] = []
    for number in range(min(count, _MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAGS:
                continue
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind == _WIDGET and page.formenv is not None:
                field = _field(annotation, page.formenv.raw, frame)
                fields += [field] if field else []
            elif kind == _FREE_TEXT:
                text = _string(annotation, b"Contents")
                texts += [(text, _box(annotation, frame))] if text else []
            elif kind == _TEXT or kind in _MARKUPS:
                text, writer = _string(annotation, b"Contents"), _string(annotation, b"T")
                notes += (
                    [f"Note by {writer}: {text}" if writer else f"Note: {text}"] if text else []
                )
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return Annotations(tuple(fields), tuple(texts), tuple(dict.fromkeys(notes)))


def _field(annotation: Any, form: Any, frame: Frame) -> Field | None:
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    name = _form_string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or _form_string(
        raw.FPDFAnnot_GetFormFieldName, form, annotation
    )
    box = _box(annotation, frame)
    if kind in (_CHECK_BOX, _RADIO):
        is_checked = bool(raw.FPDFAnnot_IsChecked(form, annotation))
        return Field(name, "☒" if is_checked else "☐", box, is_tick=True)
    if kind not in (_COMBO_BOX, _LIST_BOX, _TEXT_FIELD):
        return None
    value = _options_text(form, annotation) if kind != _TEXT_FIELD else ""
    value = value or _form_string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    return Field(name, value, box) if value else None


def _options_text(form: Any, annotation: Any) -> str:
    """Return the options that are selected, as they are shown: a field may keep codes for them."""
    from pypdfium2 import raw

    count = min(raw.FPDFAnnot_GetOptionCount(form, annotation), _MAX_OPTIONS)
    labels = [
        _text_of(
            lambda buffer, size, number=number: raw.FPDFAnnot_GetOptionLabel(
                form, annotation, number, buffer, size
            )
        )
        for number in range(count)
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, number)
    ]
    return ", ".join(filter(None, labels))


def _box(annotation: Any, frame: Frame) -> Box:
    from pypdfium2 import raw

    rectangle = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, rectangle)
    return frame.box(rectangle.left, rectangle.top, rectangle.right, rectangle.bottom)


def _string(annotation: Any, key: bytes) -> str:
    from pypdfium2 import raw

    return _text_of(
        lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    )


def _form_string(get: Any, form: Any, annotation: Any) -> str:
    return _text_of(lambda buffer, size: get(form, annotation, buffer, size))


def _text_of(get: Any) -> str:
    """Return a string that PDFium writes into a buffer, as UTF-16 with a zero at its end."""
    size = int(get(None, 0))
    if not 2 < size < 1 << 22:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    get(buffer, size)
    text = bytes(buffer).decode("utf-16-le", "replace").split("\0")[0]
    return " ".join(text.replace("\ufeff", "").split())


def field_words(
    annotations: Annotations, words: Sequence[PdfWord], turn: int, upright: Sequence[Box] = ()
) -> list[PdfWord]:
    """Return the values of fields as words where they stand, behind the labels beside them.

    Args:
        annotations: Those of the page.
        words: The words of the page.
        turn: The quarter turn of the words that are made.
        upright: Upright rules; one between a label and a field parts two cells.
    """
    size = sorted(word.look.size for word in words)[len(words) // 2] if words else 10.0
    look = Look(size, turn)
    writing = _FieldWriting(words, look, upright)
    for field in annotations.fields:
        writing.add(field)
    for text, box in annotations.texts:
        writing.add_text(text, (box[0], _base(Field("", text, box), None, look)))
    return writing.words


class _FieldWriting:
    """Makes words of the values of fields."""

    def __init__(self, words: Sequence[PdfWord], look: Look, upright: Sequence[Box]) -> None:
        self.words: list[PdfWord] = []
        self._page_words, self._look, self._upright = words, look, upright
        self._number = max((word.number for word in words), default=0) + 10

    def add(self, field: Field) -> None:
        """Write a field behind its label, a tick before it where its label stands at the right."""
        size = self._look.size
        label = _beside(field, self._page_words, is_left=True)
        if field.is_tick:
            after = _beside(field, self._page_words, is_left=False)
            is_apart = label is not None and _is_parted(label, field, self._upright)
            is_nameless = label is None and bool(_FIELD_NUMBER.fullmatch(field.name))
            if after is not None or is_apart or is_nameless:
                self._add_tick(field, after)
                return
        start, value = field.box[0] + 2, field.value
        if label is not None and _is_parted(label, field, self._upright):
            pass
        elif label is not None:
            start = label.right + 0.25 * size
            if label.text[-1:] not in ":?.…_":
                self._add_word(":", label.right, label.base)
                start += 0.3 * size
                self._number += 10
        elif not _is_under_label(field, self._page_words) and not _FIELD_NUMBER.fullmatch(
            field.name
        ):
            value = f"{field.name}: {value}"
        self.add_text(value, (start, _base(field, label, self._look)))

    def _add_tick(self, field: Field, after: PdfWord | None) -> None:
        """Write a tick, before the word at its right if there is one."""
        size = self._look.size
        base = after.base if after else _base(field, None, self._look)
        left = min(field.box[0], after.left - size) if after else field.box[0]
        if after and after.left - left > 3 * size:
            left = after.left - 1.2 * size
        self._add_word(field.value, left, base)
        self._number += 10

    def add_text(self, text: str, place: tuple[float, float]) -> None:
        """Write the words of a text from a place on its base line."""
        left, base = place
        for piece in text.split():
            left = self._add_word(piece, left, base).right + 0.28 * self._look.size
            self._number += 1
        self._number += 10

    def _add_word(self, text: str, left: float, base: float) -> PdfWord:
        word = _word(text, left, base, self._look, self._number)
        self.words.append(word)
        return word


def _word(text: str, left: float, base: float, look: Look, number: int) -> PdfWord:
    width = (0.3 if text == ":" else 0.5 * len(text)) * look.size
    top, bottom = base - 0.9 * look.size, base + 0.25 * look.size
    return PdfWord(text, left, top, left + width, bottom, base, look, number, True)


def _base(field: Field, label: PdfWord | None, look: Look) -> float:
    if label is not None:
        return label.base
    _, top, _, bottom = field.box
    if bottom - top < 2.2 * look.size:
        return (top + bottom) / 2 + 0.35 * look.size
    return top + look.size


def _beside(field: Field, words: Sequence[PdfWord], is_left: bool) -> PdfWord | None:
    """Return the nearest word on the row of a field, at its left or right."""
    left, top, right, bottom = field.box
    row = [word for word in words if top - 3 <= word.base - 0.3 * word.size <= bottom + 3]
    if is_left:
        near = [word for word in row if left - _LABEL_DISTANCE <= word.right <= left + 4]
        return max(near, key=lambda word: word.right, default=None)
    near = [word for word in row if right - 4 <= word.left <= right + 30]
    return min(near, key=lambda word: word.left, default=None)


def _is_parted(label: PdfWord, field: Field, upright: Sequence[Box]) -> bool:
    """Return whether an upright rule stands between a label and its field."""
    return any(
        label.right - 1 <= left <= field.box[0] + 4 and top <= label.base <= bottom
        for left, top, _, bottom in upright
    )


def _is_under_label(field: Field, words: Sequence[PdfWord]) -> bool:
    """Return whether text that names a field stands closely above it."""
    left, top, right, _ = field.box
    return any(
        top - 2.0 * word.size <= word.base <= top + 2 and word.left < right and word.right > left
        for word in words
    )
