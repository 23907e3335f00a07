"""Numbers as a spreadsheet shows them: the format codes of Excel (ECMA-376, 18.8.31).

show_number(0.125, "0.0%")                  "12.5%"
show_number(1234.5, "#,##0.00\\ [$€-407]")   "1,234.50 €"
show_number(45355, "d mmmm yyyy")           "4 March 2024"

Decimals are parted by a point and thousands by a comma, as the codes themselves are written. A date
that would be all numbers without a clear order ("3/4/24") is written 2024-04-03.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache, partial

from .date_formats import is_date_code, show_date

_SECTION = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.|;|[^;]', re.DOTALL)
_TOKEN = re.compile(
    r'"(?P<quote>[^"]*)"?|\\(?P<escape>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general)|(?P<exponent>e[+-])|(?P<sign>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[\d.]+)")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_CURRENCY = re.compile(r"\$([^-\]]*)")

MAX_DIGITS = 15
"""The digits of a number that a spreadsheet keeps."""

Formatter = Callable[[float], str]


def show_number(number: float, code: str | None, epoch_1904: bool = False) -> str:
    """Return a number as a cell with that format shows it.

    Args:
        number: What is stored.
        code: The format of the cell; None is "General".
        epoch_1904: Whether days are counted from 1904.
    """
    return _formatter(code or "General", epoch_1904)(number)


def show_text(text: str, code: str | None) -> str:
    """Return a text as a cell with that format shows it: formats may have a section for texts."""
    if not code or "@" not in code:
        return text
    section = _sections(code)[-1]
    return "".join(
        text if match["sign"] == "@" else _literal(match) for match in _TOKEN.finditer(section)
    )


def show_general(number: float) -> str:
    """Return a number without a format: all its digits, no exponent but for very large ones."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        return "#NUM!"
    text = f"{number:.{MAX_DIGITS}g}"
    if "e" in text and 1e-10 <= abs(number) < 1e21:
        text = f"{Decimal(text):f}"
    return "0" if text == "-0" else text.replace("e", "E")


@lru_cache(maxsize=512)
def _formatter(code: str, epoch_1904: bool) -> Formatter:
    """Return the function that shows numbers in a format."""
    sections = _sections(code)
    formatters = [_section_formatter(section, epoch_1904) for section in sections]
    conditions = [_condition(section) for section in sections]
    if any(conditions):
        return _by_condition(formatters, conditions)
    numeric = formatters[:3]

    def show(number: float) -> str:
        if number < 0 and len(numeric) > 1:
            return numeric[1](-number)
        if number == 0 and len(numeric) > 2:
            return numeric[2](number)
        return numeric[0](number)

    return show


def _by_condition(
    formatters: list[Formatter], conditions: list[Callable[[float], bool] | None]
) -> Formatter:
    def show(number: float) -> str:
        for formatter, condition in zip(formatters, conditions, strict=True):
            if condition is None or condition(number):
                return formatter(number)
        return show_general(number)

    return show


def _condition(section: str) -> Callable[[float], bool] | None:
    for match in _TOKEN.finditer(section):
        test = _CONDITION.fullmatch(match["bracket"] or "")
        if test:
            return partial(_holds, _COMPARISONS[test[1]], float(test[2]))
    return None


def _holds(compare: Callable[[float, float], bool], limit: float, number: float) -> bool:
    return compare(number, limit)


def _sections(code: str) -> list[str]:
    sections = [""]
    for part in _SECTION.findall(code):
        if part == ";":
            sections.append("")
        else:
            sections[-1] += part
    return sections


def _literal(match: re.Match[str]) -> str:
    """Return the text that a token of a format stands for; what only fills the cell is none."""
    if match["space"] is not None or match["fill"] is not None:
        return ""
    if match["bracket"] is not None:
        currency = _CURRENCY.match(match["bracket"])
        return currency[1] if currency else ""
    return match["quote"] or match["escape"] or match["sign"] or ""


def _section_formatter(section: str, epoch_1904: bool) -> Formatter:
    if is_date_code(section):
        return lambda number: show_date(number, section, epoch_1904) or show_general(number)
    tokens = list(_TOKEN.finditer(section))
    if any(match["sign"] == "@" for match in tokens) or not section.strip():
        return show_general if section.strip() else lambda _: ""
    if any(match["general"] for match in tokens):
        return lambda number: (
            ("-" if number < 0 else "")
            + "".join(
                show_general(abs(number)) if match["general"] else _literal(match)
                for match in tokens
            )
        )
    if any(match["sign"] == "/" for match in tokens):
        return lambda number: _show_fraction(number, tokens)
    return _NumberSection(tokens).show


class _NumberSection:
    """A section of a format with places for digits."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self._before: list[str] = []  # literals before the digits
        self._after: list[str] = []
        self._between: list[tuple[int, str]] = []  # literals behind so many places for digits
        self._integer, self._decimals, self._exponent = "", "", ""
        self._has_exponent: bool = False
        self._has_point: bool = False
        self.percent: int = 0
        self._plus: bool = False
        for match in tokens:
            self._add(match)
        commas = len(self._integer) - len(self._integer.rstrip(","))
        self._scale = commas
        self._groups = "," in self._integer.rstrip(",")
        self._least = self._integer.count("0")
        self._most_decimals = len(self._decimals)
        self._least_decimals = len(self._decimals.rstrip("#?"))
        self._has_digits = bool(self._integer or self._decimals)

    def _add(self, match: re.Match[str]) -> None:
        sign = match["sign"]
        if match["exponent"]:
            self._has_exponent, self._plus = True, match["exponent"][1] == "+"
        elif sign and sign in "0#?":
            if self._has_exponent:
                self._exponent += sign
            elif self._has_point:
                self._decimals += sign
            else:
                places = len(self._integer.replace(",", ""))
                self._between += [(places, literal) for literal in self._after]
                self._after.clear()
                self._integer += sign
        elif sign == "." and not self._has_point:
            self._has_point = True
        elif sign == "," and (self._integer or self._has_point):
            self._integer += ","
        elif literal := _literal(match):
            self.percent += literal == "%" and bool(sign)
            is_before = not (self._integer or self._decimals or self._has_point)
            (self._before if is_before else self._after).append(literal)

    def show(self, number: float) -> str:
        """Return a number in this section."""
        sign = "-" if number < 0 else ""
        if not self._has_digits:
            return sign + "".join((*self._before, *self._after))
        digits = str(number) if isinstance(number, int) else f"{number:.{MAX_DIGITS}g}"
        value = abs(Decimal(digits)).scaleb(2 * self.percent - 3 * self._scale)
        digits = self._show_exponent(value) if self._has_exponent else self._show_digits(value)
        if sign and not re.search("[1-9]", digits):
            sign = ""
        return f"{sign}{''.join(self._before)}{digits}{''.join(self._after)}"

    def _show_digits(self, value: Decimal) -> str:
        rounded = value.quantize(Decimal(1).scaleb(-self._most_decimals), ROUND_HALF_UP)
        integer, _, decimals = f"{rounded:f}".partition(".")
        integer = integer.lstrip("0").rjust(self._least, "0")
        if self._groups:
            integer = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", integer)
        places = len(self._integer.replace(",", ""))
        for position, literal in reversed(self._between):
            at = max(0, len(integer) - places + position)
            integer = integer[:at] + literal + integer[at:]
        while len(decimals) > self._least_decimals and decimals.endswith("0"):
            decimals = decimals[:-1]
        return integer + (f".{decimals}" if decimals or (self._has_point and not integer) else "")

    def _show_exponent(self, value: Decimal) -> str:
        power = value.adjusted() if value else 0
        text = self._show_digits(value.scaleb(-power))
        if text.startswith("10"):
            power, text = power + 1, self._show_digits(value.scaleb(-power - 1))
        sign = "-" if power < 0 else "+" if self._plus else ""
        return f"{text}E{sign}{str(abs(power)).rjust(len(self._exponent), '0')}"


def _show_fraction(number: float, tokens: list[re.Match[str]]) -> str:
    code = "".join(match["sign"] or " " for match in tokens)
    match = re.search(r"(?P<whole>[#0?]+\s+)?[#0?]+\s*/\s*(?P<below>[#0?]+|\d+)", code)
    if match is None:
        return show_general(number)
    below = match["below"]
    value = abs(Fraction(number))
    if below.isdigit() and int(below):
        value = Fraction(round(value * int(below)), int(below))
        bottom = int(below)
    else:
        value = value.limit_denominator(10 ** min(len(below), 6) - 1)
        bottom = value.denominator
    top = int(value * bottom)
    sign = "-" if number < 0 and top else ""
    quotient, top = divmod(top, bottom) if match["whole"] else (0, top)
    if not top:
        return f"{sign}{quotient}"
    return f"{sign}{quotient} {top}/{bottom}" if quotient else f"{sign}{top}/{bottom}"
