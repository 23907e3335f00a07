"""Verification of a draft: its sentences, their sources and their citations."""

from .citations import (
    VerifiedDraft,
    check_odds,
    cite,
    document_urls,
    drop_unsupported,
    is_gone,
    verify_reply,
)
from .contradiction import find_contradiction
from .quoting import quote_articles
from .support import CHECKS, SUPPORTED_FROM, Checks, Support

__all__ = [
    "CHECKS",
    "SUPPORTED_FROM",
    "Checks",
    "Support",
    "VerifiedDraft",
    "check_odds",
    "cite",
    "document_urls",
    "drop_unsupported",
    "find_contradiction",
    "is_gone",
    "quote_articles",
    "verify_reply",
]
