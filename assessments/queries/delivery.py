"""Deployments as rows, what can be filtered by, and what there is to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from assessments.models import (
    Cycle,
    Edition,
    EditionState,
    Event,
    Scope,
    Service,
    Source,
    SourceState,
)
from assessments.queries import frameworks, metric_words
from assessments.queries.reach import EVERYWHERE, under

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from assessments.queries.reach import Reach
    from scoring.rubric import Condition
    from scoring.rubric import Edition as Framework

PAGE = 50
# The published goals are what this level asks for.
_GOAL_LEVEL = 4
_DELIVERY = frozenset(
    {
        "change_lead_time",
        "deployment_frequency",
        "failed_deployment_recovery_time",
        "change_fail_rate",
        "deployment_rework_rate",
    }
)
TIERS = {
    "incident_link": _("an incident names this deployment"),
    "rollback": _("an earlier version went out again"),
    "revert_or_hotfix": _("a revert or hotfix of it followed"),
    "incident_window": _("an incident opened soon after it"),
    "status": _("the platform reported the deployment itself as failed"),
}
TIER_NAMES = {
    "incident_link": _("incident link"),
    "rollback": _("rollback"),
    "revert_or_hotfix": _("revert or hotfix"),
    "incident_window": _("incident window"),
    "status": pgettext_lazy("tier", "status"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChoice:
    """A node of the organization to look at; `depth` says how far in it stands."""

    id: int
    name: str
    kind: str
    depth: int

    @property
    def label(self) -> str:
        """The name, set in by its depth."""
        return f"{'– ' * self.depth}{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is to look at: enough to say why a page is empty."""

    sources: int
    failing: tuple[str, ...]
    last_success_at: datetime | None
    services: int
    deployed: bool

    @property
    def state(self) -> str:
        """not_connected, no_services, no_data or data."""
        if self.deployed:
            return "data"
        if not self.sources:
            return "not_connected"
        return "no_data" if self.services else "no_services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What an edition asks of a metric in a lane, and where it says so."""

    metric: str
    lane: str
    words: str
    value: float
    where: str
    condition: Condition

    def met(self, value: float) -> bool:
        """Say whether a measured value reaches the goal."""
        return self.condition.holds(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRow:
    """One deployment in a list."""

    id: int
    at: datetime
    service: str
    service_name: str
    lane: str
    environment: str
    status: str
    version: str
    failed: bool
    rework: bool
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployments:
    """A page of deployments, newest first, and where the older ones begin."""

    rows: tuple[DeploymentRow, ...]
    older: str


def scope_choices(*, workspace_id: int, reach: Reach = EVERYWHERE) -> list[ScopeChoice]:
    """Return the organization's tree within reach, a parent before its children."""
    scopes = Scope.objects.filter(under("path", reach), workspace_id=workspace_id)
    nodes = list(scopes.order_by("name", "pk"))
    there = {scope.pk for scope in nodes}
    below: dict[int | None, list[Scope]] = {}
    for scope in nodes:
        parent = scope.parent_id if scope.parent_id in there else None
        below.setdefault(parent, []).append(scope)
    choices: list[ScopeChoice] = []
    waiting = [(scope, 0) for scope in reversed(below.get(None, []))]
    while waiting:
        scope, depth = waiting.pop()
        choices.append(
            ScopeChoice(id=scope.pk, name=scope.name, kind=scope.kind, depth=depth)
        )
        waiting += [(each, depth + 1) for each in reversed(below.get(scope.pk, []))]
    return choices


def _below(workspace_id: int, scope_id: int | None, reach: Reach) -> QuerySet[Service]:
    services = Service.objects.filter(
        under("scope__path", reach), workspace_id=workspace_id
    )
    if scope_id is None:
        return services
    scope = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id).first()
    if scope is None:
        return Service.objects.none()
    return services.filter(scope__path__startswith=scope.path)


def service_ids(
    *, workspace_id: int, scope_id: int | None, reach: Reach = EVERYWHERE
) -> list[int] | None:
    """Return the services at or below a scope; None means the whole workspace."""
    if scope_id is None and reach == EVERYWHERE:
        return None
    below = _below(workspace_id, scope_id, reach)
    return list(below.order_by("pk").values_list("pk", flat=True))


def standing(*, workspace_id: int) -> Standing:
    """Say what the workspace has connected and seen."""
    sources = list(Source.objects.filter(workspace_id=workspace_id).order_by("name"))
    services = Service.objects.filter(workspace_id=workspace_id)
    deployments = Event.objects.filter(
        service__workspace_id=workspace_id, kind="deployment"
    )
    return Standing(
        sources=len(sources),
        failing=tuple(s.name for s in sources if s.state == SourceState.FAILING),
        last_success_at=max(
            (s.last_success_at for s in sources if s.last_success_at), default=None
        ),
        services=services.count(),
        deployed=deployments.exists(),
    )


def goals(*, workspace_id: int) -> list[Goal]:
    """Return what the framework in use asks of delivery, one goal a metric and lane."""
    edition = _edition_in_use(workspace_id)
    if edition is None:
        return []
    framework = frameworks.spoken(sha256=edition.sha256)
    found: dict[tuple[str, str], Goal] = {}
    for goal in _goals(framework):
        found.setdefault((goal.metric, goal.lane), goal)
    return list(found.values())


def _edition_in_use(workspace_id: int) -> Edition | None:
    """Return the newest cycle's edition, or the first that is offered."""
    cycle = (
        Cycle.objects.filter(workspace_id=workspace_id)
        .select_related("edition")
        .order_by("-period_end", "-pk")
        .first()
    )
    if cycle is not None:
        return cycle.edition
    offered = Edition.objects.filter(
        Q(workspace=None) | Q(workspace_id=workspace_id), state=EditionState.PUBLISHED
    )
    return offered.order_by("key", "-pk").first()


def _goals(framework: Framework) -> list[Goal]:
    return [
        Goal(
            metric=condition.metric,
            lane=criterion.lane.value,
            words=metric_words.bound(condition),
            value=float(condition.value),
            condition=condition,
            where=(
                gettext("level %(level)s of %(criterion)s, %(edition)s")
                % {
                    "level": _GOAL_LEVEL,
                    "criterion": criterion.code,
                    "edition": f"{framework.title} {framework.version}",
                }
            ),
        )
        for domain in framework.domains
        for criterion in domain.criteria
        for rung in criterion.ladder
        if rung.level == _GOAL_LEVEL
        for condition in rung.when
        if condition.metric in _DELIVERY
    ]


def deployments(
    *,
    workspace_id: int,
    scope_id: int | None,
    lane: str,
    first: date,
    last: date,
    only: str,
    before: tuple[datetime, int] | None,
    reach: Reach = EVERYWHERE,
) -> Deployments:
    """Return a page of deployments that end before a place in the list."""
    begin = datetime.combine(first, time.min, UTC)
    end = datetime.combine(last, time.min, UTC) + timedelta(days=1)
    found = Event.objects.filter(
        kind="deployment", at__gte=begin, at__lt=end
    ).select_related("service__scope", "verdict")
    found = (
        found.filter(service__workspace_id=workspace_id)
        if scope_id is None and reach == EVERYWHERE
        else found.filter(service__in=_below(workspace_id, scope_id, reach))
    )
    if lane:
        found = found.filter(lane=lane)
    if only == "failed":
        found = found.filter(verdict__failed=True)
    if only == "rework":
        found = found.filter(verdict__rework=True)
    if before is not None:
        at, pk = before
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    events = list(found.order_by("-at", "-pk")[: PAGE + 1])
    shown = events[:PAGE]
    more = len(events) > PAGE
    return Deployments(
        rows=tuple(_deployment(event) for event in shown),
        older=f"{shown[-1].at.isoformat()},{shown[-1].pk}" if more else "",
    )


def _deployment(event: Event) -> DeploymentRow:
    verdict = getattr(event, "verdict", None)
    data = event.data
    version = data.get("model_version") or (data.get("sha") or "")[:10]
    return DeploymentRow(
        id=event.pk,
        at=event.at,
        service=event.service.key,
        service_name=event.service.scope.name,
        lane=event.lane,
        environment=str(data.get("environment") or ""),
        status=str(data.get("status") or "").replace("_", " "),
        version=str(version),
        failed=bool(verdict and verdict.failed),
        rework=bool(verdict and verdict.rework),
        tier=str(TIER_NAMES.get(verdict.tier, "")) if verdict else "",
    )
