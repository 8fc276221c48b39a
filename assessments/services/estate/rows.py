"""The inventory: every model in sight with its health, what is wrong first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from assessments.models import Event, Scope, ScopeKind, Service
from assessments.queries.reach import under
from assessments.services.estate.knowing import known_models
from assessments.services.estate.shapes import ModelRow, Problem, State
from scoring.attribution.tables import version_of
from scoring.events import Kind, Lane, SignalKind, Window, recorded
from scoring.metrics import METRICS, Unit
from scoring.metrics.estate import MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from assessments.queries.reach import Reach
    from assessments.services.estate.knowing import KnownModel, Seen

# What is read is looked for in the days up to today.
DAYS = 90
# What a model is watched for, in the order of the columns.
WATCHED = (SignalKind.DRIFT, SignalKind.PERFORMANCE, SignalKind.FAIRNESS)
# What a quantity is written in; an unnamed one is a number without a dimension.
_UNITS = {measure: METRICS[metric].unit for metric, measure in MEASURES.items()}
_PARTS = ("code", "data", "parameters", "environment")


_RANK = {problem: rank for rank, problem in enumerate(Problem)}


def inventory(
    *,
    workspace_id: int,
    reach: Reach,
    today: date,
    scope_id: int | None = None,
    service_id: int | None = None,
) -> list[ModelRow]:
    """Return the models at or below a scope, those with the worst problems first."""
    scopes = _scopes(workspace_id, reach, scope_id, service_id)
    models = known_models(
        workspace_id=workspace_id,
        service_ids=list(scopes),
        window=Window.of_days(today - timedelta(days=DAYS - 1), today),
        only_live=False,
    )
    incidents = _open_incidents(scopes)
    rows = [_row(model, scopes[model.service_id], incidents, today) for model in models]
    return sorted(rows, key=_worst_first)


def _worst_first(row: ModelRow) -> tuple[bool, list[int], str]:
    ranks = [_RANK[problem] for problem in row.problems]
    return not ranks, ranks, row.name.casefold()


def _scopes(
    workspace_id: int, reach: Reach, scope_id: int | None, service_id: int | None
) -> dict[int, Scope]:
    """Return the nodes of models, by their service: what is one, or delivers one."""
    services = Service.objects.filter(
        Q(scope__kind=ScopeKind.MODEL) | Q(day_rollups__lane=Lane.MODEL),
        under("scope__path", reach),
        workspace_id=workspace_id,
    )
    if service_id is not None:
        services = services.filter(pk=service_id)
    if scope_id is not None:
        top = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id).first()
        services = (
            services.filter(scope__path__startswith=top.path)
            if top
            else services.none()
        )
    return {
        service.pk: service.scope
        for service in services.select_related("scope__parent").distinct()
    }


def _open_incidents(services: Mapping[int, Scope]) -> dict[int, int]:
    rows = Event.objects.filter(
        service_id__in=list(services),
        kind=Kind.INCIDENT,
        data__resolved_at__isnull=True,
    )
    counted = rows.order_by().values_list("service_id").annotate(n=Count("pk"))
    return dict(counted)


def _row(
    model: KnownModel, scope: Scope, incidents: Mapping[int, int], today: date
) -> ModelRow:
    deployment, record = model.deployment, model.record
    standing = _standing(model, today)
    states = tuple(_state(seen) for seen in model.seen)
    worst = {kind: _worst(states, kind) for kind in WATCHED}
    named = (version_of(deployment) if deployment else None) or ""
    return ModelRow(
        id=model.service_id,
        key=model.key,
        name=scope.name,
        path=scope.path,
        unit=scope.parent.name if scope.parent else "",
        standing=standing,
        version=record.version if record else named,
        version_id=model.version_id,
        deployment_id=model.deployment_id,
        deployed_at=deployment.at if deployment else None,
        trained_at=record.trained_at if record else None,
        age=_age(model, today),
        owner=model.owner,
        review_on=model.review_on,
        retired_on=model.retired_on,
        model_card=model.model_card,
        shared_on_call=model.shared_on_call,
        noted_by=_name(model),
        noted_at=model.note.noted_at if model.note else None,
        missing=_missing(model),
        monitored=tuple(kind for kind in WATCHED if kind in model.monitored),
        drift=worst[SignalKind.DRIFT],
        performance=worst[SignalKind.PERFORMANCE],
        fairness=worst[SignalKind.FAIRNESS],
        states=states,
        open_incidents=incidents.get(model.service_id, 0),
        problems=_problems(model, incidents, today) if standing == "live" else (),
    )


def _name(model: KnownModel) -> str:
    by = model.note.noted_by if model.note else None
    return (by.get_full_name() or by.get_username()) if by else ""


def _standing(model: KnownModel, today: date) -> str:
    if model.retired(today):
        return "retired"
    return "live" if model.deployment else "never"


def _age(model: KnownModel, today: date) -> timedelta | None:
    """Return the whole days since the version was trained."""
    if model.record is None:
        return None
    return max(today - model.record.trained_at.date(), timedelta())


def _missing(model: KnownModel) -> tuple[str, ...] | None:
    record = model.record
    if record is None:
        return None
    named = (
        record.code_sha,
        record.dataset_ref,
        recorded.parameters(record.attributes),
        recorded.environment(record.attributes),
    )
    return tuple(part for part, value in zip(_PARTS, named, strict=True) if not value)


def _problems(
    model: KnownModel, incidents: Mapping[int, int], today: date
) -> tuple[Problem, ...]:
    found = {
        Problem.INCIDENT: bool(incidents.get(model.service_id)),
        Problem.OVER: any(seen.over for seen in model.seen),
        Problem.UNMONITORED: model.monitored.isdisjoint(WATCHED),
        Problem.UNOWNED: not model.owner,
        Problem.PAST_REVIEW: model.review_on is not None and model.review_on < today,
    }
    return tuple(problem for problem, holds in found.items() if holds)


def _state(seen: Seen) -> State:
    signal, reading = seen.signal, seen.reading
    return State(
        event_id=seen.id,
        kind=signal.signal,
        measure=reading.measure,
        feature=reading.feature,
        value=signal.value,
        threshold=signal.threshold,
        unit=_unit(signal.signal, reading.measure),
        over=seen.over,
        at=signal.at,
        currency=recorded.text(signal.attributes, "currency"),
    )


def _unit(kind: SignalKind, measure: str) -> Unit:
    if kind is SignalKind.COST:
        return Unit.AMOUNT
    if kind is SignalKind.AVAILABILITY:
        return Unit.RATIO
    return _UNITS.get(measure, Unit.INDEX)


def _worst(states: tuple[State, ...], kind: SignalKind) -> State | None:
    """Return what of a kind broke its line, else what was read last."""
    found = [state for state in states if state.kind == kind]
    return max(found, key=lambda one: (bool(one.over), one.at), default=None)
