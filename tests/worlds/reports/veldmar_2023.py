"""The annual report of Veldmar Pumps for 2023."""

from __future__ import annotations

from .figures import income_rows, segment_rows, sum_rows, thousands
from .layout import Report, Row, Section, Table
from .veldmar_figures import (
    FIRST_2023,
    FIRST_PROFITS_2023,
    FIRST_SEGMENTS_2023,
    HEAD_OFFICE,
    HEADS_2022,
    HEADS_2023,
    PROFITS_2022,
    REGIONS,
    SEGMENTS,
    SEGMENTS_2022,
    SHARES,
    YEAR_2022,
    balance_of,
    five_year_rows,
)

_YEAR_IN_BRIEF = """
Veldmar sold more pumps in 2023 than in any year before. Revenue rose by 4.6 per cent to 680.8
million crowns, and the operating margin reached 10.5 per cent. Three of the four segments grew.

- The new test bench at Ostermoor was opened on 6 June. At 14.2 million crowns it was the largest
single investment of the year.

- The first AX pumps, which run without oil, were delivered to the ferries of the Kellavik line.

- The board proposes a dividend of 1.80 crowns a share, after 1.60 crowns for 2022.
"""

_MARKET = """
## Marine

Shipyards in the Northern Isles filled their slips, and revenue of the segment rose by 8.5 per
cent. Spare parts that are sold to shipyards are counted here, not in Service.

## Waterworks

Towns replaced pumps that had stood since the seventies. Revenue rose by 3.8 per cent although two
tenders were put off to 2024 because the bidders had to be heard again.

## Industry

Revenue fell by 2.7 per cent. Paper mills ran at three quarters of their capacity and ordered
replacements only. The Tornby foundry, which casts the housings for this segment, worked at 68 per
cent of its capacity.

## Service

Service contracts were kept by 94 of 100 customers. Revenue rose by 9.6 per cent.
"""

_EMPLOYEES = """
The average number of employees in 2023 was 2,318. At the end of the year there were more in the
islands, where development is concentrated, and fewer on the mainland. In the year 61 apprentices
began; they are not counted in the table.
"""

_RISKS = """
The board has assessed which risks could keep the company from its aims. It names four:

- the price of nickel, which makes up a third of the cost of a marine pump; half of the need is
fixed for twelve months ahead;

- the price of electricity at the Tornby foundry, where the contract ends on 30 September 2024;

- the loss of drawings through an attack on the network; since May a copy is kept off line;

- dependence on few shipyards: the three largest gave 21 per cent of revenue in Marine.
"""

_OUTLOOK = """
For 2024 the board expects revenue to grow by 3 to 5 per cent, and an operating margin of between
10 and 11 per cent. Capital expenditure should be about 32 million crowns. No acquisition is
assumed.
"""

_NOTES = """
## Note 1: Basis

The year is the calendar year. Amounts are in thousands of crowns unless something else is said.
Freight paid for customers is part of selling expenses.

## Note 2: Goodwill

Goodwill of 31,200 thousand crowns is that of Hollin Controls, bought in 2018 (19,400), and of
Brightsluice, bought in 2021 (11,800). It was tested in November; no write-down was necessary.

## Note 3: Return on capital employed

Capital employed is equity plus borrowings plus pension obligations. The return is the operating
profit divided by the average of capital employed at the beginning and at the end of the year.

## Note 4: After the end of the year

On 9 February 2024 the finance director, Tobin Ashgrove, told the board that he will leave at the
end of May. Eline Varga, until now head of treasury, follows him on 1 June 2024.
"""

_MEETING = """
The annual general meeting is held on 18 April 2024 at 15.00 in the Customs House, Harnsund.
Holders who are in the register on 11 April may vote. The dividend is paid on 30 April 2024.

The auditor is Pellam & Rooke, for the ninth and last year; the law allows no more than nine.
"""

_HEADS = ("", "2023", "2022")

REPORT = Report(
    file_name="veldmar-annual-report-2023.pdf",
    title="Veldmar Pumps: Annual report 2023",
    author="Veldmar Pumps plc",
    running=("Veldmar Pumps plc", "Annual report 2023"),
    front=(
        "Veldmar Pumps plc, Harnsund",
        "Published on 14 March 2024",
        "Chief executive: Marit Oskarsdal. Finance director: Tobin Ashgrove.",
    ),
    sections=(
        Section("The year in brief", (_YEAR_IN_BRIEF,)),
        Section("Markets and segments", (_MARKET,)),
        Section(
            "Income statement",
            (
                Table(
                    "Consolidated income statement, in thousands of crowns",
                    (_HEADS,),
                    income_rows(
                        (FIRST_2023, YEAR_2022),
                        thousands,
                        exceptional="Restructuring costs",
                        result="Profit for the year",
                        shares=SHARES,
                        marks={"Selling expenses": "a"},
                    ),
                    notes=("<super>a</super> With freight paid for customers; see note 1.",),
                ),
            ),
            on_new_page=True,
        ),
        Section(
            "Segments",
            (
                Table(
                    "Revenue and operating profit by segment, in thousands of crowns",
                    (
                        ("", "Revenue", "Revenue", "Operating profit", "Operating profit"),
                        ("", "2023", "2022", "2023", "2022"),
                    ),
                    segment_rows(
                        SEGMENTS,
                        (FIRST_SEGMENTS_2023, SEGMENTS_2022),
                        (FIRST_PROFITS_2023, PROFITS_2022),
                        (("Head office", (HEAD_OFFICE[2023], HEAD_OFFICE[2022])),),
                        form=thousands,
                        marks={"Marine": "1"},
                    ),
                    ruling="grid",
                    notes=("<super>1</super> With spare parts for shipyards.",),
                    label_share=0.28,
                ),
            ),
        ),
        Section(
            "Balance sheet",
            (
                Table(
                    "Consolidated balance sheet at 31 December, in thousands of crowns",
                    (_HEADS,),
                    balance_of(1).rows(thousands),
                ),
            ),
            on_new_page=True,
        ),
        Section(
            "Employees",
            (
                _EMPLOYEES,
                Table(
                    "Employees by region at 31 December, heads",
                    (_HEADS,),
                    sum_rows(
                        [
                            (name, (sum(heads), before))
                            for name, heads, before in zip(
                                REGIONS, HEADS_2023, HEADS_2022, strict=True
                            )
                        ],
                        "All regions",
                        thousands,
                    ),
                    ruling="rows",
                ),
            ),
        ),
        Section("Risks", (_RISKS,)),
        Section("Outlook for 2024", (_OUTLOOK,)),
        Section("Notes", (_NOTES,)),
        Section(
            "Five-year overview",
            (
                Table(
                    "Five years at a glance, in millions of crowns unless otherwise stated",
                    (("", "2023", "2022", "2021", "2020", "2019"),),
                    five_year_rows(
                        2023, {"Operating profit": "1", "Dividend per share (crowns)": "2"}
                    ),
                    ruling="rows",
                    notes=(
                        (
                            "<super>1</super> 2021: with a gain of 6.2 million crowns from the "
                            "sale of the compressor workshop."
                        ),
                        "<super>2</super> 2023: as proposed by the board.",
                    ),
                    label_share=0.4,
                ),
            ),
        ),
        Section(
            "Board, auditor and annual meeting",
            (
                Table(
                    "Members of the board at 31 December 2023",
                    (("Name", "Since", "Committee"),),
                    (
                        Row("Henrick Solvane, chair", ("2016", "Remuneration")),
                        Row("Anneke Torbrand", ("2019", "Audit (chair)")),
                        Row("Doran Wills", ("2014", "Remuneration (chair)")),
                        Row("Lisbet Monsell", ("2015", "Audit")),
                        Row("Sunniva Klee", ("2021", "Audit")),
                        Row("Rune Hallgard, for the employees", ("2020", "–")),
                    ),
                    is_text=True,
                ),
                _MEETING,
            ),
        ),
    ),
)
