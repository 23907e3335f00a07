"""The blocks over a document's text: headings, lists, tables, code; how readers write them."""

from .blocks import Block, BlockKind, CellPlace, PageBox, find_blocks, walk
from .content import Content
from .tables import Table, TableCell, write_table
from .writing import BlockWriter

__all__ = [
    "Block",
    "BlockKind",
    "BlockWriter",
    "CellPlace",
    "Content",
    "PageBox",
    "Table",
    "TableCell",
    "find_blocks",
    "walk",
    "write_table",
]
