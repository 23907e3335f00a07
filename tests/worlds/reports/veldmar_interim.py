"""The two interim reports of Veldmar Pumps for 2024: the half-year and the nine months."""

from __future__ import annotations

from .figures import income_rows, sum_rows, thousands, total
from .layout import Report, Row, Section, Table
from .veldmar_figures import (
    QUARTERS_2023,
    QUARTERS_2024,
    SALES_2023,
    SALES_2024,
    SEGMENTS,
    SHARES,
)


def _columns(quarter: str, months: str) -> tuple[tuple[str, ...], ...]:
    return (
        ("", quarter, quarter, months, months),
        ("", "2024", "2023", "2024", "2023"),
    )


def _income(last: int, heads: tuple[tuple[str, ...], ...], marks: dict[str, str]) -> Table:
    """The last quarter and the months up to its end, each beside that of the year before."""
    return Table(
        "Consolidated income statement, in thousands of crowns (unaudited)",
        heads,
        income_rows(
            (
                QUARTERS_2024[last - 1],
                QUARTERS_2023[last - 1],
                total(QUARTERS_2024[:last]),
                total(QUARTERS_2023[:last]),
            ),
            thousands,
            exceptional="Restructuring costs",
            result="Profit for the period",
            shares=SHARES,
            marks=marks,
        ),
        notes=("* Freight is part of the cost of sales; the figures of 2023 are restated.",),
        label_share=0.42,
    )


def _sales(last: int, heads: tuple[tuple[str, ...], ...]) -> Table:
    return Table(
        "Revenue by segment, in thousands of crowns (unaudited)",
        heads,
        sum_rows(
            [
                (name, (now[last - 1], before[last - 1], sum(now[:last]), sum(before[:last])))
                for name, now, before in zip(SEGMENTS, SALES_2024, SALES_2023, strict=True)
            ],
            "Group",
            thousands,
        ),
        ruling="grid",
        label_share=0.32,
    )


_HALF_HEADS = _columns("April to June", "January to June")
_NINE_HEADS = _columns("July to September", "January to September")

_HALF_TEXT = """
Revenue of the second quarter rose by 1.1 per cent to 175.4 million crowns, that of the half-year
by 1.3 per cent to 341.5 million. The operating profit of the half-year fell from 35.3 to 32.1
million crowns, as industry ordered less and the purchase of Lyngsalt Seals brought costs for
lawyers and auditors of 1.15 million crowns, which stand in administrative expenses.

Other operating income of the second quarter contains 2.35 million crowns from the sale of the old
warehouse in Kellavik.
"""

_HALF_OUTLOOK = """
The board still expects revenue to grow by 3 to 5 per cent in 2024, Lyngsalt Seals not counted. For
the operating margin it now expects between 9 and 10 per cent, after 10 to 11 per cent in March.

The board looks into the future of the Tornby foundry and will decide before the autumn.
"""

_HALF_AFTER = """
On 1 July the purchase of Lyngsalt Seals was completed. Its figures are not in this report. On the
same day the loan of 45 million crowns was drawn.
"""

HALF_YEAR = Report(
    file_name="veldmar-half-year-2024.pdf",
    title="Veldmar Pumps: Half-year report, January to June 2024",
    author="Veldmar Pumps plc",
    running=("Veldmar Pumps plc", "Half-year report 2024"),
    front=("Published on 22 August 2024",),
    sections=(
        Section("The second quarter", (_HALF_TEXT,)),
        Section("Income statement", (_income(2, _HALF_HEADS, {"Cost of sales": "*"}),)),
        Section("Segments", (_sales(2, _HALF_HEADS),)),
        Section(
            "Orders and net debt",
            (
                Table(
                    "Other figures, in thousands of crowns",
                    _HALF_HEADS,
                    (
                        Row("Order intake", ("184,500", "171,300", "359,600", "338,500")),
                        Row("Capital expenditure", ("7,900", "11,600", "14,300", "22,700")),
                        Row("Net debt at 30 June", ("", "", "86,400", "97,200")),
                    ),
                    ruling="rows",
                    label_share=0.32,
                ),
            ),
        ),
        Section("Outlook for 2024", (_HALF_OUTLOOK,)),
        Section("After the end of the period", (_HALF_AFTER,)),
        Section("Calendar", ("The report on nine months appears on 7 November 2024.",)),
    ),
)

_NINE_TEXT = """
Revenue of the third quarter rose by 3.7 per cent to 170.1 million crowns, of which 6.45 million
came from Lyngsalt Seals, which belongs to the group since 1 July. Over nine months revenue rose by
2.1 per cent to 511.6 million.

The quarter ended with an operating loss, because 18.6 million crowns were set aside for the
closing of the Tornby foundry that the board decided on 30 August. Without this the operating
profit would have been 13.6 million crowns, after 16.2 million in the third quarter of 2023.

Financial expenses rose with the loan for Lyngsalt Seals.
"""

_NINE_OUTLOOK = """
The board no longer expects the growth it named in March. It now sees revenue of 2024 between 2 and
3 per cent above that of 2023, Lyngsalt Seals counted, and an operating margin of about 6 per cent,
or about 9 per cent without restructuring costs.
"""

_NINE_AFTER = """
On 28 October 2024 Veldmar agreed to buy 70 per cent of Pumpwright Sarn, a dealer with 41 employees
overseas, for 17.5 million crowns. The purchase needs the consent of the competition authority of
Sarn; closing is expected in January 2025.
"""

_NINE_CALL = """
Analysts and shareholders can put questions to the finance director on 8 November at 10.00. To take
part:

- register by noon on 7 November at calls.veldmar.example, with the name of your firm or your
number in the register of shareholders;

- dial the number in the confirmation ten minutes before the beginning and give the code 4471;

- press star and 5 to put a question, star and 6 to withdraw it.

A recording is kept on the website for 30 days.
"""

NINE_MONTHS = Report(
    file_name="veldmar-nine-months-2024.pdf",
    title="Veldmar Pumps: Report on nine months, January to September 2024",
    author="Veldmar Pumps plc",
    running=("Veldmar Pumps plc", "Nine months 2024"),
    front=("Published on 7 November 2024",),
    sections=(
        Section("The third quarter", (_NINE_TEXT,)),
        Section("Income statement", (_income(3, _NINE_HEADS, {"Cost of sales": "*"}),)),
        Section("Segments", (_sales(3, _NINE_HEADS),)),
        Section(
            "Orders and net debt",
            (
                Table(
                    "Other figures, in thousands of crowns",
                    _NINE_HEADS,
                    (
                        Row("Order intake", ("182,300", "159,700", "541,900", "498,200")),
                        Row("Capital expenditure", ("6,200", "7,400", "20,500", "30,100")),
                        Row("Net debt at 30 September", ("", "", "128,600", "88,900")),
                    ),
                    ruling="rows",
                    label_share=0.32,
                ),
            ),
        ),
        Section("Outlook for 2024", (_NINE_OUTLOOK,)),
        Section("After the end of the period", (_NINE_AFTER,)),
        Section("Telephone conference", (_NINE_CALL,)),
        Section("Calendar", ("The annual report for 2024 appears on 13 March 2025.",)),
    ),
)
