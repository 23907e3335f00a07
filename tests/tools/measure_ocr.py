"""How many words of scans are recognised: 50 pages are made, printed, and scanned clean, and askew
with noise.

python tests/tools/measure_ocr.py [PAGES]
"""

from __future__ import annotations

import io
import random
import re
import sys
from collections import Counter
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageFilter
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

from sourcebook.index.reading.pdf.ocr import can_recognise
from sourcebook.index.reading.pdf.reader import pages_content
from sourcebook.index.reading.pdf.recognised import recognised_page

_NOUNS = ("harbour", "quay", "ferry", "lighthouse", "board", "museum", "crane", "warehouse")
_VERBS = ("opened", "closed", "visited", "repaired", "sold", "widened", "inspected", "measured")
_TOWNS = ("Marwick", "Skerry", "Tallberg")
_FONTS = ("Times-Roman", "Helvetica", "Courier")


def page_text(seed: int) -> str:
    """Return a few sentences with names and numbers."""
    chance = random.Random(seed)
    sentences = [
        f"On {chance.randint(1, 28)} May {chance.randint(1990, 2030)} the "
        f"{chance.choice(_NOUNS)} of {chance.choice(_TOWNS)} {chance.choice(_VERBS)} the "
        f"{chance.choice(_NOUNS)} for {chance.randint(1, 9)},{chance.randint(100, 999)} crowns and "
        f"{chance.randint(1, 99)} per cent of the {chance.choice(_NOUNS)}."
        for _ in range(4)
    ]
    return " ".join(sentences)


def scan(text: str, seed: int, *, is_noisy: bool) -> Image.Image:
    """Return a picture of a page as a scanner of 150 dots an inch makes it."""
    out = io.BytesIO()
    font = _FONTS[seed % len(_FONTS)]
    style = ParagraphStyle("text", fontName=font, fontSize=10 + seed % 3, leading=15)
    SimpleDocTemplate(out, pagesize=(500, 260), topMargin=40, bottomMargin=20).build(
        [Paragraph(text, style)]
    )
    page: Any = pdfium.PdfDocument(out.getvalue())[0]
    picture: Image.Image = page.render(scale=150 / 72).to_pil()
    picture = picture.convert("L")
    if not is_noisy:
        return picture
    chance = np.random.default_rng(seed)
    picture = picture.rotate(
        float(chance.uniform(-3, 3)), fillcolor=255, resample=Image.Resampling.BICUBIC
    )
    picture = picture.filter(ImageFilter.GaussianBlur(0.7))
    pixels: Any = np.asarray(picture, np.float32) * 0.8 + 30
    pixels = pixels + chance.normal(0, 22, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def main() -> None:
    """Print the share of words that are read in clean and in noisy scans."""
    if not can_recognise():
        print("sourcebook[ocr] is not installed: nothing is measured")
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    for is_noisy in (False, True):
        read = total = 0
        for seed in range(count):
            text = page_text(seed)
            page = recognised_page(scan(text, seed, is_noisy=is_noisy), 1, lambda: None)
            words = Counter(re.findall(r"\S+", text))
            got = Counter(re.findall(r"\S+", pages_content([page]).text))
            read += sum((words & got).values())
            total += sum(words.values())
        name = "askew and noisy" if is_noisy else "clean"
        print(f"{name}: {read} of {total} words ({read / total:.3f}) on {count} pages", flush=True)


if __name__ == "__main__":
    main()
