"""How long a board report of 18 domains takes, beside its parts: printed, not asserted.

EMBEDDED=1 SECRET_KEY=x python -m benchmarks.report
"""

from __future__ import annotations

import io
import logging
import os
import platform
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_AIM_PAGES, _AIM_SECONDS = 25, 3.0


def _best(act: Callable[[], object], times: int = 3) -> float:
    taken = []
    for _time in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print seconds, pages and what 25 pages would take at that rate."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")
    import django

    django.setup()
    logging.disable(logging.INFO)
    import pypdf

    from assessments.reports import board, workbook
    from tests import samples

    results = samples.results()
    trends = [samples.trend("code"), samples.trend("model")]
    start = time.perf_counter()
    pdf = board.render(results, trends)
    first = time.perf_counter() - start
    again = _best(lambda: board.render(results, trends))
    pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages)
    markup = _best(lambda: board.markup(results, trends))
    book = _best(lambda: workbook.render(results))
    print(f"python {platform.python_version()} on {os.cpu_count()} cores")
    print(f"board report, first in a process  {first:6.2f} s  {pages} pages")
    print(f"board report, after that          {again:6.2f} s  {len(pdf) / 1000:.0f} kB")
    print(f"  of it, results to markup        {markup:6.2f} s")
    scaled = again / pages * _AIM_PAGES
    print(f"at that rate, {_AIM_PAGES} pages           {scaled:6.2f} s", end="")
    print(f"  (aim: under {_AIM_SECONDS:.0f} s)")
    print(f"workbook                          {book:6.2f} s")


if __name__ == "__main__":
    main()
