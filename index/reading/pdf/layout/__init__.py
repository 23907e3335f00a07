"""The order of a page: columns, paragraphs and charts, and lines that are joined to one text."""
