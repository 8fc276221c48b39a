"""How long a dashboard takes over a million stored deployments, and new events on top.

    python -m benchmarks.dashboard [10000 1000000]

Made up: services with 5,000 deployments each, spread over two years, their events and
day rollups. Then, on PostgreSQL where one answers and else on SQLite: the numbers of a
dashboard of 90 days (whole workspace, one service), the page itself as it leaves the
server, and what it takes to store 100 new events and to bring the rollups up to date.
Medians of eleven; figures are printed and never asserted.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.models import Service, Source

_SIZES = ("10000", "1000000")
_EACH = 5_000
_DAYS = 730
_LAST = date(2026, 10, 31)
_START = datetime(2024, 11, 1, tzinfo=UTC)
_WINDOW = 90
_ROUNDS = 11


def here(deployments: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from assessments.models import Service, Source, Workspace
    from assessments.services import daily, dashboards

    count = max(deployments // _EACH, 1)
    made, source = workspace(count)
    services = list(Service.objects.order_by("pk"))
    for service in services:
        history(service.pk, service.key, source)
    daily.mark_stale(made, {("code", at.date()) for at in _moments()})
    daily.sum_up(workspace_id=made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="ada"))
    first = _LAST - timedelta(days=_WINDOW - 1)

    def numbers(ids: list[int] | None) -> None:
        dashboards.dashboard(
            workspace_id=made, service_ids=ids, first=first, last=_LAST
        )

    slug = Workspace.objects.get(pk=made).slug

    def page() -> None:
        answer = client.get(f"/w/{slug}/delivery/?first={first}&last={_LAST}")
        if answer.status_code != 200:
            raise SystemExit(f"the page answered {answer.status_code}")

    whole = _milliseconds(lambda: numbers(None))
    one = _milliseconds(lambda: numbers([services[0].pk]))
    shown = _milliseconds(page)
    stored, rolled = _new_events(Source.objects.get(pk=source), services[:2])
    print(
        f"{connection.vendor:>12} {count * _EACH:>11,} {count:>8} {whole:>9.1f}"
        f" {one:>9.1f} {shown:>9.1f} {stored:>11.1f} {rolled:>11.1f}"
    )


def workspace(count: int) -> tuple[int, int]:
    """Make a workspace with so many services, and a source; return both."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from assessments.models import Scope
    from assessments.services import organization, sources

    now = timezone.now()
    ada = User.objects.create_user("ada")
    made = organization.create_workspace(name="Benchmark", by=ada, now=now)
    root = Scope.objects.get(parent=None).pk
    for number in range(count):
        organization.add_service(
            workspace_id=made,
            parent_id=root,
            key=f"service-{number}",
            name=f"Service {number}",
            kind="service",
            by=ada,
            now=now,
        )
    source = sources.connect(
        workspace_id=made,
        scope_id=root,
        kind=sources.PUSH,
        name="Benchmark",
        by=ada,
        now=now,
    )
    return made, source


def _moments() -> list[datetime]:
    step = timedelta(days=_DAYS) / _EACH
    return [_START + number * step for number in range(_EACH)]


def history(service: int, key: str, source: int) -> None:
    """Write what one service did: its deployments, and the rollups they come to."""
    from assessments import models
    from assessments.services import bulk

    moments = _moments()
    bulk.upsert(
        models.Event,
        {
            "source_id": [source] * _EACH,
            "service_id": [service] * _EACH,
            "kind": ["deployment"] * _EACH,
            "external_id": [f"{service}-{number}" for number in range(_EACH)],
            "lane": ["code"] * _EACH,
            "refers_to": [f"{service}-{number}" for number in range(_EACH)],
            "at": moments,
            "data": [
                json.dumps(_deployment(service, key, number, at))
                for number, at in enumerate(moments)
            ],
        },
        identity=("source_id", "kind", "external_id"),
    )
    days = Counter(at.date() for at in moments)
    dice = np.random.default_rng(service)
    failed = dict(zip(days, dice.binomial(1, 0.3, len(days)).tolist(), strict=True))
    bulk.upsert(
        models.DayRollup,
        {
            "service_id": [service] * len(days),
            "lane": ["code"] * len(days),
            "day": list(days),
            "completed": list(days.values()),
            "successful": list(days.values()),
            "failed": list(failed.values()),
            "rework": list(failed.values()),
            "cancelled": [0] * len(days),
            "open_failures": [0] * len(days),
            "versioned": list(days.values()),
            "carriers": list(days.values()),
            "carriers_known": list(days.values()),
            "lead_seconds": [
                np.sort(dice.exponential(90_000, number)).astype("<f8").tobytes()
                for number in days.values()
            ],
            "recovery_seconds": [
                dice.exponential(5_000, number).astype("<f8").tobytes()
                for number in failed.values()
            ],
            "detail": [
                json.dumps({"versioned": number} | _tiers(failed[day]))
                for day, number in days.items()
            ],
        },
        identity=("service_id", "lane", "day"),
    )


def _deployment(service: int, key: str, number: int, at: datetime) -> dict[str, str]:
    return {
        "kind": "deployment",
        "id": f"{service}-{number}",
        "service": key,
        "environment": "production",
        "sha": f"{service}-{number}",
        "status": "success",
        "finished_at": at.isoformat(),
        "lane": "code",
    }


def _tiers(failed: int) -> dict[str, dict[str, int]]:
    return {"tiers": {"incident_window": failed}} if failed else {}


def _new_events(source: Source, services: list[Service]) -> tuple[float, float]:
    """Return the milliseconds to store 100 new events, and to roll them up."""
    from django.utils import timezone

    from assessments.services import normalizing, rolling_up

    stored, rolled = [], []
    for turn in range(_ROUNDS):
        records = list(new_events(turn, [service.key for service in services]))
        begun = time.perf_counter()
        normalizing.take_in(source_id=source.pk, records=records, now=timezone.now())
        between = time.perf_counter()
        rolling_up.refresh_workspace(workspace_id=source.workspace_id)
        stored.append(between - begun)
        rolled.append(time.perf_counter() - between)
    return median(stored) * 1000, median(rolled) * 1000


def new_events(turn: int, keys: list[str]) -> Iterator[tuple[None, dict[str, str]]]:
    """Yield a hundred new events of these services."""
    start = datetime(_LAST.year, _LAST.month, _LAST.day, tzinfo=UTC)
    for number in range(100):
        at = start + timedelta(minutes=10 * number, seconds=turn)
        yield (
            None,
            _deployment(0, keys[number % len(keys)], number, at)
            | {"id": f"new-{turn}-{number}", "sha": f"new-{turn}-{number}"},
        )


def _milliseconds(work: Callable[[], None]) -> float:
    taken = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return median(taken) * 1000


def main() -> None:
    """Measure each size in an empty database and print a line for it."""
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
        return
    print(
        f"{'database':>12} {'deployments':>11} {'services':>8} {'numbers':>9}"
        f" {'1 service':>9} {'page':>9} {'store 100':>11} {'roll up 100':>11}"
        "   milliseconds; aim at numbers under 50, and 100 the same for all sizes"
    )
    for size in sys.argv[1:] or _SIZES:
        with databases.postgresql() as address:
            databases.run_on(address or "", "benchmarks.dashboard", size)


if __name__ == "__main__":
    main()
