"""Type of a width that a test chooses: a font drawn by the test, in place of the page's own."""

from __future__ import annotations

import base64
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from playwright.sync_api import Page

_UNITS = 1000
"""Units of the font to one em."""
_CHARACTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2027)]


def font_of_width(em: float) -> bytes:
    """Return a TrueType font whose every character is a rectangle ``em`` wide."""
    width = round(em * _UNITS)
    pen = TTGlyphPen(None)
    corners = [(60, 0), (60, 600), (width - 60, 600), (width - 60, 0)]
    pen.moveTo(corners[0])
    for corner in corners[1:]:
        pen.lineTo(corner)
    pen.closePath()
    box, blank = pen.glyph(), TTGlyphPen(None).glyph()
    builder = FontBuilder(_UNITS, isTTF=True)
    builder.setupGlyphOrder([".notdef", "space", "box"])
    builder.setupCharacterMap(dict.fromkeys(_CHARACTERS, "box") | {0x20: "space"})
    builder.setupGlyf({".notdef": box, "space": blank, "box": box})
    builder.setupHorizontalMetrics(dict.fromkeys((".notdef", "space", "box"), (width, 60)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    file = BytesIO()
    builder.save(file)
    return file.getvalue()


def set_in(page: Page, font: bytes) -> None:
    """Set everything on ``page`` in ``font``; return when the browser measures with it."""
    data = base64.b64encode(font).decode("ascii")
    page.add_style_tag(
        content=f"""
        @font-face {{ font-family: Boxes; src: url("data:font/ttf;base64,{data}"); }}
        * {{ font-family: Boxes !important; }}
        """
    )
    page.evaluate("document.fonts.load('16px Boxes')")
    page.wait_for_function("document.fonts.check('16px Boxes')")
