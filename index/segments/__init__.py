"""What a library is searched by, made of its passages once and for all: their words and vectors."""

from .segment import Segment
from .snapshot import Snapshot
from .snapshots import Snapshots
from .terms import tokenize

__all__ = ["Segment", "Snapshot", "Snapshots", "tokenize"]
