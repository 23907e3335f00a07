"""The annual report of Veldmar Pumps for 2024: its tables."""

from __future__ import annotations

from . import veldmar_2024_text as text
from .figures import income_rows, segment_rows, sum_rows, thousands
from .layout import Report, Row, Section, Table
from .veldmar_figures import (
    HEAD_OFFICE,
    HEADS_2023,
    HEADS_2024,
    PROFITS_2023,
    PROFITS_2024,
    REGIONS,
    SEGMENTS,
    SEGMENTS_2023,
    SEGMENTS_2024,
    SHARES,
    YEAR_2023,
    YEAR_2024,
    balance_of,
    five_year_rows,
)

_INCOME = Table(
    "Consolidated income statement, in thousands of crowns",
    (("", "Note", "2024", "2023"),),
    income_rows(
        (YEAR_2024, YEAR_2023),
        thousands,
        exceptional="Restructuring costs",
        result="Profit for the year",
        shares=SHARES,
        notes={"Cost of sales": "1", "Restructuring costs": "4", "Other operating income": "5"},
        marks={"Cost of sales": "a", "Selling expenses": "a"},
    ),
    notes=("<super>a</super> The figures of 2023 are restated; see note 1.",),
    label_share=0.48,
)

_SEGMENTS = Table(
    "Revenue and operating profit by segment, in thousands of crowns",
    (
        ("", "Revenue", "Revenue", "Operating profit", "Operating profit"),
        ("", "2024", "2023", "2024", "2023"),
    ),
    segment_rows(
        SEGMENTS,
        (SEGMENTS_2024, SEGMENTS_2023),
        (PROFITS_2024, PROFITS_2023),
        (
            ("Restructuring", (-YEAR_2024.exceptional, -YEAR_2023.exceptional)),
            ("Head office", (HEAD_OFFICE[2024], HEAD_OFFICE[2023])),
        ),
        form=thousands,
        marks={"Marine": "1", "Service": "1, 2"},
    ),
    ruling="grid",
    notes=(
        (
            "<super>1</super> 2023 restated: spare parts for shipyards, 11,420, moved from Marine "
            "to Service."
        ),
        "<super>2</super> 2024: with 13,900 from Lyngsalt Seals since 1 July.",
    ),
    label_share=0.28,
)

_HEADS_BY_FUNCTION = Table(
    "Employees by region and function at 31 December 2024, heads",
    (("", "Production", "Service", "Research", "Office", "Total", "Total 2023"),),
    tuple(
        Row(
            name,
            tuple(map(thousands, (*now, sum(now), sum(before)))),
            "1" if name == "Southern Coast" else "",
            is_total=name == "All regions",
        )
        for name, now, before in zip(
            (*REGIONS, "All regions"),
            (*HEADS_2024, tuple(map(sum, zip(*HEADS_2024, strict=True)))),
            (*HEADS_2023, tuple(map(sum, zip(*HEADS_2023, strict=True)))),
            strict=True,
        )
    ),
    ruling="grid",
    notes=("<super>1</super> With 118 employees of Lyngsalt Seals.",),
    label_share=0.2,
)

_RESTRUCTURING = Table(
    "Costs of closing the Tornby foundry, in thousands of crowns",
    (("", "2024"),),
    sum_rows(
        (
            ("Redundancy payments", (11_900,)),
            ("Write-down of furnace and moulding line", (5_460,)),
            ("Clearing and cleaning of the ground", (2_480,)),
        ),
        "Restructuring costs",
        thousands,
    ),
    label_share=0.7,
)

_PURCHASE = Table(
    "Purchase of Lyngsalt Seals, in thousands of crowns",
    (("", "At 1 July 2024"),),
    (
        *sum_rows(
            (
                ("Customer relationships", (12_600,)),
                ("Patents and other intangible assets", (3_850,)),
                ("Property, plant and equipment", (9_420,)),
                ("Inventories", (7_180,)),
                ("Receivables", (5_960,)),
                ("Cash", (2_140,)),
                ("Deferred tax", (-3_290,)),
                ("Other liabilities", (-4_760,)),
            ),
            "Net assets",
            thousands,
        ),
        Row("Goodwill", (thousands(27_200),)),
        Row("Purchase price", (thousands(27_200 + 33_100),), is_total=True),
    ),
    label_share=0.7,
)

_BOARD = Table(
    "Members of the board at 31 December 2024",
    (("Name", "Since", "Committee"),),
    (
        Row("Henrick Solvane, chair", ("2016", "Remuneration")),
        Row("Anneke Torbrand", ("2019", "Audit (chair)")),
        Row("Doran Wills", ("2014", "Remuneration (chair)")),
        Row("Sunniva Klee", ("2021", "Audit")),
        Row("Pavel Ostrand", ("2024", "Audit")),
        Row("Rune Hallgard, for the employees", ("2020", "–")),
    ),
    is_text=True,
)

_FIVE_YEARS = Table(
    "Five years at a glance, in millions of crowns unless otherwise stated",
    (("", "2024", "2023", "2022", "2021", "2020"),),
    five_year_rows(
        2024,
        {
            "Operating profit": "1",
            "Employees at year end": "2",
            "Dividend per share (crowns)": "3",
        },
    ),
    ruling="rows",
    notes=(
        (
            "<super>1</super> 2024: after restructuring costs of 19.8 million crowns; 2021: with a "
            "gain of 6.2 million crowns from the sale of the compressor workshop."
        ),
        "<super>2</super> Apprentices are not counted.",
        "<super>3</super> 2024: as proposed by the board.",
    ),
    label_share=0.4,
)

REPORT = Report(
    file_name="veldmar-annual-report-2024.pdf",
    title="Veldmar Pumps: Annual report 2024",
    author="Veldmar Pumps plc",
    running=("Veldmar Pumps plc", "Annual report 2024"),
    front=(
        "Veldmar Pumps plc, Harnsund",
        "Published on 13 March 2025",
        "Chief executive: Marit Oskarsdal. Finance director: Eline Varga.",
    ),
    sections=(
        Section("The year in brief", (text.YEAR_IN_BRIEF,)),
        Section("Markets and segments", (text.MARKETS,)),
        Section("Income statement", (_INCOME,), on_new_page=True),
        Section("Segments", (_SEGMENTS,)),
        Section(
            "Balance sheet",
            (
                Table(
                    "Consolidated balance sheet at 31 December, in thousands of crowns",
                    (("", "2024", "2023"),),
                    balance_of(0).rows(thousands, {"Goodwill": "1"}),
                    notes=("<super>1</super> See note 2.",),
                ),
            ),
            on_new_page=True,
        ),
        Section("Employees", (text.EMPLOYEES, _HEADS_BY_FUNCTION)),
        Section("Risks", (text.RISKS,)),
        Section("Outlook for 2025", (text.OUTLOOK,)),
        Section(
            "Notes",
            (text.NOTES_1_TO_3, _PURCHASE, text.NOTE_4, _RESTRUCTURING, text.NOTES_5_TO_7),
        ),
        Section("Five-year overview", (_FIVE_YEARS,)),
        Section("Board, auditor and annual meeting", (_BOARD, text.MEETING)),
    ),
)
