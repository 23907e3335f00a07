"""The forms of an answer: its sentences as paragraphs, lists, code and tables, for each door."""

from .group_html import group_values
from .grouping import AnswerTable, Code, Group, Heading, Items, Note, Prose, group
from .plain import WIDTH, align_columns, answer_lines, indented, wrap

__all__ = [
    "WIDTH",
    "AnswerTable",
    "Code",
    "Group",
    "Heading",
    "Items",
    "Note",
    "Prose",
    "align_columns",
    "answer_lines",
    "group",
    "group_values",
    "indented",
    "wrap",
]
