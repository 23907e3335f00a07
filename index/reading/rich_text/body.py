"""The body of a file in Rich Text Format: its paragraphs, lists, tables and notes, part by part."""

from __future__ import annotations

from collections import Counter

from sourcebook.index.reading.office.equations import equation_text
from sourcebook.index.reading.office.flow import Flow, Paragraph, Part
from sourcebook.index.reading.office.pieces import Formula, Raised
from sourcebook.index.reading.office.symbol_fonts import symbol, symbols

from .control_words import (
    CONTENTS,
    NOWHERE,
    PAGES,
    SIGNS,
    STARRED,
    STORIES,
    SWITCHES,
    SYMBOL_FIELD,
    TARGETS,
)
from .equation_groups import begin_element, write_text
from .states import Group
from .stories import RtfStories
from .tokens import SYMBOLS, Token, code_page, decode, tokens


class RtfBody:
    """Reads a file into parts; counts what it leaves out."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._stories = RtfStories(flow)
        self._group = Group()
        self._groups: list[Group] = []
        self._page = "cp1252"
        self._fonts: dict[int, tuple[str, str | None]] = {}  # name and code page
        self._bytes = bytearray()
        self._first_half = 0  # of a character of two units of UTF-16
        self._to_pass = 0  # characters that repeat one in Unicode
        self._texts: dict[str, str] = {}  # of destinations that are no part of the text
        self._code = ""  # of the last field
        self._entry = 0  # the font or style that is described
        self.omissions: Counter[str] = Counter()

    @property
    def title(self) -> str | None:
        """The paragraph in the style of a title."""
        return self._stories.title

    @property
    def notes(self) -> list[Paragraph]:
        """The footnotes, in their order."""
        return self._stories.notes

    def read(self, data: bytes) -> list[Part]:
        """Return the parts of a file."""
        for token in tokens(data):
            if token.kind == "data":
                self._data(token.data)
                continue
            self._flush()
            if token.kind == "{":
                self._groups.append(self._group)
                self._group = self._group.copy()
                self._to_pass = 0
            elif token.kind == "}":
                self._to_pass = 0
                self._end_group()
            elif token.kind == "symbol":
                self._symbol(token.text)
            elif token.text == "u" and token.number is not None:
                self._write_unit(token.number % 65536)
                self._to_pass = self._group.fallback
            else:
                self._word(token)
        self._flush()
        return self._stories.end()

    def text(self, target: str) -> str:
        """Return the text of a destination: "title", "author", "template"."""
        return " ".join(self._texts.get(target, "").split()).rstrip(";")

    # --- Characters -------------------------------------------------------------------------

    def _data(self, data: bytes) -> None:
        count = min(self._to_pass, len(data))
        self._to_pass -= count
        if count < len(data) and self._group.target:
            self._bytes += data[count:]

    def _flush(self) -> None:
        """Write the bytes since the last control word in their code page."""
        if self._bytes:
            name, page = self._fonts.get(self._group.font, ("", None))
            data, self._bytes = bytes(self._bytes), bytearray()
            if page != SYMBOLS:
                self._write(decode(data, page or self._page))
            elif self._group.target in ("text", "label"):
                self._write(symbols(data.decode("latin-1"), name))
            else:
                self._write(decode(data, self._page))  # the name of the font itself

    def _write(self, text: str) -> None:
        group = self._group
        if self._first_half:
            text, self._first_half = f"\ufffd{text}", 0
        if not group.target:
            return
        if group.element is not None:
            write_text(group.element, text)
        elif group.target == "label":
            self._stories.story.label += text
        elif group.target != "text":
            self._texts[group.target] = self._texts.get(group.target, "") + text
            if group.target in ("fonttbl", "stylesheet") and ";" in text:
                self._define(group.target)
        elif group.is_deleted:
            self._flow.remove("deleted text", text)
        elif group.is_hidden:
            self._flow.remove("hidden text", text)
        elif group.is_struck:
            self._flow.remove("struck text", text)
        else:
            self._stories.story.pieces.append(Raised(text) if group.is_raised else text)

    def _write_unit(self, unit: int) -> None:
        """Write a unit of UTF-16; the first half of a character waits for the second."""
        if 0xD800 <= unit < 0xDC00:
            self._first_half = unit
        elif 0xDC00 <= unit < 0xE000:
            first, self._first_half = self._first_half, 0
            code = 0x10000 + ((first - 0xD800) << 10) + unit - 0xDC00
            self._write(chr(code) if first else "\ufffd")
        else:
            self._write(symbols(chr(unit)) if 0xF000 <= unit < 0xF100 else chr(unit))

    def _define(self, target: str) -> None:
        """Take over the name of a font or style, which ends with a semicolon."""
        name = self._texts.pop(target, "").strip().rstrip(";").strip()
        if target == "fonttbl":
            self._fonts[self._entry] = (name, self._fonts.get(self._entry, ("", None))[1])
        else:
            self._stories.styles[self._entry] = name.split(",")[0].lower()

    def _symbol(self, sign: str) -> None:
        if sign == "*":
            self._group.is_starred = True
        elif sign == "~":
            self._write("\u00a0")
        elif sign == "_":
            self._write("-")

    # --- Control words ----------------------------------------------------------------------

    def _word(self, token: Token) -> None:
        name, number = token.text, token.number
        group = self._group
        is_starred, group.is_starred = group.is_starred, False
        if self._begin_destination(name, is_starred) or (not group.target and name != "uc"):
            return
        if name == "s":
            self._entry = number or 0
        if not self._character_word(name, number) and group.target == "text":
            self._stories.word(name, number)

    def _begin_destination(self, name: str, is_starred: bool) -> bool:
        """Take over where the text of the group goes, if the control word says so."""
        group = self._group
        if is_starred and name not in STARRED and name not in STORIES and name not in TARGETS:
            group.target = ""
        elif name in ("pict", "object"):
            kind = "picture" if name == "pict" else "embedded file"
            self.omissions[kind] += bool(group.target)
            group.target = "" if name == "pict" else group.target
        elif name in NOWHERE or (name == "do" and is_starred):
            group.target = ""
        elif name == "ud" and len(self._groups) > 1:
            group.target = self._groups[-2].target  # the same text was before it, less well
        elif name in STORIES and (group.target or name == "annotation"):
            group.story = self._stories.begin(STORIES[name])
            group.target = "text"
            group.reset()
        elif name == "fldrslt" and CONTENTS.match(self._code):
            group.target = "contents"
        elif name in TARGETS and group.target:
            group.target = TARGETS[name]
            self._code = "" if name == "fldinst" else self._code
        elif name.startswith("m") and (name == "moMath" or group.element is not None):
            group.element = begin_element(group.element, name)
            group.target = "text"
        else:
            return False
        return True

    def _character_word(self, name: str, number: int | None) -> bool:
        group = self._group
        if name in SIGNS:
            self._write(SIGNS[name])
        elif name == "uc":
            group.fallback = max(number or 0, 0)
        elif name == "plain":
            group.reset()
        elif name in ("nosupersub", "sub", "dn"):
            group.is_raised = False
        elif name in SWITCHES:
            setattr(group, SWITCHES[name], number != 0)
        elif name == "chftn":
            self._stories.write_note_sign()
        else:
            return self._font_word(name, number)
        return True

    def _font_word(self, name: str, number: int | None) -> bool:
        """Take over a font or a code page."""
        if name == "f":
            self._group.font = number or 0
            if self._group.target == "fonttbl":
                self._entry = number or 0
        elif name == "fcharset" and self._group.target == "fonttbl":
            self._fonts[self._entry] = ("", code_page(number or 0))
        elif name == "ansicpg" and number:
            self._page = "utf-8" if number == 65001 else f"cp{number}"
        elif name in PAGES:
            self._page = PAGES[name]
        else:
            return False
        return True

    # --- Groups -----------------------------------------------------------------------------

    def _end_group(self) -> None:
        group = self._group
        if group.target == "fldinst":
            self._end_field_code()
        elif group.target == "running":
            self._flow.remove("header or footer of pages", self._texts.pop("running", ""))
        elif (
            group.target == "contents" and self._groups and (self._groups[-1].target != "contents")
        ):
            self._flow.remove("table of contents", self._texts.pop("contents", ""))
        if group.story:
            self._stories.author = self._texts.pop("atnauthor", "")
            self._stories.end_story(group.story)
        self._group = self._groups.pop() if self._groups else Group()
        if group.element is not None and self._group.element is None:
            text = equation_text(group.element)
            if text:
                self._stories.story.pieces.append(Formula(text))

    def _end_field_code(self) -> None:
        self._code = self._texts.pop("fldinst", "") or self._code
        if match := SYMBOL_FIELD.match(self._code):
            self._code = ""
            self._stories.story.pieces.append(
                symbol(int(match[1]) % 65536, (match[2] or "").strip())
            )
