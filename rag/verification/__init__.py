"""Verification of a draft: its sentences, their sources and their citations."""

from .citations import check_odds, document_urls, is_gone, verify_reply
from .composing import (
    Part,
    VerifiedDraft,
    cite,
    cite_title,
    compose,
    drop_unsupported,
    parts_of,
    quote,
    remark,
)
from .contradiction import find_contradiction
from .quoting import quote_articles
from .splitting import Splitter, split_items, split_sentences, split_sides
from .support import CHECKS, SUPPORTED_FROM, Checks, Support

__all__ = [
    "CHECKS",
    "SUPPORTED_FROM",
    "Checks",
    "Part",
    "Splitter",
    "Support",
    "VerifiedDraft",
    "check_odds",
    "cite",
    "cite_title",
    "compose",
    "document_urls",
    "drop_unsupported",
    "find_contradiction",
    "is_gone",
    "parts_of",
    "quote",
    "quote_articles",
    "remark",
    "split_items",
    "split_sentences",
    "split_sides",
    "verify_reply",
]
