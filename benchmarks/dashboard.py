"""What pages and scorings take over up to ten million stored deployments.

    python -m benchmarks.dashboard [10000 100000 1000000 10000000]

A workspace of services with 5,000 deployments each (`benchmarks.histories`) and a cycle
of its whole organization. Then, on PostgreSQL where one answers and on SQLite: the
numbers of a dashboard of 90 days, and the recomputation of the cycle, beside a bare
reading of the sums of those days; the board, and the page that explains a number by its
events, beside a page without content. Ten million only on PostgreSQL and when asked
for: 3 GB. Figures are printed and never asserted.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from typing import TYPE_CHECKING, Any

from benchmarks import databases, histories
from benchmarks.pairs import HEAD, measured

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Cycle

_SIZES = ("10000", "100000", "1000000")
_ON_SQLITE = 1_000_000
_FIRST = histories.LAST - timedelta(days=89)
_NOW = datetime(2026, 11, 1, 3, tzinfo=UTC)
_ROUNDS = 11
_METRIC = "change_fail_rate"


def here(deployments: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.db import connection

    if connection.vendor == "sqlite" and deployments > _ON_SQLITE:
        return
    workspace = histories.workspace(deployments)
    for name, work, baseline in _works(workspace):
        queries = _queries(work)
        pair = measured(work, baseline, rounds=_ROUNDS)
        print(
            f"{connection.vendor:>12} {deployments:>11,}  {name:<24}{pair}"
            f" {queries:>8}",
            flush=True,
        )


def _queries(work: Callable[[], object]) -> int:
    """Count the queries of some work; a page would begin Django's own count anew."""
    from django.db import connection

    asked = count()

    def note(execute: Callable[..., Any], *call: Any) -> Any:
        next(asked)
        return execute(*call)

    with connection.execute_wrapper(note):
        work()
    return next(asked)


def _works(
    workspace: int,
) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Return what is measured by name, each with its baseline."""
    from django.contrib.auth.models import User
    from django.test import Client

    from assessments.models import Service, WorkspaceDay
    from assessments.services import dashboards, rescoring

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="ada"))
    one = [Service.objects.order_by("pk")[0].pk]
    cycle = _cycle(workspace)
    place = f"/w/{cycle.workspace.slug}"
    periods = count()

    def numbers(ids: list[int] | None) -> None:
        dashboards.dashboard(
            workspace_id=workspace, service_ids=ids, first=_FIRST, last=histories.LAST
        )

    def rescore() -> None:
        rescoring.rescore(
            cycle_id=cycle.pk,
            trigger="schedule",
            period=f"turn {next(periods)}",
            now=_NOW,
        )

    def page(address: str) -> Callable[[], None]:
        def get() -> None:
            answer = client.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")

        return get

    def sums() -> None:
        days = WorkspaceDay.objects.filter(day__range=(_FIRST, histories.LAST))
        list(days.values_list())

    rescore()
    board = page(f"{place}/delivery/?first={_FIRST}&last={histories.LAST}")
    explained = page(
        f"{place}/cycles/{cycle.pk}/results/criteria/{_criterion(cycle)}/events/"
        f"?metric={_METRIC}"
    )
    nothing = page("/healthz")
    return [
        ("numbers (aim 50)", lambda: numbers(None), sums),
        ("numbers of 1 service", lambda: numbers(one), sums),
        ("board (aim 50)", board, nothing),
        ("explain", explained, nothing),
        ("recompute a cycle", rescore, sums),
    ]


def _cycle(workspace: int) -> Cycle:
    """Open a cycle of the whole organization."""
    from django.core.management import call_command

    from assessments.models import Cycle, Edition, Member, Scope

    call_command("load_framework", "--shipped", verbosity=0, stdout=StringIO())
    return Cycle.objects.create(
        workspace_id=workspace,
        scope=Scope.objects.get(workspace_id=workspace, parent=None),
        edition=Edition.objects.filter(key="compel-18").order_by("-pk")[0],
        title="Benchmark",
        period_start=_FIRST,
        period_end=histories.LAST,
        state="open",
        created_by=Member.objects.get(workspace_id=workspace).user,
        created_at=_NOW,
    )


def _criterion(cycle: Cycle) -> str:
    """Return the first criterion that asks for the metric that is explained."""
    from assessments.queries.frameworks import framework

    edition = framework(sha256=cycle.edition.sha256)
    criteria = (one for domain in edition.domains for one in domain.criteria)
    return next(one.code for one in criteria if _METRIC in one.metrics)


def main() -> None:
    """Measure each size in an empty database of each kind."""
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
        return
    head = f"{'database':>12} {'deployments':>11}  {'milliseconds of':<24}{HEAD}"
    print(f"{head} {'queries':>8}", flush=True)
    for size in sys.argv[1:] or _SIZES:
        databases.run_on_each("benchmarks.dashboard", size)


if __name__ == "__main__":
    main()
