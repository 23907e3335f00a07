"""Messages between the sandbox and its child, in JSON that is validated on arrival.

The blocks of a document, of which a sheet has hundreds of thousands, are sent as rows of numbers on
a line of their own. The child may be in the hands of a file: nothing of it is believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from sourcebook.index.documents.records import Document
from sourcebook.index.reports import Skipped
from sourcebook.index.structure.block_rows import blocks_to_json, validate_blocks

from .zip_archive import Member

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LINE_END = b"\n"


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A file to read; for an archive, the list of its members or one member."""

    path: str
    columns: dict[str, str] = field(default_factory=dict)
    member: Member | None = None
    kind: Literal["job"] = "job"


@dataclass(frozen=True, slots=True)
class FileFailure:
    """Nothing more of the file can be read: the class of the error, and its line; ``last`` as in
    FileEnd."""

    error: str
    reason: str
    last: bool = False
    kind: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True)
class FileEnd:
    """The file is read. ``last``: the child cannot read another file."""

    last: bool = False
    kind: Literal["done"] = "done"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A file takes long, and is being read: a step of it has the time of a file."""

    kind: Literal["progress"] = "progress"


Message = Document | Skipped | ReadJob | Member | FileFailure | FileEnd | Heartbeat


def pack(message: Message) -> bytes:
    """Return the JSON form; half a surrogate pair, which UTF-8 lacks, becomes a question mark."""
    if not isinstance(message, Document):
        return _to_json(message)
    # JSON has no line end in it.
    rows = blocks_to_json(message.blocks, "replace")
    return _to_json(replace(message, blocks=())) + _LINE_END + rows


def unpack(data: bytes) -> Message:
    """Return the message of its JSON form. Raises ValueError where it is none."""
    head, _, rows = data.partition(_LINE_END)
    message = _adapter().validate_json(head)
    if not isinstance(message, Document):
        if rows:
            raise ValueError("blocks of no document")
        return message
    pages = (0, *message.pages, len(message.text))
    if message.blocks or any(first > second for first, second in pairwise(pages)):
        raise ValueError("blocks or pages out of their place")
    return replace(message, blocks=validate_blocks(rows, message.text))


@cache
def _adapter() -> TypeAdapter[Message]:
    from pydantic import ConfigDict, TypeAdapter

    # Else a document with a wrong field would be the end of the file, which needs no field.
    return TypeAdapter(Message, config=ConfigDict(extra="forbid"))


def _to_json(message: Message) -> bytes:
    try:
        return _adapter().dump_json(message)
    except ValueError:
        return _adapter().dump_json(_without_surrogates(message))


def _without_surrogates(value: Any) -> Any:
    """Return ``value`` with a question mark for each half of a surrogate pair."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, tuple):
        return tuple(_without_surrogates(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: _without_surrogates(getattr(value, f.name)) for f in fields(value)}
        )
    return value
