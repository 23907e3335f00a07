"""The order of a page: lines, columns and paragraphs, joined to one text with its blocks."""
