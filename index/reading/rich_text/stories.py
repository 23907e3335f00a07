"""The texts in a file of Rich Text Format: body, notes and text boxes, with their tables."""

from __future__ import annotations

import re

from sourcebook.index.reading.office.flow import Flow, Paragraph, Part
from sourcebook.index.reading.office.pieces import NoteMark, Piece, Raised, is_blank, join, plain
from sourcebook.index.reading.office.symbol_fonts import symbols

from .states import ParagraphForm, RtfStory
from .tables import CellForm, RtfTable

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)


class RtfStories:
    """Puts runs into paragraphs, and those into the text, the note or the cell that is open."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._stories: list[RtfStory] = []
        self._form = CellForm()
        self._note_count = 0
        self.story = RtfStory("body")
        self.styles: dict[int, str] = {}
        self.author = ""  # of the next comment
        self.notes: list[Paragraph] = []
        self.title: str | None = None

    def end(self) -> list[Part]:
        """End all that is open, and return the parts of the body."""
        while self._stories:
            self.end_story(self.story)
        self._end_paragraph()
        self._close_tables(0)
        return self.story.parts

    def word(self, name: str, number: int | None) -> None:
        """Take over a control word of a paragraph, a row or a cell."""
        form = self.story.form
        if name in ("par", "sect", "page"):
            self._end_paragraph()
        elif name == "pard":
            self.story.form = ParagraphForm()
        elif name in ("cell", "nestcell"):
            self._end_cell()
        elif name in ("row", "nestrow"):
            self._table(max(form.depth, 1) if name == "nestrow" else 1).end_row()
        elif name == "s":
            form.style = number or 0
        elif name == "outlinelevel":
            form.outline = number
        elif name == "ls":
            form.list_number = number
        elif name == "ilvl":
            form.list_level = min(max(number or 0, 0), 8)
        else:
            self._table_word(name, number)

    def _table_word(self, name: str, number: int | None) -> None:
        form = self.story.form
        if name == "intbl":
            form.depth = max(form.depth, 1)
        elif name == "itap":
            form.depth = min(max(number or 0, 0), 50)
        elif name == "trowd":
            self._table(max(form.depth, 1)).begin_row()
            self._form = CellForm()
        elif self.story.tables:
            self._cell_word(self.story.tables[-1], name, number)

    def _cell_word(self, table: RtfTable, name: str, number: int | None) -> None:
        if name == "trhdr":
            table.is_head = True
        elif name == "clvmgf":
            self._form.begins_down = True
        elif name == "clvmrg":
            self._form.goes_on_down = True
        elif name == "clmrg":
            self._form.goes_on_right = True
        elif name == "cellx":
            self._form.right = number or 0
            table.forms.append(self._form)
            self._form = CellForm()

    def _table(self, depth: int) -> RtfTable:
        """Return the open table at a depth; those deeper end."""
        tables = self.story.tables
        self._close_tables(depth)
        while len(tables) < depth:
            tables.append(RtfTable())
        return tables[-1]

    def _close_tables(self, depth: int) -> None:
        tables = self.story.tables
        while len(tables) > depth:
            table = tables.pop()
            table.end_row()
            if table.rows:
                (tables[-1].parts if tables else self.story.parts).append(table.grid())

    def _end_cell(self) -> None:
        depth = max(self.story.form.depth, 1)
        table = self._table(depth)
        self._end_paragraph(depth)
        table.end_cell()

    def _end_paragraph(self, depth: int | None = None) -> None:
        story = self.story
        pieces, story.pieces = join(story.pieces), []
        label, story.label = story.label.strip(), ""
        if depth is None:
            is_in_row = bool(story.tables) and story.tables[-1].is_in_row
            depth = max(story.form.depth, is_in_row)  # not all programs write \intbl
        if depth:
            target = self._table(depth).parts
        else:
            self._close_tables(0)
            target = story.parts
        if not is_blank(pieces):
            target.append(self._classify(pieces, label))

    def _classify(self, pieces: list[Piece], label: str) -> Paragraph:
        form = self.story.form
        style = self.styles.get(form.style, "") if form.style else ""
        match = _HEADING.fullmatch(style)
        if style == "title" and self.title is None:
            self.title = " ".join(plain(pieces).split())
        if match or style == "title" or (form.outline is not None and 0 <= form.outline < 9):
            level = int(match[1]) if match else 1 if style == "title" else (form.outline or 0) + 1
            has_number = any(letter.isalnum() for letter in label)
            return Paragraph([f"{label} ", *pieces] if has_number else pieces, "heading", level)
        if label or form.list_number:
            marker = symbols(label) or "•"
            key = str(form.list_number)
            return Paragraph(pieces, "item", form.list_level, marker, key)
        if style == "caption":
            return Paragraph(pieces, "caption")
        return Paragraph(pieces, "quote" if style in ("quote", "intense quote") else "paragraph")

    def begin(self, kind: str) -> RtfStory:
        """Begin a note, a comment or a text box; what raised sign is before a note is its mark."""
        story = RtfStory(kind)
        if kind == "footnote" and self.story.pieces:
            last = self.story.pieces[-1]
            if isinstance(last, Raised):
                self.story.pieces[-1] = NoteMark(last.text.strip())
                story.sign = last.text.strip()
            elif isinstance(last, NoteMark):
                story.sign = last.sign
        self._stories.append(self.story)
        self.story = story
        return story

    def end_story(self, story: RtfStory) -> None:
        """End a note, a comment or a text box."""
        self._end_paragraph()
        self._close_tables(0)
        self.story = self._stories.pop()
        if story.kind == "box":
            self._write_after(story.parts)
            return
        pieces: list[Piece] = []
        for part in story.parts:
            if isinstance(part, Paragraph):
                pieces += ["\n"] * bool(pieces) + part.pieces
        if story.kind == "annotation":
            author, self.author = self.author.strip(), ""
            text = plain(pieces)
            self._flow.remove("comment", f"{author}: {text}" if author and text else text)
            return
        pieces = join(pieces)
        if pieces and isinstance(pieces[0], Raised) and pieces[0].text.strip() == story.sign:
            pieces = pieces[1:]
        self.notes.append(Paragraph(pieces, "footnote", marker=story.sign or None))

    def _write_after(self, parts: list[Part]) -> None:
        """Let a text box follow the parts that end before it."""
        tables = self.story.tables
        (tables[-1].parts if tables else self.story.parts).extend(parts)

    def write_note_sign(self) -> None:
        """Write the number of the next footnote; in the note itself it is passed over."""
        if self.story.kind == "footnote":
            return
        self._note_count += 1
        self.story.pieces.append(NoteMark(str(self._note_count)))
