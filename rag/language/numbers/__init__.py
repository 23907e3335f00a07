"""Numbers in running text: digits, words, ranges, and the bounds that they are written with."""

from .amounts import (
    ONES,
    Number,
    number_key,
    read_number,
    read_number_words,
    read_numbers,
    read_plain_number,
)
from .bounds import Bound, find_qualifier, spread
from .tokens import Tokens, is_adjacent, tokenize, word_at, words_at

__all__ = [
    "ONES",
    "Bound",
    "Number",
    "Tokens",
    "find_qualifier",
    "is_adjacent",
    "number_key",
    "read_number",
    "read_number_words",
    "read_numbers",
    "read_plain_number",
    "spread",
    "tokenize",
    "word_at",
    "words_at",
]
