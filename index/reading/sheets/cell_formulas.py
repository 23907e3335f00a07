"""Formulas of a workbook that hold no stored value, computed where they are simple.

A program that writes a workbook without opening it leaves its formulas without values. Sums, means,
arithmetic, roundings and conditions over cells are computed; all else is left to a spreadsheet.
"""

from __future__ import annotations

import math
import operator
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CellValue = float | str | bool | None
CellKey = tuple[str, int, int]
"""Sheet, row and column, from 1."""

MAX_DEPTH = 60
"""Formulas that lead to one another."""

MAX_CELLS = 100_000
"""The cells of one range."""


class NoValue(Exception):
    """The value of a formula is not known."""


class Workbook:
    """The values and formulas of all cells of a workbook."""

    def __init__(self) -> None:
        self.values: dict[CellKey, CellValue] = {}
        self.formulas: dict[CellKey, str] = {}
        self.sheets: set[str] = set()
        self._depth = 0

    def value(self, key: CellKey) -> CellValue:
        """Return the value of a cell. Raises NoValue."""
        if key in self.values:
            return self.values[key]
        if key not in self.formulas:
            if key[0] not in self.sheets:
                raise NoValue
            return None
        if self._depth >= MAX_DEPTH:
            raise NoValue
        self._depth += 1
        try:
            value = _Formula(self, key[0], self.formulas[key]).value()
        finally:
            self._depth -= 1
        self.values[key] = value
        return value


_Range = list[list[CellValue]]

_OPERATORS: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_STRENGTHS = {**dict.fromkeys(_COMPARISONS, 1), "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}


class _Formula:
    """A formula as tokens, evaluated by the strength of its operators."""

    def __init__(self, book: Workbook, sheet: str, text: str) -> None:
        from openpyxl.formula import Tokenizer

        self._book, self._sheet = book, sheet
        try:
            items = Tokenizer(text).items
        except Exception:  # noqa: BLE001 - its own errors over a broken formula
            raise NoValue from None
        self._tokens = [token for token in items if token.type != "WHITE-SPACE"]
        self._at = 0

    def value(self) -> CellValue:
        """Return the value. Raises NoValue."""
        try:
            value = _single(self._expression(0))
        except (ZeroDivisionError, OverflowError, ValueError, TypeError, ArithmeticError):
            raise NoValue from None
        if self._at < len(self._tokens):
            raise NoValue
        return 0.0 if value is None else value

    def _next(self) -> Any:
        if self._at >= len(self._tokens):
            raise NoValue
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _peek(self) -> Any:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _expression(self, strength: int) -> CellValue | _Range:
        left = self._operand()
        while (token := self._peek()) is not None:
            if token.type == "OPERATOR-POSTFIX":
                self._at += 1
                left = _number(_single(left)) / 100
                continue
            if token.type != "OPERATOR-INFIX" or _STRENGTHS.get(token.value, 0) <= strength:
                break
            self._at += 1
            right = self._expression(_STRENGTHS[token.value])
            left = _combine(token.value, _single(left), _single(right))
        return left

    def _operand(self) -> CellValue | _Range:
        token = self._next()
        if token.type == "OPERATOR-PREFIX":
            number = _number(_single(self._expression(5)))
            return -number if token.value == "-" else number
        if token.type == "PAREN" and token.subtype == "OPEN":
            value = self._expression(0)
            if self._next().type != "PAREN":
                raise NoValue
            return value
        if token.type == "FUNC" and token.subtype == "OPEN":
            return _call(token.value.rstrip("(").upper().removeprefix("_XLFN."), self._arguments())
        if token.type != "OPERAND":
            raise NoValue
        if token.subtype == "NUMBER":
            return float(token.value)
        if token.subtype == "TEXT":
            return str(token.value[1:-1].replace('""', '"'))
        if token.subtype == "LOGICAL":
            return bool(token.value.upper() == "TRUE")
        if token.subtype == "RANGE":
            return self._range(token.value)
        raise NoValue

    def _arguments(self) -> list[CellValue | _Range]:
        arguments: list[CellValue | _Range] = []
        token = self._peek()
        if token is not None and token.type == "FUNC" and token.subtype == "CLOSE":
            self._at += 1
            return arguments
        while True:
            arguments.append(self._expression(0))
            token = self._next()
            if token.type == "FUNC" and token.subtype == "CLOSE":
                return arguments
            if token.type != "SEP":
                raise NoValue

    def _range(self, text: str) -> CellValue | _Range:
        from openpyxl.utils.cell import range_boundaries

        sheet, _, cells = text.rpartition("!")
        sheet = sheet.strip("'").replace("''", "'") or self._sheet
        try:
            left, top, right, bottom = range_boundaries(cells)
        except (ValueError, TypeError):
            raise NoValue from None  # a name, or a range of another kind
        if None in (left, top, right, bottom):
            raise NoValue
        if (right - left + 1) * (bottom - top + 1) > MAX_CELLS:
            raise NoValue
        values: _Range = [
            [self._book.value((sheet, row, column)) for column in range(left, right + 1)]
            for row in range(top, bottom + 1)
        ]
        return values[0][0] if ":" not in cells else values


def _single(value: CellValue | _Range) -> CellValue:
    if isinstance(value, list):
        if len(value) == 1 and len(value[0]) == 1:
            return value[0][0]
        raise NoValue
    return value


def _number(value: CellValue) -> float:
    if isinstance(value, str):
        raise NoValue
    return float(value or 0)


def _combine(sign: str, left: CellValue, right: CellValue) -> CellValue:
    if sign == "&":
        return _text(left) + _text(right)
    if sign in _COMPARISONS:
        if isinstance(left, str) and isinstance(right, str):
            return bool(_COMPARISONS[sign](left.casefold(), right.casefold()))
        return bool(_COMPARISONS[sign](_number(left), _number(right)))
    first, second = _number(left), _number(right)
    if sign == "^":
        power: complex | float = first**second
        if isinstance(power, complex):
            raise NoValue
        return power
    return _OPERATORS[sign](first, second)


def _text(value: CellValue) -> str:
    from .number_formats import show_general

    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else show_general(value) if value is not None else ""


def _flat(arguments: Sequence[CellValue | _Range]) -> Iterator[CellValue]:
    for argument in arguments:
        if isinstance(argument, list):
            for row in argument:
                yield from row
        else:
            yield argument


def _numbers(arguments: Sequence[CellValue | _Range]) -> list[float]:
    return [
        float(value)
        for value in _flat(arguments)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    ]


def _round(number: float, places: float) -> float:
    step = Decimal(1).scaleb(-int(places))
    return float(Decimal(f"{number:.15g}").quantize(step, ROUND_HALF_UP))


def _call(name: str, arguments: list[CellValue | _Range]) -> CellValue:
    if name in _OVER_NUMBERS:
        return _OVER_NUMBERS[name](_numbers(arguments))
    if name == "COUNTA":
        return float(sum(value not in (None, "") for value in _flat(arguments)))
    if name in ("CONCATENATE", "CONCAT"):
        return "".join(map(_text, _flat(arguments)))
    if name in ("AND", "OR"):
        tests = [bool(_number(value)) for value in _flat(arguments) if value is not None]
        return all(tests) if name == "AND" else any(tests)
    values = [_single(argument) for argument in arguments]
    if name == "IF" and 2 <= len(values) <= 3:
        return values[1] if _number(values[0]) else values[2] if len(values) > 2 else False
    if name == "ROUND" and len(values) == 2:
        return _round(_number(values[0]), _number(values[1]))
    if name in _OF_ONE_NUMBER and len(values) == 1:
        return _OF_ONE_NUMBER[name](_number(values[0]))
    raise NoValue


_OVER_NUMBERS: dict[str, Callable[[list[float]], float]] = {
    "SUM": math.fsum,
    "AVERAGE": lambda numbers: math.fsum(numbers) / len(numbers),
    "MIN": lambda numbers: min(numbers, default=0.0),
    "MAX": lambda numbers: max(numbers, default=0.0),
    "COUNT": lambda numbers: float(len(numbers)),
    "PRODUCT": math.prod,
    "MEDIAN": statistics.median,
}
_OF_ONE_NUMBER: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "SQRT": math.sqrt,
    "INT": math.floor,
}
