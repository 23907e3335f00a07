"""Any text, checked sentence by sentence against a library, without the language model."""

from .records import Contradiction, Statement, Verdict, Verification
from .review import LONGEST, verify, verify_statements

__all__ = [
    "LONGEST",
    "Contradiction",
    "Statement",
    "Verdict",
    "Verification",
    "verify",
    "verify_statements",
]
