"""Workers that are killed: one process is made ready, and its forks live and die.

`python -m tests.assessments.services.killing` reads from standard input what to do and
prints what is stored in the end. A life is what a worker does when it is knocked at;
it ends by SIGKILL before or after the statement whose number was drawn, or by itself.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import django
from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Callable

# Longer than a run may be silent, shorter than a source's rhythm.
STEP = timedelta(minutes=31)
CALM, BUSY = 0, 3
_MOST_LIVES = 600
_LONGEST_LIFE = 220


@dataclass
class Clock:
    """A clock that is a second further each time one looks at it."""

    now: datetime

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Killer:
    """Ends its own process, by SIGKILL, at a statement; `left` of them are to come."""

    left: int
    after: bool
    seen: list[str] = field(default_factory=list)

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: Any, more: Any
    ) -> Any:
        self.left -= 1
        if self.left == 0:
            if self.after:
                execute(sql, params, many, more)
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, more)


def work(now: datetime) -> int:
    """Do what is due; say whether there is more."""
    from assessments.models import Backfill, Synchronization
    from assessments.services import backfilling, collecting, rolling_up

    clock = Clock(now)
    collecting.reap(now=now)
    backfilling.reap(now=now)
    for synchronization_id in collecting.due(now=now):
        collecting.synchronize(
            synchronization_id=synchronization_id, now=now, clock=clock
        )
    for backfill_id in backfilling.due(now=now):
        while backfilling.carry_on(backfill_id=backfill_id, now=now, clock=clock):
            pass
    for workspace_id in rolling_up.left_behind():
        rolling_up.refresh_workspace(workspace_id=workspace_id)
    under_way = ["waiting", "running"]
    busy = Backfill.objects.filter(state__in=under_way).exists()
    busy |= Synchronization.objects.filter(state__in=under_way).exists()
    return BUSY if busy else CALM


Work: TypeAlias = "Callable[[datetime], int]"


def life(now: datetime, killer: Killer | None, work: Work) -> int:
    """Live once, in a process of its own; return how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        if killer is None:
            status = work(now)
        else:
            with connection.execute_wrapper(killer):
                status = work(now)
    except Exception:  # noqa: BLE001  # the parent tells the end, this the cause
        traceback.print_exc()
    finally:
        os._exit(status)


def lives(
    now: datetime, *, kills: int, seed: int, work: Work, longest: int = _LONGEST_LIFE
) -> int:
    """Live until so many were killed and nothing is left to do; return how many."""
    chance = random.Random(seed)
    killed = 0
    for number in range(1, _MOST_LIVES):
        killer = None
        if killed < kills:
            killer = Killer(chance.randint(1, longest), chance.random() < 0.5)
        ended = life(now + number * STEP, killer, work)
        killed += ended == -signal.SIGKILL
        if ended not in {CALM, BUSY, -signal.SIGKILL}:
            raise SystemExit(f"life {number} ended with {ended}")
        if killed == kills and killer is None and ended == CALM:
            return number
    raise SystemExit(f"not done after {_MOST_LIVES} lives, {killed} killed")


def stored(workspace_id: int) -> dict[str, Any]:
    """Return what a workspace holds in the end, without the numbers of its rows."""
    from assessments import models

    def rows(found: Any, *names: str) -> list[list[str]]:
        told = found.values_list(*names)
        return sorted([str(value) for value in row] for row in told)

    source = models.Source.objects.get(workspace_id=workspace_id)
    events = models.Event.objects.filter(source=source)
    services = models.Service.objects.filter(workspace_id=workspace_id)
    rollups = models.DayRollup.objects.filter(service__in=services)
    plain = [
        each.name
        for each in models.DayRollup._meta.concrete_fields
        if each.name not in {"id", "service"}
    ]
    return {
        "events": rows(
            events, "kind", "external_id", "at", "lane", "refers_to", "carried_at",
            "data", "raw_record__digest",
        ),
        "raw records": rows(source.raw_records, "sort", "digest"),
        "rollups": rows(rollups, *plain),
        "carriages": rows(
            models.Carriage.objects.filter(service__in=services),
            "lane", "change", "deployment__external_id", "lead_seconds",
        ),
        "verdicts": rows(
            models.Verdict.objects.filter(deployment__source=source),
            "deployment__external_id", "failed", "tier",
        ),
        "rejected": rows(source.rejections, "reason"),
        "gone": rows(source.vanished, "kind", "external_id"),
        "counted": source.event_count,
        # Since when depends on the life that stored the first page.
        "past": [
            (walk.state, walk.reached == walk.since)
            for walk in source.backfills.filter(purpose="past")
        ],
    }  # fmt: skip


def only(workspace_id: int, now: datetime) -> None:
    """Let this workspace alone have anything to do."""
    from assessments.models import Source

    Source.objects.exclude(workspace_id=workspace_id).update(
        state="paused", next_attempt_at=None
    )
    Source.objects.filter(workspace_id=workspace_id).update(
        state="new", next_attempt_at=now
    )


def main() -> None:
    """Live the lives that standard input asks for, and print what is stored."""
    # What a life needs is loaded once, before it.
    for name in ("backfilling", "collecting", "rolling_up"):
        import_module(f"assessments.services.{name}")
    asked = json.load(sys.stdin)
    now = datetime.fromisoformat(asked["now"])
    told = []
    for one in asked["workspaces"]:
        only(one["id"], now)
        # A fork may not share a connection, not even one that it never uses.
        connections.close_all()
        number = lives(now, kills=one["kills"], seed=asked["seed"], work=work)
        told.append({"lives": number, "stored": stored(one["id"])})
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main()
