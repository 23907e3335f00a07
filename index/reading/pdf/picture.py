"""Picture files: their text is recognised where a program for it is installed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, OverLimit, UnreadableFile
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .ocr import WAY_OUT, can_recognise
from .reader import pages_content, recognition_note
from .recognised import MAX_PAGES, recognised_page

PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
MAX_PIXELS = 60_000_000
MEDIA_TYPES = {".png": "image/png", ".tif": "image/tiff", ".tiff": "image/tiff"}


def read_picture(source: Source) -> Iterator[Document | Skipped]:
    """Read the text that is recognised in a picture, each sheet of a TIFF as a page.

    Raises:
        EmptyDocument: no text is found in it, or no program that recognises text is installed.
        UnreadableFile: it is no picture, or damaged.
        OverLimit: it is too large.
    """
    if not can_recognise():
        raise EmptyDocument(f"is a picture, whose text is not read: {WAY_OUT}")
    import io

    from PIL import Image, ImageOps, ImageSequence

    data = source.data()
    pages = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                for number, sheet in enumerate(ImageSequence.Iterator(image), 1):
                    if number > MAX_PAGES:
                        break
                    if sheet.width * sheet.height > MAX_PIXELS:
                        raise OverLimit(
                            f"over {MAX_PIXELS // 10**6} million pixels: make it smaller"
                        )
                    upright = ImageOps.exif_transpose(sheet).convert("RGB")
                    if max(upright.size) > 4_000:
                        upright.thumbnail((4_000, 4_000))
                    pages.append(recognised_page(upright, number, source.on_progress))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise UnreadableFile("is no picture, or damaged") from None
    if all(page.is_empty for page in pages):
        raise EmptyDocument("is a picture in which no text is found")
    yield make_document(
        pages_content(pages),
        path=source.place,
        media_type=MEDIA_TYPES.get(source.suffix, "image/jpeg"),
        is_scraped=False,
    )
    yield recognition_note(source.place, pages)
