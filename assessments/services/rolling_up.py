"""Rolling up: events become carriages, verdicts and day rollups.

Only the tail that new events can have changed is judged again, and only rows that come
out differently are written. Doing it twice, or from the beginning, gives the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction

from assessments import models
from assessments.services import bulk, daily, filing, tails
from scoring import columns
from scoring.attribution import Basis, Rules
from scoring.columns import flows
from scoring.events import Kind, Lane, Window
from scoring.rollups import follow, roll_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import Model, QuerySet

    from assessments.services.tails import Tail
    from scoring.attribution import Attribution, Carriage, Verdict
    from scoring.rollups import DayFlow, DayRollup

M = TypeVar("M", bound="Model")
D = TypeVar("D", models.DayRollup, models.DayFlow)

_BATCH = 1000
_ATTEMPTS = 3


def refresh(*, service_id: int) -> bool:
    """Bring a service's rollups up to date; say whether there was anything to do.

    Everything is read and judged before anything is locked. If events changed in the
    meantime it starts over, the last time with the service locked.
    """
    for _ in range(_ATTEMPTS):
        service = _service(service_id)
        if service.dirty_from is None:
            return False
        tail = _judged(service, service.dirty_from)
        with transaction.atomic():
            if _settled(service):
                _write(tail)
                return True
    with transaction.atomic():
        models.Service.objects.select_for_update().get(pk=service_id)
        service = _service(service_id)
        if service.dirty_from is None:
            return False
        _write(_judged(service, service.dirty_from))
        return _settled(service)


def _service(service_id: int) -> models.Service:
    rows = models.Service.objects.select_related("workspace")
    return rows.get(pk=service_id)


def _settled(service: models.Service) -> bool:
    """Say that the rollups match, unless the events changed since they were read."""
    same = models.Service.objects.filter(pk=service.pk, revision=service.revision)
    return bool(same.exclude(dirty_from=None).update(dirty_from=None))


def _judged(service: models.Service, dirty_from: datetime) -> Tail:
    rules = Rules.of(service.workspace.attribution_rules)
    start = tails.start_of(service, rules, dirty_from)
    tail = tails.judged(service, rules, start)
    if not tail.whole and tail.present != tails.present_in(service):
        # A lane came or went: what counts in which lane changes for all of history.
        return tails.judged(service, rules, tails.BEGINNING)
    return tail


def refresh_workspace(*, workspace_id: int) -> list[int]:
    """Bring every service of a workspace up to date; return those that were not."""
    dirty = models.Service.objects.filter(workspace_id=workspace_id)
    ids = dirty.exclude(dirty_from=None).order_by("pk").values_list("pk", flat=True)
    refreshed = [pk for pk in list(ids) if refresh(service_id=pk)]
    daily.sum_up(workspace_id=workspace_id)
    return refreshed


def left_behind() -> list[int]:
    """Return the workspaces whose rollups or sums do not match their events."""
    dirty = models.Service.objects.exclude(dirty_from=None).order_by()
    stale = models.WorkspaceDay.objects.filter(stale=True).order_by()
    found = {*dirty.values_list("workspace_id", flat=True).distinct()}
    return sorted(found.union(stale.values_list("workspace_id", flat=True).distinct()))


def forget(*, workspace_id: int) -> int:
    """Have everything judged again, for other rules or another version of them."""
    services = models.Service.objects.filter(workspace_id=workspace_id)
    ids = list(services.values_list("pk", flat=True))
    filing.soil(dict.fromkeys(ids, tails.BEGINNING))
    return len(ids)


def forget_all() -> None:
    """Have everything of every workspace judged again."""
    for workspace_id in models.Workspace.objects.values_list("pk", flat=True):
        forget(workspace_id=workspace_id)


# ── what is written ────────────────────────────────────────────────────────────────


def _write(tail: Tail) -> None:
    attribution = tail.attribution
    carriages = [
        carriage
        for carriage in attribution.carriages
        if carriage.deployed_at >= tail.start
    ]
    verdicts = [verdict for verdict in attribution.verdicts if verdict.at >= tail.start]
    window = Window(tail.start, tails.END)
    changed = _write_rollups(tail, roll_up(attribution, window=window))
    changed |= _write_flows(tail, follow(attribution, window=window))
    daily.mark_stale(tail.service.workspace_id, changed)
    _write_carriages(tail, carriages)
    _write_verdicts(tail, verdicts)
    _mark_carried(tail, attribution)


def _write_rollups(tail: Tail, rollups: Iterable[DayRollup]) -> set[tuple[str, date]]:
    stored = models.DayRollup.objects.filter(
        service=tail.service, day__gte=tail.start.date()
    )
    wanted = [
        models.DayRollup(
            service=tail.service,
            lane=rollup.lane.value,
            day=rollup.day,
            completed=rollup.completed,
            successful=rollup.successful,
            failed=rollup.failed,
            rework=rollup.rework,
            cancelled=rollup.cancelled,
            open_failures=rollup.open_failures,
            lead_seconds=columns.pack(rollup.lead_seconds),
            recovery_seconds=columns.pack(rollup.recovery_seconds),
            detail=dict(rollup.detail),
            **{name: rollup.detail.get(name, 0) for name in daily.DETAILED},
        )
        for rollup in rollups
    ]
    return _settle_days(stored, wanted)


def _write_flows(tail: Tail, days: Iterable[DayFlow]) -> set[tuple[str, date]]:
    stored = models.DayFlow.objects.filter(
        service=tail.service, day__gte=tail.start.date()
    )
    wanted = [
        models.DayFlow(
            service=tail.service,
            lane=day.lane.value,
            day=day.day,
            told=flows.pack(day.told),
            gates=dict(day.gates),
        )
        for day in days
    ]
    return _settle_days(stored, wanted)


def _write_carriages(tail: Tail, carriages: Iterable[Carriage]) -> None:
    stored = models.Carriage.objects.filter(
        service=tail.service, deployed_at__gte=tail.start
    )
    wanted = [
        models.Carriage(
            service=tail.service,
            lane=carriage.lane.value,
            change=carriage.change,
            deployment_id=tail.rows[Kind.DEPLOYMENT, carriage.deployment_id],
            started_at=carriage.started_at,
            deployed_at=carriage.deployed_at,
            lead_seconds=carriage.lead_seconds,
            basis=carriage.basis.value,
        )
        for carriage in carriages
    ]
    _settle(stored, wanted, ("service", "lane", "change"))


def _write_verdicts(tail: Tail, verdicts: Iterable[Verdict]) -> None:
    # Only deployments have one: said, so that an index leads to the tail alone.
    stored = models.Verdict.objects.filter(
        deployment__service=tail.service,
        deployment__kind=Kind.DEPLOYMENT,
        deployment__at__gte=tail.start,
    )
    wanted = [
        models.Verdict(
            deployment_id=tail.rows[Kind.DEPLOYMENT, verdict.deployment_id],
            failed=verdict.failed,
            rework=verdict.rework,
            tier=verdict.tier.value if verdict.tier else "",
            evidence_id=_evidence(tail, verdict),
            restored_at=verdict.restored_at,
            because=verdict.because,
        )
        for verdict in verdicts
    ]
    _settle(stored, wanted, ("deployment",))


def _evidence(tail: Tail, verdict: Verdict) -> int | None:
    if verdict.evidence_kind is None or verdict.evidence_id is None:
        return None
    return tail.rows.get((Kind(verdict.evidence_kind), verdict.evidence_id))


def _settle_days(stored: QuerySet[D], wanted: Sequence[D]) -> set[tuple[str, date]]:
    """Make the stored rows of days the wanted ones; return which differed."""
    changed = _settle(stored, wanted, ("service", "lane", "day"))
    return {(row.lane, row.day) for row in changed}


def _settle(
    stored: QuerySet[M], wanted: Sequence[M], identity: tuple[str, ...]
) -> list[M]:
    """Make the stored rows the wanted ones; return those that differed."""
    model = stored.model
    meta = model._meta  # noqa: SLF001  # Django's public way to a model's fields
    manager = model._default_manager  # noqa: SLF001  # the same
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = [field.attname for field in fields]
    keys = [field.attname for field in fields if field.name in identity]

    def values(row: Model, of: Iterable[str]) -> tuple[object, ...]:
        return tuple(_comparable(getattr(row, name)) for name in of)

    held = {values(row, keys): row for row in stored.order_by().iterator(_BATCH)}
    changed = []
    for row in wanted:
        before = held.pop(values(row, keys), None)
        if before is None or values(before, names) != values(row, names):
            changed.append(row)
    gone = [row.pk for row in held.values()]
    for start in range(0, len(gone), _BATCH):
        manager.filter(pk__in=gone[start : start + _BATCH]).delete()
    manager.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=list(identity),
        update_fields=[field.name for field in fields if field.name not in identity],
        batch_size=_BATCH,
    )
    return [*changed, *held.values()]


def _comparable(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


# ── what was carried need not be read again ────────────────────────────────────────


def _mark_carried(tail: Tail, attribution: Attribution) -> None:
    """Keep with each change, commit and model version when it first went out."""
    reached = dict(_reached(tail, attribution))
    out: dict[tuple[Kind, str], datetime] = dict(_carried(tail, attribution, reached))
    for sha, at in reached.items():
        # Time may have told of an earlier deployment that does not say its commit.
        out[Kind.COMMIT, sha] = min(at, out.get((Kind.COMMIT, sha), at))
    marks = [
        (out.get(key), tail.rows[key])
        for key, before in tail.carried_at.items()
        if (before is None or before >= tail.judged_from) and out.get(key) != before
    ]
    bulk.update(models.Event, "carried_at", marks)


def _carried(
    tail: Tail, attribution: Attribution, reached: Mapping[str, datetime]
) -> Iterator[tuple[tuple[Kind, str], datetime]]:
    code = attribution.lanes[Lane.CODE]
    for name, row in code.cargo.copies.items():
        if row >= 0:
            at = columns.moment(float(code.deployed.finish[row]))
            yield (Kind.CHANGE, name), at
    for carriage in attribution.carriages:
        at = carriage.deployed_at
        if carriage.lane is Lane.MODEL:
            yield (Kind.MODEL_VERSION, carriage.change), at
            continue
        shas = tail.shas_of.get(carriage.change)
        if shas is not None:
            yield (Kind.CHANGE, carriage.change), at
        # What went out by a copy, or before it was merged, is not contained yet: its
        # ancestors may still be to come.
        names = shas if shas is not None else (carriage.change,)
        if carriage.basis is not Basis.GRAPH or reached.get(names[0]) == at:
            for sha in names:
                yield (Kind.COMMIT, sha), at


def _reached(tail: Tail, attribution: Attribution) -> Iterator[tuple[str, datetime]]:
    """Yield every commit that a deployment contains, merges included, with when."""
    commits = tail.ledger.commits
    seen = set(_ancestry(tail.before.contained, commits, set()))
    versions = tail.ledger.versions
    deployed = attribution.lanes[Lane.CODE].deployed
    for row in columns.positions(deployed.success).tolist():
        code = int(deployed.versions[row])
        if code >= 0:
            at = columns.moment(float(deployed.finish[row]))
            for sha in _ancestry([versions[code]], commits, seen):
                yield sha, at


def _ancestry(
    shas: Iterable[str], commits: Mapping[str, Any], seen: set[str]
) -> Iterator[str]:
    waiting = list(shas)
    while waiting:
        sha = waiting.pop()
        node = commits.get(sha)
        if node is not None and sha not in seen:
            seen.add(sha)
            yield sha
            waiting.extend(node.parents)
