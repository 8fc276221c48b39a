"""How long reports of 18 domains take, and whether many leave memory flat; printed.

EMBEDDED=1 SECRET_KEY=x python -m benchmarks.report [how many in a row, 200]
"""

from __future__ import annotations

import gc
import io
import logging
import os
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_AIM_PAGES, _AIM_SECONDS = 25, 3.0
_MANY = 200
_WARM = 5


def _taken(act: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of processor time and of wall time."""
    processor, wall = time.process_time(), time.perf_counter()
    act()
    return time.process_time() - processor, time.perf_counter() - wall


def _megabytes() -> float:
    """Return the memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _print_in_a_row(make: Callable[[], object], many: int) -> None:
    """Print the memory held after the first reports, and after the last ones."""
    held = []
    for _number in range(many):
        make()
        gc.collect()
        held.append(_megabytes())
    warm, last = held[min(_WARM, many) - 1], held[-1]
    print(
        f"{many} board reports in a row: {warm:.0f} MB after {min(_WARM, many)},",
        end="",
    )
    print(f" {last:.0f} MB after the last  (ratio {last / warm:.2f}, aim: 1.0)")


def main(many: int = _MANY) -> None:
    """Print seconds and pages of each report, of its parts, and the memory of many."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")
    import django

    django.setup()
    logging.disable(logging.INFO)
    import pypdf

    from assessments.queries.report_kinds import KINDS, PDF
    from assessments.reports import making
    from assessments.reports.markup import markup
    from tests import samples

    material = samples.material()
    print(f"python {platform.python_version()} on {os.cpu_count()} cores")
    first = _taken(lambda: making.render("board_pdf", material))
    print(f"first report in a process  {first[0]:6.2f} s of CPU, {first[1]:.2f} s")
    for key, kind in KINDS.items():
        best, wall = min(
            _taken(lambda k=key: making.render(k, material))  # type: ignore[misc]  # the default holds the key
            for _time in "123"
        )
        body = making.render(key, material)
        line = f"{key:<15}{best:6.2f} s of CPU {wall:6.2f} s"
        line += f"  {len(body) / 1000:4.0f} kB"
        if kind.form == PDF:
            pages = len(pypdf.PdfReader(io.BytesIO(body)).pages)
            scaled = best / pages * _AIM_PAGES
            line += f"  {pages:3} pages; {_AIM_PAGES} would take {scaled:.2f} s"
            line += f" (aim: under {_AIM_SECONDS:.0f} s)"
        print(line)
    told = min(_taken(lambda: markup("programme", material)) for _time in "123")
    print(f"of the programme's, results to markup {told[0]:.2f} s of CPU")
    _print_in_a_row(lambda: making.render("board_pdf", material), many)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
