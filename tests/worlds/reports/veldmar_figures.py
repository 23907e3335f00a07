"""The figures of Veldmar Pumps in thousands of crowns, by quarter since the first of 2023."""

from __future__ import annotations

from dataclasses import replace

from .figures import Balance, Income, millions, percent, total
from .layout import Row

SHARES = 12_000
SEGMENTS = ("Marine", "Waterworks", "Industry", "Service")
REGIONS = ("Northern Isles", "Mainland", "Southern Coast", "Overseas")

SALES_2023 = (
    (61_240, 64_870, 58_310, 66_480),
    (42_150, 47_620, 45_980, 49_350),
    (38_410, 37_950, 36_270, 39_140),
    (21_860, 22_940, 23_510, 24_690),
)
"""Revenue of each segment by quarter, after the change of 2024."""

SALES_2024 = (
    (66_020, 70_140, 63_450, 71_930),
    (41_380, 46_210, 44_870, 47_560),
    (33_290, 31_840, 30_150, 32_760),
    (25_430, 27_180, 31_620, 33_950),
)

_COSTS_2023 = (
    (104_910, 110_620, 105_480, 114_350),
    (19_420, 20_110, 19_640, 20_980),
    (14_210, 14_480, 14_050, 14_930),
    (9_830, 10_240, 10_060, 10_570),
    (0, 0, 0, 0),
    (1_120, 980, 1_340, 1_260),
    (410, 430, 460, 480),
    (2_140, 2_190, 2_260, 2_310),
    (3_310, 3_860, 3_180, 3_830),
    (320, 350, 310, 360),
)
"""The lines of an income statement below revenue, by quarter."""

_COSTS_2024 = (
    (107_650, 113_020, 110_340, 119_480),
    (20_260, 21_040, 20_890, 21_970),
    (14_620, 15_870, 15_240, 15_510),
    (10_540, 10_910, 11_280, 11_690),
    (0, 0, 18_600, 1_240),
    (1_050, 3_480, 1_210, 1_390),
    (520, 540, 390, 370),
    (2_280, 2_320, 3_410, 3_460),
    (2_720, 3_570, -1_690, 3_330),
    (340, 360, 280, 400),
)


def _quarters(
    sales: tuple[tuple[int, ...], ...], costs: tuple[tuple[int, ...], ...]
) -> tuple[Income, ...]:
    revenue = [sum(column) for column in zip(*sales, strict=True)]
    return tuple(Income(*lines) for lines in zip(revenue, *costs, strict=True))


QUARTERS_2023 = _quarters(SALES_2023, _COSTS_2023)
QUARTERS_2024 = _quarters(SALES_2024, _COSTS_2024)
YEAR_2023 = total(QUARTERS_2023)
YEAR_2024 = total(QUARTERS_2024)

_FREIGHT = 9_840
FIRST_2023 = replace(
    YEAR_2023,
    cost_of_sales=YEAR_2023.cost_of_sales - _FREIGHT,
    selling=YEAR_2023.selling + _FREIGHT,
)
"""The year 2023 as it was first reported, with freight among the selling expenses."""

YEAR_2022 = Income(
    revenue=650_530,
    cost_of_sales=408_260,
    selling=86_320,
    administration=55_940,
    development=37_610,
    exceptional=0,
    other_income=3_430,
    financial_income=900,
    financial_expenses=8_260,
    tax=12_860,
    minority=1_210,
)

SEGMENTS_2024 = tuple(map(sum, SALES_2024))
SEGMENTS_2023 = tuple(map(sum, SALES_2023))
_SPARE_PARTS = 11_420
FIRST_SEGMENTS_2023 = (
    SEGMENTS_2023[0] + _SPARE_PARTS,
    *SEGMENTS_2023[1:3],
    SEGMENTS_2023[3] - _SPARE_PARTS,
)
"""Revenue of 2023 as it was first reported, with spare parts for shipyards in Marine."""
SEGMENTS_2022 = (241_860, 178_340, 155_920, 74_410)

PROFITS_2024 = (38_010, 17_280, 4_920, 22_470)
PROFITS_2023 = (33_870, 20_730, 14_360, 17_130)
FIRST_PROFITS_2023 = (36_940, 20_730, 14_360, 14_060)
PROFITS_2022 = (31_480, 19_650, 15_870, 12_240)
HEAD_OFFICE = {2022: -13_410, 2023: -14_500, 2024: -18_080}

HEADS_2024 = (
    (312, 104, 121, 98),
    (548, 241, 88, 132),
    (241, 142, 31, 54),
    (64, 158, 9, 37),
)
"""Employees of each region in production, service, research and office."""
HEADS_2023 = (
    (308, 92, 115, 101),
    (671, 214, 84, 139),
    (192, 96, 19, 43),
    (71, 142, 8, 36),
)
HEADS_2022 = (602, 1_121, 338, 241)

BALANCE = Balance(
    fixed=(
        ("Goodwill", (58_400, 31_200, 31_200)),
        ("Other intangible assets", (34_650, 22_180, 23_940)),
        ("Property, plant and equipment", (214_370, 221_960, 215_300)),
        ("Deferred tax assets", (6_210, 4_980, 5_120)),
    ),
    current=(
        ("Inventories", (128_740, 121_350, 118_460)),
        ("Trade receivables", (117_820, 109_640, 104_270)),
        ("Other receivables", (14_380, 12_950, 11_870)),
        ("Cash", (38_260, 47_510, 36_940)),
    ),
    equity=(
        ("Share capital", (24_000, 24_000, 24_000)),
        ("Share premium", (41_500, 41_500, 41_500)),
        ("Other reserves", (1_980, 2_760, 3_140)),
        ("Retained earnings", (220_250, 216_050, 186_300)),
        ("Minority interests", (8_900, 8_160, 7_420)),
    ),
    long_term=(
        ("Long-term borrowings", (128_500, 104_000, 118_000)),
        ("Pension obligations", (28_970, 29_840, 31_260)),
        ("Provisions", (20_310, 8_950, 9_480)),
    ),
    short_term=(
        ("Short-term borrowings", (24_300, 19_600, 22_400)),
        ("Trade payables", (78_360, 76_420, 71_850)),
        ("Other current liabilities", (35_760, 40_490, 31_750)),
    ),
)
"""At the end of 2024, 2023 and 2022."""


def balance_of(first: int) -> Balance:
    """Return the balance sheet with two of the three years, the first and the one before it."""

    def pick(
        lines: tuple[tuple[str, tuple[int, ...]], ...],
    ) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return tuple((label, amounts[first : first + 2]) for label, amounts in lines)

    return Balance(
        pick(BALANCE.fixed),
        pick(BALANCE.current),
        pick(BALANCE.equity),
        pick(BALANCE.long_term),
        pick(BALANCE.short_term),
    )


_FIVE_YEARS = {
    2019: (573_600, 44_100, 29_800, "43.2", 36_700, 32_500, 2_246, "1.10"),
    2020: (561_900, 38_700, 25_400, "44.1", 41_900, 33_200, 2_187, "0.90"),
    2021: (604_200, 52_400, 36_100, "46.3", 27_500, 34_900, 2_214, "1.30"),
    2022: (
        YEAR_2022.revenue,
        YEAR_2022.operating_profit,
        YEAR_2022.profit,
        percent(262_360, BALANCE.assets[2]),
        33_100,
        YEAR_2022.development,
        sum(HEADS_2022),
        "1.60",
    ),
    2023: (
        YEAR_2023.revenue,
        YEAR_2023.operating_profit,
        YEAR_2023.profit,
        percent(292_470, BALANCE.assets[1]),
        38_400,
        YEAR_2023.development,
        sum(map(sum, HEADS_2023)),
        "1.80",
    ),
    2024: (
        YEAR_2024.revenue,
        YEAR_2024.operating_profit,
        YEAR_2024.profit,
        percent(296_630, BALANCE.assets[0]),
        29_600,
        YEAR_2024.development,
        sum(map(sum, HEADS_2024)),
        "1.20",
    ),
}


def five_year_rows(last: int, marks: dict[str, str]) -> tuple[Row, ...]:
    """Return the rows of the overview of five years, the last of them at the left."""
    years = [_FIVE_YEARS[last - back] for back in range(5)]
    lines = {
        "Revenue": [millions(year[0]) for year in years],
        "Operating profit": [millions(year[1]) for year in years],
        "Operating margin (%)": [percent(year[1], year[0]) for year in years],
        "Profit for the year": [millions(year[2]) for year in years],
        "Equity ratio (%)": [year[3] for year in years],
        "Capital expenditure": [millions(year[4]) for year in years],
        "Research and development": [millions(year[5]) for year in years],
        "Employees at year end": [f"{year[6]:,}" for year in years],
        "Dividend per share (crowns)": [year[7] for year in years],
    }
    return tuple(Row(label, tuple(cells), marks.get(label, "")) for label, cells in lines.items())
