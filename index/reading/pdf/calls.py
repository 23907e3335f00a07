"""The calls of PDFium that are made for every character, without the cost of checked arguments.

A page has thousands of characters; a call through pypdfium2's bindings takes four times as long, as
each argument is converted. Results that need memory are written into one buffer for all characters.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterable
from functools import cache
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

_POINTER, _INT = ctypes.c_void_p, ctypes.c_int

Floats = NDArray[np.float32]


@cache
def call(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """Return a function of PDFium that takes plain integers for pointers."""
    from pypdfium2 import raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def address_of(handle: Any) -> int:
    """Return the address of an object of PDFium."""
    return ctypes.cast(handle, ctypes.c_void_p).value or 0


def unicode_values(textpage: int, count: int) -> list[int]:
    """Return the code point of each character of a page."""
    get = call("FPDFText_GetUnicode", ctypes.c_uint, _POINTER, _INT)
    return list(map(get, repeat(textpage), range(count)))


def loose_boxes(textpage: int, count: int) -> Floats:
    """Return the boxes of the characters of a page: left, top, right, bottom, from its lower left.

    A box is as high as the font and as wide as the character's advance.
    """
    get = call("FPDFText_GetLooseCharBox", _INT, _POINTER, _INT, _POINTER)
    boxes = np.zeros((count, 4), np.float32)
    start = boxes.ctypes.data
    places = range(start, start + 16 * count, 16)
    deque(map(get, repeat(textpage), range(count), places), maxlen=0)
    return boxes


def origins(textpage: int, indexes: Iterable[int], count: int) -> NDArray[np.float64]:
    """Return the points on the base line at which some characters stand."""
    get = call("FPDFText_GetCharOrigin", _INT, _POINTER, _INT, _POINTER, _POINTER)
    points = np.zeros((count, 2), np.float64)
    start = points.ctypes.data
    end = start + 16 * count
    deque(
        map(get, repeat(textpage), indexes, range(start, end, 16), range(start + 8, end + 8, 16)),
        maxlen=0,
    )
    return points


def text_objects(textpage: int, indexes: Iterable[int]) -> list[int]:
    """Return the addresses of the text objects that some characters belong to; 0 for none."""
    get = call("FPDFText_GetTextObject", _POINTER, _POINTER, _INT)
    return [address or 0 for address in map(get, repeat(textpage), indexes)]
