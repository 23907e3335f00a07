"""The annual report of Kestrin Valves for the year to 30 June 2024, in millions of crowns."""

from __future__ import annotations

from .figures import (
    Balance,
    Income,
    income_rows,
    millions,
    percent,
    segment_rows,
    sum_rows,
    thousands,
)
from .layout import Report, Row, Section, Table

_SHARES = 8_000
_HEADS = ("", "2023/24", "2022/23")

_YEAR_2024 = Income(
    revenue=688_500,
    cost_of_sales=441_700,
    selling=82_600,
    administration=52_300,
    development=27_900,
    exceptional=0,
    other_income=2_800,
    financial_income=1_900,
    financial_expenses=14_600,
    tax=17_800,
    minority=0,
)
_YEAR_2023 = Income(
    revenue=647_800,
    cost_of_sales=421_200,
    selling=79_400,
    administration=50_800,
    development=25_100,
    exceptional=12_400,
    other_income=3_600,
    financial_income=1_400,
    financial_expenses=13_200,
    tax=13_900,
    minority=0,
)

_BALANCE = Balance(
    fixed=(
        ("Goodwill", (71_200, 71_200)),
        ("Other intangible assets", (18_400, 20_900)),
        ("Property, plant and equipment", (263_500, 248_600)),
    ),
    current=(
        ("Inventories", (139_700, 144_200)),
        ("Trade receivables", (121_600, 112_400)),
        ("Cash", (22_800, 31_500)),
    ),
    equity=(
        ("Share capital", (40_000, 40_000)),
        ("Retained earnings", (229_800, 191_500)),
    ),
    long_term=(
        ("Long-term borrowings", (176_000, 205_000)),
        ("Pension obligations", (24_900, 26_300)),
        ("Provisions", (7_600, 8_100)),
    ),
    short_term=(
        ("Short-term borrowings", (38_500, 42_000)),
        ("Trade payables", (88_300, 84_700)),
        ("Other current liabilities", (32_100, 31_200)),
    ),
)

_EMPLOYEES = (
    ("Northern Isles", (214, 221)),
    ("Mainland", (1_126, 1_098)),
    ("Overseas", (487, 452)),
)

_FIVE_YEARS = (
    ("2023/24", _YEAR_2024.revenue, _YEAR_2024.operating_profit, _YEAR_2024.profit, 1_827, "2.75"),
    ("2022/23", _YEAR_2023.revenue, _YEAR_2023.operating_profit, _YEAR_2023.profit, 1_771, "2.25"),
    ("2021/22", 602_100, 70_400, 46_000, 1_742, "2.50"),
    ("2020/21", 548_600, 51_900, 31_700, 1_690, "1.75"),
    ("2019/20", 571_300, 48_200, 28_500, 1_714, "1.50"),
)

_BRIEF = """
Kestrin grew in two of its three segments. Revenue rose by 6.3 per cent to 688.5 million crowns,
and the operating profit by 38.9 per cent to 86.8 million, also because the year before had been
burdened with the write-down of Orlin Fittings. The operating margin was 12.6 per cent.

The board proposes a dividend of 2.75 crowns a share, after 2.25 crowns.
"""

_SEGMENT_TEXT = """
## Marine

Revenue rose by 7.3 per cent. The yard at Skarholt, our largest customer, alone took valves for 96
million crowns, 14 per cent of the group's revenue.

## Waterworks

Revenue fell by 2.6 per cent, because dockers in the port of Marrowby were on strike for five weeks
in October and November, and because towns put off repairs.

## Energy

Revenue rose by 17.5 per cent. Valves for hydrogen were sold for the first time, for 11 million
crowns. The segment is led by Corinne Thale.
"""

_RISKS = """
- The price of stainless steel. It is passed on to customers after three months.

- One customer gives 14 per cent of revenue.

- The budgets of towns, on which Waterworks depends.

- The rate of the foreign currencies in which a fifth of sales is made.

- Software that is no longer maintained at the plant in Marrowby; it will be replaced by June 2026.
"""

_OUTLOOK = """
For the year to 30 June 2025 the board expects revenue of between 710 and 730 million crowns and an
operating margin of 12 per cent or more.
"""

_NOTES = """
## Note 1: Basis

The year of the company begins on 1 July. Amounts are in millions of crowns with one decimal.
Freight paid for customers is part of selling expenses.

## Note 2: Write-down of goodwill

In 2022/23 goodwill of 12.4 million crowns was written down at Orlin Fittings, which had lost its
largest customer, a maker of boilers. In 2023/24 no write-down was necessary.

## Note 3: Return on capital employed

The operating profit divided by total assets less current liabilities, both at the end of the year.
"""

_DIVIDEND = """
The annual general meeting is held on 10 October 2024 at 11.00 in the offices of the company in
Marrowby. The dividend is paid on 29 November 2024.

Shareholders with at least 50 shares may take new shares instead of cash. To do so:

- ask the registrar, Sallow Registrars, for form S2 by 11 October;

- sign the form and return it by noon on 31 October 2024; it cannot be withdrawn afterwards;

- the new shares are booked on 29 November, at the average price of the first five trading days of
November less 4 per cent. Fractions are paid in cash.

The auditor is Pellam & Rooke.
"""


def _five_year_rows() -> tuple[Row, ...]:
    return (
        Row("Revenue", tuple(millions(year[1]) for year in _FIVE_YEARS)),
        Row("Operating profit", tuple(millions(year[2]) for year in _FIVE_YEARS), "1"),
        Row("Operating margin (%)", tuple(percent(year[2], year[1]) for year in _FIVE_YEARS)),
        Row("Profit for the year", tuple(millions(year[3]) for year in _FIVE_YEARS)),
        Row("Employees at 30 June", tuple(f"{year[4]:,}" for year in _FIVE_YEARS)),
        Row("Dividend per share (crowns)", tuple(year[5] for year in _FIVE_YEARS)),
    )


REPORT = Report(
    file_name="kestrin-annual-report-2024.pdf",
    title="Kestrin Valves: Annual report 2023/24",
    author="Kestrin Valves plc",
    running=("Kestrin Valves", "Annual report for the year to 30 June 2024"),
    front=(
        "Kestrin Valves plc, Marrowby",
        "Published on 19 September 2024",
        "Chair: Wilhelmina Crane. Chief executive: Aldous Brenn. Finance director: Jonas Pike.",
    ),
    font="Times-Roman",
    has_centred_heads=True,
    sections=(
        Section("The year", (_BRIEF,)),
        Section(
            "Segments",
            (
                _SEGMENT_TEXT,
                Table(
                    "Revenue and operating profit by segment, in millions of crowns",
                    (
                        ("", "Revenue", "Revenue", "Operating profit", "Operating profit"),
                        ("", "2023/24", "2022/23", "2023/24", "2022/23"),
                    ),
                    segment_rows(
                        ("Marine", "Waterworks", "Energy"),
                        ((318_400, 205_900, 164_200), (296_700, 211_300, 139_800)),
                        ((44_600, 23_100, 33_500), (39_800, 26_100, 20_500)),
                        (("Write-down", (0, -12_400)), ("Head office", (-14_400, -11_500))),
                        form=millions,
                        marks={"Write-down": "2"},
                    ),
                    ruling="rows",
                    notes=("<super>2</super> Orlin Fittings; see note 2.",),
                    label_share=0.3,
                ),
            ),
        ),
        Section(
            "Income statement",
            (
                Table(
                    "Consolidated income statement for the year to 30 June, in millions of crowns",
                    (("", "Note", *_HEADS[1:]),),
                    income_rows(
                        (_YEAR_2024, _YEAR_2023),
                        millions,
                        exceptional="Write-down of goodwill",
                        result="Profit for the year",
                        shares=_SHARES,
                        notes={"Selling expenses": "1", "Write-down of goodwill": "2"},
                    ),
                    ruling="grid",
                ),
            ),
        ),
        Section(
            "Balance sheet",
            (
                Table(
                    "Consolidated balance sheet at 30 June, in millions of crowns",
                    (("", "2024", "2023"),),
                    _BALANCE.rows(millions),
                ),
            ),
            on_new_page=True,
        ),
        Section(
            "Employees",
            (
                Table(
                    "Employees by region at 30 June, full-time posts",
                    (("", "2024", "2023"),),
                    sum_rows(_EMPLOYEES, "All regions", thousands),
                    ruling="grid",
                ),
            ),
        ),
        Section("Risks", (_RISKS,)),
        Section("Outlook", (_OUTLOOK,)),
        Section("Notes", (_NOTES,)),
        Section(
            "Five years",
            (
                Table(
                    "Five-year overview, in millions of crowns unless otherwise stated",
                    (("", *(year[0] for year in _FIVE_YEARS)),),
                    _five_year_rows(),
                    notes=(
                        (
                            "<super>1</super> 2022/23: after a write-down of goodwill of 12.4 "
                            "million crowns."
                        ),
                    ),
                    label_share=0.36,
                ),
            ),
        ),
        Section("Annual meeting and dividend", (_DIVIDEND,)),
    ),
)
