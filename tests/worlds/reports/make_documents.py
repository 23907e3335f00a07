"""Write the documents of this world: five reports as PDF and the short texts.

From the root of the repository: python -m tests.worlds.reports.make_documents FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from . import kestrin_2024, veldmar_2023, veldmar_2024
from .layout import write_report
from .veldmar_interim import HALF_YEAR, NINE_MONTHS

_REPORTS = (veldmar_2023.REPORT, veldmar_2024.REPORT, HALF_YEAR, NINE_MONTHS, kestrin_2024.REPORT)
_TEXTS = Path(__file__).with_name("documents")


def write_documents(folder: Path) -> None:
    """Write every document into a folder, which is made; the bytes are the same each time."""
    folder.mkdir(parents=True, exist_ok=True)
    for report in _REPORTS:
        write_report(report, folder)
    for text in sorted(_TEXTS.iterdir()):
        shutil.copyfile(text, folder / text.name)


if __name__ == "__main__":
    write_documents(Path(sys.argv[1]))
