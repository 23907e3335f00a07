"""PDF files, by PDFium: characters with boxes become lines, columns, tables, paragraphs."""

from .reader import MAX_BYTES, read_pdf

__all__ = ["MAX_BYTES", "read_pdf"]
