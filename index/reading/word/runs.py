"""Runs of a Word document: the words of a paragraph, without what was deleted, struck or hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sourcebook.index.reading.office.equations import MATH, equation_text
from sourcebook.index.reading.office.pieces import Formula, NoteMark, Piece, Raised
from sourcebook.index.reading.office.symbol_fonts import symbol, symbols

from .styles import Styles, W, has_switch, is_on, value

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"

_SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"} | {
    f"{W}noBreakHyphen": "-",
    f"{W}pgNum": "",
}
_DELETION_TAGS = (f"{W}del", f"{W}moveFrom")
_IGNORED_TAGS = (
    *(f"{W}{name}" for name in ("pPr", "rPr", "instrText", "delText", "delInstrText", "rt")),
    *(f"{W}{name}" for name in ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "fldData")),
    f"{_MC}Fallback",
)
_TABLE_OF_CONTENTS = ("TOC", "TOA", "INDEX")


@dataclass(slots=True)
class _Field:
    """A field that is open: its instruction, and whether its result has begun."""

    code: str = ""
    is_result: bool = False
    data: Any | None = None

    @property
    def is_contents(self) -> bool:
        return self.code.split(maxsplit=1)[:1] != [] and (
            self.code.split(maxsplit=1)[0].upper() in _TABLE_OF_CONTENTS
        )


@dataclass(slots=True)
class Runs:
    """Reads runs; what is left out goes to ``remove``, what is no text to ``anchored``.

    ``note_sign`` returns the sign of a footnote or endnote: its kind, and its id.
    """

    styles: Styles
    remove: Callable[[str, str], None]
    note_sign: Callable[[str, str], str]
    fields: list[_Field] = field(default_factory=list)
    anchored: list[Any] = field(default_factory=list)

    def read(self, parent: Any) -> list[Piece]:
        """Return the pieces of a paragraph. Drawings and objects in it join ``anchored``."""
        pieces: list[Piece] = []
        for child in parent:
            self._read(child, pieces)
        return pieces

    def end_paragraph(self, is_heading: bool) -> None:
        """Forget fields that are not closed as they should be, lest they hide what follows.

        A table of contents ends at a heading, the code of a field with its paragraph.
        """
        if is_heading and self.is_in_contents:
            self.fields.clear()
        while self.fields and not self.fields[-1].is_result:
            self.fields.pop()

    @property
    def is_in_contents(self) -> bool:
        """Whether the text is that of a table of contents."""
        return any(each.is_contents and each.is_result for each in self.fields)

    def _read(self, element: Any, pieces: list[Piece]) -> None:
        tag = element.tag
        if tag == f"{W}r":
            self._read_run(element, pieces)
        elif tag in _DELETION_TAGS:
            self.remove("deleted text", "".join(element.itertext(f"{W}delText", f"{W}t")))
        elif tag in (f"{MATH}oMath", f"{MATH}oMathPara"):
            if text := equation_text(element):
                pieces.append(Formula(text))
        elif tag == f"{W}fldSimple":
            self.fields.append(_Field(element.get(f"{W}instr", ""), is_result=True))
            pieces += self.read(element)
            self.fields.pop()
        elif tag == f"{W}sdt":
            self._read_control(element, pieces)
        elif isinstance(tag, str) and tag not in _IGNORED_TAGS:
            pieces += self.read(element)

    def _read_control(self, element: Any, pieces: list[Piece]) -> None:
        placeholder = element.find(f"{W}sdtPr/{W}showingPlcHdr")
        content = element.find(f"{W}sdtContent")
        if content is None:
            return
        if has_switch(placeholder) and element.find(f"{W}sdtPr/{_W14}checkbox") is None:
            self.remove("placeholder", "".join(content.itertext(f"{W}t")))
            return
        pieces += self.read(content)

    def _read_run(self, run: Any, pieces: list[Piece]) -> None:
        properties = self.styles.run_properties(run)
        texts: list[Piece] = []
        font = properties.get(f"{W}rFonts")
        font_name = (font.get(f"{W}ascii") or "") if font is not None else ""
        for child in run:
            self._read_in_run(child, texts, font_name)
        if not texts:
            return
        plain = "".join(piece for piece in texts if isinstance(piece, str))
        if self.is_in_contents:
            self.remove("table of contents", plain)
            return
        if has_switch(properties.get(f"{W}vanish")):
            self.remove("hidden text", plain)
            return
        if any(has_switch(properties.get(tag)) for tag in (f"{W}strike", f"{W}dstrike")):
            self.remove("struck text", plain)
            return
        if _is_raised(properties):
            texts = [Raised(piece) if isinstance(piece, str) else piece for piece in texts]
        pieces += texts

    def _read_in_run(self, element: Any, texts: list[Piece], font: str) -> None:
        tag = element.tag
        if tag == f"{W}t":
            if self._is_shown():
                texts.append(symbols(element.text or "", _symbol_font(font)))
        elif tag in _SIGNS:
            texts.append(_SIGNS[tag])
        elif tag == f"{W}sym":
            texts.append(_symbol(element))
        elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
            self._read_reference(element, texts)
        elif tag in (f"{W}fldChar", f"{W}instrText"):
            self._read_field(element, texts)
        elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
            self.anchored.append(element)
        elif tag == f"{W}ruby":
            for base in element.iterfind(f"{W}rubyBase"):
                texts += self.read(base)
        elif tag == f"{_MC}AlternateContent":
            choice = element.find(f"{_MC}Choice")
            form = choice if choice is not None else element.find(f"{_MC}Fallback")
            for child in form if form is not None else ():
                self._read_in_run(child, texts, font)

    def _is_shown(self) -> bool:
        """Return whether text here is the result of the fields around it, not their code."""
        return all(each.is_result for each in self.fields)

    def _read_reference(self, element: Any, texts: list[Piece]) -> None:
        kind = "footnote" if element.tag == f"{W}footnoteReference" else "endnote"
        follows = element.get(f"{W}customMarkFollows")
        sign = ""
        if follows is not None and is_on(follows):
            run = element.getparent()
            sign = "".join(run.itertext(f"{W}t")).strip()
            for text in run.iterfind(f"{W}t"):
                text.text = ""
        sign = self.note_sign(f"{kind} {element.get(f'{W}id', '')}", sign)
        if sign:
            texts.append(NoteMark(sign))

    def _read_field(self, element: Any, texts: list[Piece]) -> None:
        kind = element.get(f"{W}fldCharType")
        if element.tag == f"{W}instrText":
            if self.fields and not self.fields[-1].is_result:
                self.fields[-1].code += element.text or ""
        elif kind == "begin":
            self.fields.append(_Field(data=element.find(f"{W}ffData")))
        elif kind == "separate" and self.fields:
            self.fields[-1].is_result = True
        elif kind == "end" and self.fields:
            innermost = self.fields.pop()
            if not innermost.is_result and innermost.data is not None:
                texts.append(_form_value(innermost.data))


def _is_raised(properties: Mapping[str, Any]) -> bool:
    """Return whether a run stands above the line."""
    if value(properties.get(f"{W}vertAlign")) == "superscript":
        return True
    position = value(properties.get(f"{W}position")) or "0"
    return position.removeprefix("+").isdecimal() and int(position) > 0


def _symbol(element: Any) -> str:
    """Return the sign of a ``w:sym``."""
    try:
        return symbol(int(element.get(f"{W}char", ""), 16), element.get(f"{W}font", ""))
    except (ValueError, OverflowError):
        return ""


def _symbol_font(font: str) -> str:
    """Return a font if it shows other signs than its characters are."""
    return font if font.lower() in ("symbol", "wingdings", "wingdings 2") else ""


def _form_value(data: Any) -> str:
    """Return what a box or list of a form shows."""
    box = data.find(f"{W}checkBox")
    if box is not None:
        mark = box.find(f"{W}checked")
        state = mark if mark is not None else box.find(f"{W}default")
        return "☒" if has_switch(state) else "☐"
    choices = data.find(f"{W}ddList")
    if choices is not None:
        entries = [value(entry) or "" for entry in choices.iterfind(f"{W}listEntry")]
        form = value(choices.find(f"{W}result")) or value(choices.find(f"{W}default")) or "0"
        if form.isdecimal() and int(form) < len(entries):
            return entries[int(form)]
    return ""
