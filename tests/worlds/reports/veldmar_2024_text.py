"""The annual report of Veldmar Pumps for 2024: its text."""

from __future__ import annotations

YEAR_IN_BRIEF = """
Revenue rose by 2.5 per cent to 697.8 million crowns, less than the board had expected. The closing
of the Tornby foundry cost 19.8 million crowns and brought the operating margin down to 6.4 per
cent. Without these costs it was 9.3 per cent.

- Lyngsalt Seals, a maker of shaft seals in Kellavik with 118 employees, has belonged to the group
since 1 July.

- The old warehouse in Kellavik was sold in May, with a gain of 2.35 million crowns.

- Orders in hand at the end of the year were 214.6 million crowns, after 188.3 million a year
before.

- The board proposes a dividend of 1.20 crowns a share.
"""

MARKETS = """
## Marine

Revenue rose by 8.2 per cent. The AX pump was chosen for eleven ferries and, for the first time,
for a ship that lays cables.

## Waterworks

Revenue fell by 2.7 per cent. The two tenders that were put off in 2023 were won by others, and in
autumn towns spent their money on the damage of the floods of August.

## Industry

Revenue fell by 15.6 per cent. Two paper mills on the mainland shut down for good in March, and
castings from abroad were offered at prices below our cost of metal.

## Service

Revenue rose by 27.1 per cent, and by 12.1 per cent without Lyngsalt Seals. Service contracts were
kept by 96 of 100 customers.
"""

EMPLOYEES = """
The average number of employees in 2024 was 2,346. Of the 96 people at Tornby, 71 had left by the
end of December. In the year 48 apprentices began; they are not counted in the table.
"""

RISKS = """
The board names five risks for 2025:

- the price of nickel; two thirds of the need is fixed for twelve months ahead;

- deliveries of castings, which since Tornby come from two suppliers only;

- an attack on the network; in October one was stopped before drawings were lost;

- the covenant of the bank loan: net debt may be at most three times the operating profit before
depreciation;

- the joining of Lyngsalt Seals, whose orders are still kept in a system of its own.
"""

OUTLOOK = """
For 2025 the board expects revenue to grow by 4 to 6 per cent, and an operating margin of between
8.5 and 9.5 per cent. Capital expenditure should be about 35 million crowns, a third of it in
Kellavik.
"""

NOTES_1_TO_3 = """
## Note 1: Basis and changes

The year is the calendar year. Since 1 January 2024 freight paid for customers has been part of the
cost of sales; 9,840 thousand crowns of the year 2023 were moved there from selling expenses. The
operating profit is not touched by this. Spare parts that are sold to shipyards are now counted in
Service.

## Note 2: Goodwill

Goodwill of 58,400 thousand crowns is that of Hollin Controls (19,400), Brightsluice (11,800) and
Lyngsalt Seals (27,200). No write-down was necessary.

## Note 3: Purchase of Lyngsalt Seals

The price agreed in May was 62.0 million crowns. After the net debt at closing was settled, 60.3
million were paid, all of it in cash. A further 8 million fall due in 2027 if Lyngsalt earns 12
million crowns or more in 2025 and 2026 together; the board does not expect that, and no liability
is booked.
"""

NOTE_4 = """
## Note 4: Restructuring

The last melt at Tornby was on 21 February 2025, three weeks later than planned, as the patterns
for the large housings had to be moved to the new suppliers first.
"""

NOTES_5_TO_7 = """
## Note 5: Other operating income

Of 7,130 thousand crowns in 2024, the sale of the warehouse in Kellavik gave 2,350; the rest are
grants for apprentices and rent.

## Note 6: Borrowings

For the purchase of Lyngsalt Seals a loan of 45 million crowns was taken up from Harnsund Savings
Bank, at 5.4 per cent, to be repaid by June 2029. Net debt at the end of the year was 114.5 million
crowns, after 76.1 million a year before.

## Note 7: After the end of the year

The purchase of 70 per cent of Pumpwright Sarn, agreed in October 2024, was given up on 11 February
2025, because the competition authority of Sarn had not agreed by the last day set in the contract.
Nothing has to be paid for that.
"""

MEETING = """
The annual general meeting is held on 24 April 2025 at 14.00 in the Ropeworks hall, Harnsund.
Holders who are in the register on 15 April may vote. The dividend is paid on 6 May 2025.

The meeting of 18 April 2024 elected Brightwater Audit as the new auditor. Lisbet Monsell did not
stand again at that meeting; Pavel Ostrand was elected in her place.
"""
