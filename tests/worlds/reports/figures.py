"""Money in thousands of crowns: how it is printed, and statements whose sums are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from .layout import Row

Form = Callable[[int], str]
"""How an amount in thousands of crowns is printed."""

Line = tuple[str, tuple[int, ...]]
"""A label and an amount for each year."""


def thousands(amount: int) -> str:
    """Print thousands: ``1,240``, a negative amount as ``(1,240)``, nothing as a dash."""
    return _signed(f"{abs(amount):,}", amount)


def millions(amount: int) -> str:
    """Print millions with one decimal: ``1.2``, a negative amount as ``(1.2)``."""
    return _signed(f"{_rounded(Decimal(abs(amount)) / 1000, '0.1'):,}", amount)


def percent(part: int, whole: int) -> str:
    """Print a share in per cent with one decimal."""
    return str(_rounded(Decimal(100 * part) / whole, "0.1"))


def crowns_per_share(amount: int, shares: int) -> str:
    """Print crowns for a share of which there are ``shares`` thousand."""
    return _signed(str(_rounded(Decimal(abs(amount)) / shares, "0.01")), amount)


def _signed(digits: str, amount: int) -> str:
    if amount == 0:
        return "–"
    return f"({digits})" if amount < 0 else digits


def _rounded(number: Decimal, step: str) -> Decimal:
    return number.quantize(Decimal(step), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Income:
    """An income statement in thousands of crowns; costs are positive."""

    revenue: int
    cost_of_sales: int
    selling: int
    administration: int
    development: int
    exceptional: int
    other_income: int
    financial_income: int
    financial_expenses: int
    tax: int
    minority: int

    @property
    def gross_profit(self) -> int:
        """Revenue less the cost of sales."""
        return self.revenue - self.cost_of_sales

    @property
    def operating_profit(self) -> int:
        """Gross profit less operating expenses, with other operating income."""
        costs = self.selling + self.administration + self.development + self.exceptional
        return self.gross_profit - costs + self.other_income

    @property
    def before_tax(self) -> int:
        """Operating profit with financial income and expenses."""
        return self.operating_profit + self.financial_income - self.financial_expenses

    @property
    def profit(self) -> int:
        """Profit after tax, the share of others included."""
        return self.before_tax - self.tax

    @property
    def owners(self) -> int:
        """Profit after tax that belongs to the shareholders."""
        return self.profit - self.minority


def total(periods: Sequence[Income]) -> Income:
    """Return the statement of several periods together."""
    return Income(**{f.name: sum(getattr(p, f.name) for p in periods) for f in fields(Income)})


def income_rows(
    periods: Sequence[Income],
    form: Form,
    *,
    exceptional: str,
    result: str,
    shares: int,
    notes: dict[str, str] | None = None,
    marks: dict[str, str] | None = None,
) -> tuple[Row, ...]:
    """Return the rows of an income statement, a column for each period.

    Args:
        periods: From left to right.
        form: How amounts are printed.
        exceptional: The label of exceptional costs.
        result: The label of the profit after tax.
        shares: Thousands of shares.
        notes: Numbers of notes by label, for a column of their own before the amounts.
        marks: Footnote marks by label.
    """
    lines: list[tuple[str, Callable[[Income], int], bool]] = [
        ("Revenue", lambda p: p.revenue, False),
        ("Cost of sales", lambda p: -p.cost_of_sales, False),
        ("Gross profit", lambda p: p.gross_profit, True),
        ("Selling expenses", lambda p: -p.selling, False),
        ("Administrative expenses", lambda p: -p.administration, False),
        ("Research and development", lambda p: -p.development, False),
        (exceptional, lambda p: -p.exceptional, False),
        ("Other operating income", lambda p: p.other_income, False),
        ("Operating profit", lambda p: p.operating_profit, True),
        ("Financial income", lambda p: p.financial_income, False),
        ("Financial expenses", lambda p: -p.financial_expenses, False),
        ("Profit before tax", lambda p: p.before_tax, True),
        ("Income tax", lambda p: -p.tax, False),
        (result, lambda p: p.profit, True),
    ]
    if any(period.minority for period in periods):
        lines += [
            ("of which shareholders of the parent", lambda p: p.owners, False),
            ("of which minority interests", lambda p: p.minority, False),
        ]
    marks = marks or {}

    def row(label: str, cells: tuple[str, ...], *, is_total: bool) -> Row:
        note = () if notes is None else (notes.get(label, ""),)
        return Row(label, note + cells, marks.get(label, ""), is_total)

    rows = [
        row(label, tuple(form(amount(p)) for p in periods), is_total=is_total)
        for label, amount, is_total in lines
        if any(amount(p) for p in periods)
    ]
    per_share = tuple(crowns_per_share(period.owners, shares) for period in periods)
    return (*rows, row("Earnings per share (crowns)", per_share, is_total=False))


def summed(lines: Sequence[Line]) -> tuple[int, ...]:
    """Return the sum of the lines for each year."""
    return tuple(sum(column) for column in zip(*(amounts for _, amounts in lines), strict=True))


def sum_rows(
    lines: Sequence[Line], label: str, form: Form, marks: dict[str, str] | None = None
) -> tuple[Row, ...]:
    """Return a row for each line and one with the sums."""
    marks = marks or {}
    rows = [Row(name, tuple(map(form, amounts)), marks.get(name, "")) for name, amounts in lines]
    return (*rows, Row(label, tuple(map(form, summed(lines))), is_total=True))


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance sheet: lines in thousands of crowns with an amount for each year."""

    fixed: tuple[Line, ...]
    current: tuple[Line, ...]
    equity: tuple[Line, ...]
    long_term: tuple[Line, ...]
    short_term: tuple[Line, ...]

    @property
    def assets(self) -> tuple[int, ...]:
        """The sum of assets for each year."""
        return summed(self.fixed + self.current)

    def rows(self, form: Form, marks: dict[str, str] | None = None) -> tuple[Row, ...]:
        """Return the rows of the table; both sides are equal."""
        claims = summed(self.equity + self.long_term + self.short_term)
        assert claims == self.assets, (claims, self.assets)
        return (
            *sum_rows(self.fixed, "Non-current assets", form, marks),
            *sum_rows(self.current, "Current assets", form, marks),
            Row("Total assets", tuple(map(form, self.assets)), is_total=True),
            *sum_rows(self.equity, "Total equity", form, marks),
            *sum_rows(self.long_term, "Non-current liabilities", form, marks),
            *sum_rows(self.short_term, "Current liabilities", form, marks),
            Row("Total equity and liabilities", tuple(map(form, claims)), is_total=True),
        )


def segment_rows(
    names: Sequence[str],
    revenue: Sequence[Sequence[int]],
    profit: Sequence[Sequence[int]],
    others: Sequence[Line],
    *,
    form: Form,
    marks: dict[str, str] | None = None,
) -> tuple[Row, ...]:
    """Return a row for each segment, for each other line of the profit, and for the group.

    Args:
        names: Of the segments.
        revenue: For each year the revenue of each segment.
        profit: For each year the operating profit of each segment.
        others: What belongs to no segment.
        form: How amounts are printed.
        marks: Footnote marks by label.
    """
    marks = marks or {}
    rows = [
        Row(name, tuple(form(year[number]) for year in (*revenue, *profit)), marks.get(name, ""))
        for number, name in enumerate(names)
    ]
    empty = ("",) * len(revenue)
    rows += [
        Row(name, empty + tuple(map(form, amounts)), marks.get(name, ""))
        for name, amounts in others
    ]
    profits = [sum(year) + other for year, other in zip(profit, summed(others), strict=True)]
    sums = [*map(sum, revenue), *profits]
    return (*rows, Row("Group", tuple(map(form, sums)), is_total=True))
