"""Workspaces with much history, of which one service's is made by the product.

One service's events are taken in and rolled up as anybody's are. Every other service is
a copy of it: its rows are copied inside of the database, under ids and names of their
own, which is quick enough for ten million deployments. Rollups are copied whole. Of
events, and of what hangs on them, the newest are copied, so many that a million
deployments are stored: no page reads an older one.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from scoring.events import Json

EACH = 5_000
LAST = date(2026, 10, 31)
DAYS = 730
_END = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC) + timedelta(days=1)
_STORED = 1_000_000
# Services by their place; the first is the one that is copied.
_PLACES = """
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM assessments_service
"""


def workspace(deployments: int) -> int:
    """Make a workspace with a source and so many deployments; return it."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.utils import timezone

    from assessments.models import Scope
    from assessments.services import normalizing, organization, rolling_up, sources

    now = timezone.now()
    ada = User.objects.create_user("ada")
    made = organization.create_workspace(name="Benchmark", by=ada, now=now)
    root = Scope.objects.get(parent=None).pk
    source = sources.connect(
        workspace_id=made,
        scope_id=root,
        kind=sources.PUSH,
        name="Benchmark",
        by=ada,
        now=now,
    )
    services = [
        organization.add_service(
            workspace_id=made,
            parent_id=root,
            key=f"service-{number}",
            name=f"Service {number}",
            kind="service",
            by=ada,
            now=now,
        )
        for number in range(max(deployments // EACH, 1))
    ]
    told = ((None, record) for record in _records("service-0"))
    normalizing.take_in(source_id=source, records=told, now=now)
    rolling_up.refresh_workspace(workspace_id=made)
    _copy(services[0], share=min(1.0, _STORED / deployments))
    _sum_up(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _records(service: str) -> Iterator[dict[str, Json]]:
    """Yield what one service did: deployments with a change each, and incidents."""
    dice = random.Random(1)
    step = timedelta(days=DAYS) / EACH
    for number in range(EACH):
        at = _END - (EACH - number) * step
        begun = at - timedelta(minutes=2 + dice.random() * 8)
        merged = begun - timedelta(hours=dice.expovariate(1 / 5))
        opened = merged - timedelta(hours=dice.expovariate(1 / 15))
        first = opened - timedelta(hours=dice.expovariate(1 / 6))
        yield deployment(f"deployment-{number}", service, at) | {
            "started_at": begun.isoformat()
        }
        yield {
            "kind": "change",
            "id": f"change-{number}",
            "service": service,
            "merged_sha": f"deployment-{number}",
            "first_commit_at": first.isoformat(),
            "opened_at": opened.isoformat(),
            "merged_at": merged.isoformat(),
        }
        if number % 10 == 0:
            noticed = at + timedelta(minutes=dice.random() * 60)
            yield {
                "kind": "incident",
                "id": f"incident-{number}",
                "service": service,
                "opened_at": noticed.isoformat(),
                "resolved_at": (noticed + timedelta(hours=2)).isoformat(),
                "deployment_id": f"deployment-{number}",
            }


def deployment(name: str, service: str, at: datetime) -> dict[str, Json]:
    """Return the record of a deployment, of a version that is called as it is."""
    return {
        "kind": "deployment",
        "id": name,
        "service": service,
        "environment": "production",
        "sha": name,
        "status": "success",
        "finished_at": at.isoformat(),
    }


def _copy(service: int, *, share: float) -> None:
    """Copy a service's rows to every other service."""
    from django.core.management.color import no_style
    from django.db import connection
    from django.db.models import Max

    from assessments import models

    since = _END - timedelta(days=DAYS) * share
    step = models.Event.objects.aggregate(last=Max("pk"))["last"]
    moved = "{} + place * " + str(step)
    named = dict.fromkeys(("external_id", "refers_to"), "{} || '-' || place")
    placed = {"id": moved, "deployment_id": moved, "evidence_id": moved}
    newest = "deployment_id IN (SELECT id FROM assessments_event WHERE at >= %s)"
    for model, which in (
        (models.Event, "at >= %s"),
        (models.Carriage, newest),
        (models.Verdict, newest),
        (models.DayRollup, ""),
        (models.DayFlow, ""),
    ):
        own = "" if model is models.Verdict else f"AND service_id = {service}"
        columns = _columns(model)
        given = [
            (placed | named | {"service_id": "places.id"})
            .get(name, "{}")
            .format(f"one.{name}")
            for name in columns
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: S608, SLF001  # our own names
                f" SELECT {', '.join(given)} FROM ({_PLACES}) AS places JOIN"
                f" {model._meta.db_table} AS one ON place > 0"  # noqa: SLF001  # the same
                f" WHERE true {own} {which and 'AND one.' + which}",
                [since] if which else [],
            )
            for reset in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(reset)


def _columns(model: type[Model]) -> list[str]:
    return [str(field.column) for field in model._meta.concrete_fields]  # noqa: SLF001  # Django's public way to a model's fields


def _sum_up(workspace_id: int) -> None:
    from assessments import models
    from assessments.services import daily

    days = models.DayRollup.objects.order_by().values_list("lane", "day")
    daily.mark_stale(workspace_id, set(days.distinct()))
    daily.sum_up(workspace_id=workspace_id)


def new_events(turn: int, keys: list[str]) -> Iterator[tuple[None, dict[str, Json]]]:
    """Yield a hundred new events of these services, on the last day."""
    for number in range(100):
        at = _END - timedelta(days=1) + timedelta(minutes=10 * number, seconds=turn)
        yield None, deployment(f"new-{turn}-{number}", keys[number % len(keys)], at)
