"""Ruling: what other rules would make of what is kept, before they are applied.

The records that a source keeps are parsed by today's rules and by those that somebody
thinks of. Nothing is fetched and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from assessments.connectors import base
from assessments.connectors.base.assigning import Assigner
from assessments.connectors.base.previewing import Judged, judged, of_payload
from assessments.connectors.registry import CONNECTORS
from assessments.models import Event as EventRow
from assessments.models import RawRecord, Source
from assessments.services import filing, sources, suggesting
from scoring import events as contract
from scoring import metrics
from scoring.attribution import Rules, gather, settle
from scoring.events import Change, Deployment, Kind, Lane, Malformed, Window
from scoring.metrics import Known, Measurement
from scoring.rollups import roll_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from assessments.connectors.base import Candidate, Payload
    from scoring.events import Event, Json

# So many of the newest records are looked at: a page waits for it.
MOST_RECORDS = 4000
_MOST_OF_OTHERS = 20_000
WINDOW_DAYS = 90
# What the window depends on: changes that waited, deployments that came before.
_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A metric of a lane by today's rules and by the others."""

    lane: Lane
    metric: str
    before: Measurement
    after: Measurement

    @property
    def moved(self) -> bool:
        """Whether it is another number, or of another number of observations."""
        return _shown(self.before) != _shown(self.after)

    @property
    def plain(self) -> dict[str, Json]:
        """What a version keeps of it."""
        return {
            "lane": self.lane.value,
            "metric": self.metric,
            "unit": self.after.unit.value,
            "before": self.before.value,
            "after": self.after.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How many production deployments a service has, before and after."""

    service: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What other rules would count of what is kept, and which numbers would move."""

    counted: tuple[Candidate, ...]
    left_out: tuple[Candidate, ...]
    # Of those, what is otherwise by today's rules.
    gained: tuple[Candidate, ...]
    lost: tuple[Candidate, ...]
    looked_at: int
    kept: int
    window: Window
    movements: tuple[Movement, ...]
    services: tuple[Delivered, ...]
    suggestions: tuple[suggesting.Suggestion, ...]

    @property
    def sampled(self) -> bool:
        """Whether there is more than was looked at."""
        return self.looked_at < self.kept

    @property
    def moves(self) -> list[Json]:
        """What a version keeps of the movement."""
        return [each.plain for each in self.movements if each.moved]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What payloads say by some rules: events, and a verdict on each candidate."""

    events: tuple[Event, ...]
    verdicts: Mapping[int, Judged]


def weigh(
    *, workspace_id: int, source_id: int, rules: Mapping[str, object], now: datetime
) -> Weighed | None:
    """Return what these rules would make of what is kept; None if nothing is kept."""
    row = Source.objects.filter(workspace_id=workspace_id, pk=source_id).first()
    if row is None or row.kind not in CONNECTORS:
        raise sources.NoSuchSource(_("This source does not exist (any more)."))
    cleaned = sources.checked(row.kind, address=row.address, rules=rules, name=row.name)
    today = sources.bare(row)
    window = _window(now.date())
    since = window.start - _BEFORE
    payloads = _payloads(row, since)
    if not payloads:
        return None
    before = _told(today, payloads)
    fields = sources.kind_of(row.kind).rule_fields
    asked = {field.name for field in fields}
    # What no form asks for, such as a mapping, stays.
    apart = {name: rule for name, rule in today.rules.items() if name not in asked}
    after = _told(replace(today, rules=apart | cleaned), payloads)
    concerned = {event.service for event in (*before.events, *after.events)}
    others = _of_others(row, concerned, since)
    rated = Rules.of(row.workspace.attribution_rules)
    counted, left_out = _parted(after)
    return Weighed(
        counted=counted,
        left_out=left_out,
        gained=_new(after, before),
        lost=_new(before, after),
        looked_at=len(payloads),
        kept=RawRecord.objects.filter(source=row).exclude(sort=filing.LINE).count(),
        window=window,
        movements=_movements(
            _measured((*before.events, *others), concerned, rated, window),
            _measured((*after.events, *others), concerned, rated, window),
        ),
        services=_delivered(before.events, after.events, window),
        suggestions=tuple(suggesting.suggest(fields, cleaned, _sightings(after))),
    )


def suggest(
    *, draft: sources.Draft, now: datetime, looked: base.Preview | None = None
) -> list[suggesting.Suggestion]:
    """Return what rules the newest candidates on a platform speak for.

    `looked` is what was looked at by these rules already; nothing is asked twice where
    no other rules could show more.
    """
    fields = sources.kind_of(draft.kind).rule_fields
    widest = {
        field.name: "both"
        for field in fields
        if field.name == "counts" and "both" in dict(field.choices)
    }
    wide = replace(draft, rules=dict(draft.rules) | widest)
    if looked is None or wide.rules != draft.rules:
        looked = sources.preview(draft=wide, now=now)
    seen = suggesting.sightings(
        each.names for each in (*looked.counted, *looked.left_out)
    )
    cleaned = sources.checked(
        draft.kind, address=draft.address, rules=draft.rules, name=draft.kind
    )
    return suggesting.suggest(fields, cleaned, seen)


# ── what is looked at ──────────────────────────────────────────────────────────────


def _window(today: date) -> Window:
    return Window.of_days(today - timedelta(days=WINDOW_DAYS - 1), today)


def _payloads(source: Source, since: datetime) -> list[Payload]:
    """Return the newest records that tell of these days, or of nothing so far."""
    told = EventRow.objects.filter(raw_record=OuterRef("pk"))
    rows = (
        RawRecord.objects.filter(source=source)
        .exclude(sort=filing.LINE)
        .filter(Q(Exists(told.filter(at__gte=since))) | ~Q(Exists(told)))
        .order_by("-pk")
        .values_list("sort", "body")[:MOST_RECORDS]
    )
    # Oldest first: of two observations of one thing the later one holds.
    return [base.Payload(sort=sort, body=body) for sort, body in reversed(list(rows))]


def _told(source: base.Source, payloads: Sequence[Payload]) -> _Told:
    connector = CONNECTORS[source.kind]
    assigner = Assigner(source)
    events: dict[tuple[Kind, str], Event] = {}
    verdicts: dict[int, Judged] = {}
    for place, payload in enumerate(payloads):
        try:
            found = [
                assigned
                for event in connector.parse(payload, source)
                for assigned in assigner.assign(event, payload.body)
            ]
        except (base.Garbled, Malformed):
            found = []  # it waits in quarantine
        events |= {(each.event.kind, each.identity): each.event for each in found}
        verdict = of_payload(connector, payload, source) or _by_events(
            [each.event for each in found]
        )
        if verdict is not None:
            verdicts[place] = (
                verdict if assigner.tells_of(Kind.DEPLOYMENT) else _silenced(verdict)
            )
    return _Told(events=tuple(events.values()), verdicts=verdicts)


def _silenced(verdict: Judged) -> Judged:
    reason = _("this source does not tell of deployments")
    return Judged(counts=False, candidate=replace(verdict.candidate, reason=reason))


def _by_events(found: Iterable[Event]) -> Judged | None:
    """Return the verdict on a payload that its connector cannot judge by itself."""
    for event in found:
        if isinstance(event, Deployment):
            name = event.attributes.get("environment_name")
            environment = name if isinstance(name, str) else event.environment
            return judged(
                base.counts(_("a production deployment comes of it")),
                what=event.id,
                environment=environment,
                at=event.at,
                url=event.url,
                environments=name if isinstance(name, str) else None,
            )
    return None


def _of_others(source: Source, services: set[str], since: datetime) -> list[Event]:
    """Return what other sources tell of the same services."""
    rows = EventRow.objects.filter(
        service__workspace_id=source.workspace_id,
        service__key__in=services,
        at__gte=since,
    ).exclude(source=source)
    pairs = rows.order_by("-at", "-pk").values_list("kind", "data")[:_MOST_OF_OTHERS]
    return [contract.parse(data, Kind(kind)) for kind, data in pairs]


# ── what comes of it ───────────────────────────────────────────────────────────────


def _parted(told: _Told) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Return what counts and what does not, the newest first."""
    every = sorted(told.verdicts.values(), key=_moment, reverse=True)
    return (
        tuple(each.candidate for each in every if each.counts),
        tuple(each.candidate for each in every if not each.counts),
    )


def _moment(verdict: Judged) -> str:
    return verdict.candidate.at.isoformat() if verdict.candidate.at else ""


def _new(told: _Told, other: _Told) -> tuple[Candidate, ...]:
    """Return what counts here and does not there, the newest first."""
    found = [
        verdict
        for place, verdict in told.verdicts.items()
        if verdict.counts
        and not (place in other.verdicts and other.verdicts[place].counts)
    ]
    return tuple(each.candidate for each in sorted(found, key=_moment, reverse=True))


def _measured(
    events: Iterable[Event], services: set[str], rules: Rules, window: Window
) -> dict[tuple[Lane, str], Measurement]:
    rollups = [
        rollup
        for key, ledger in gather(events, rules=rules).items()
        if key in services
        for rollup in roll_up(settle(ledger))
    ]
    return {
        (lane, metric.__name__): metric(rollups, lane=lane, window=window)
        for lane in Lane
        for metric in metrics.DELIVERY
    }


def _movements(
    before: Mapping[tuple[Lane, str], Measurement],
    after: Mapping[tuple[Lane, str], Measurement],
) -> tuple[Movement, ...]:
    """Return each metric of the lanes in which anything is known."""
    lanes = {
        lane
        for side in (before, after)
        for (lane, _metric), one in side.items()
        if one.known is Known.VALUE
    }
    return tuple(
        Movement(lane=lane, metric=metric, before=one, after=after[lane, metric])
        for (lane, metric), one in before.items()
        if lane in lanes
    )


def _shown(one: Measurement) -> tuple[object, ...]:
    return one.known, one.value, one.n, one.low, one.high


def _delivered(
    before: Iterable[Event], after: Iterable[Event], window: Window
) -> tuple[Delivered, ...]:
    counts = [
        Counter(
            event.service
            for event in events
            if isinstance(event, Deployment) and event.at in window
        )
        for events in (before, after)
    ]
    return tuple(
        Delivered(service=service, before=counts[0][service], after=counts[1][service])
        for service in sorted(counts[0].keys() | counts[1].keys())
    )


def _sightings(told: _Told) -> dict[str, Counter[str]]:
    """Return the names that candidates and changes are called by."""
    found = suggesting.sightings(
        verdict.candidate.names for verdict in told.verdicts.values()
    )
    labels = Counter(
        label
        for event in told.events
        if isinstance(event, Change)
        for label in event.labels
    )
    return found | ({"hotfix_labels": labels} if labels else {})
