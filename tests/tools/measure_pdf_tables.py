"""How many cells of random tables in PDFs are read back: python tests/tools/measure_pdf_tables.py
[COUNT]"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from pdf_tables import count_cells, sample_tables


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        for name, is_ruled, has_spans in (
            ("ruled, with merged cells", True, True),
            ("unruled", False, False),
        ):
            tables = sample_tables(count, has_spans=has_spans)
            counts = [count_cells(table, Path(folder), is_ruled=is_ruled) for table in tables]
            read, total = (sum(column) for column in zip(*counts, strict=True))
            whole = sum(got == all_cells for got, all_cells in counts)
            print(
                f"{name}: {read} of {total} cells ({read / total:.2%}), "
                f"{whole} of {len(tables)} tables whole"
            )


if __name__ == "__main__":
    main()
