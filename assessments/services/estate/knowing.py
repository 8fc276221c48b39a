"""What is known of each model: deployment, version, signals, and what people noted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.models import Event, ModelNote, Service
from assessments.services.estate import live
from assessments.services.estate.versions import Versions, runs
from scoring import events
from scoring.attribution.tables import version_of
from scoring.events import Kind, Signal, SignalKind, recorded
from scoring.metrics import LiveModel, Reading

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from assessments.services.estate.versions import Found
    from scoring.events import Attributes, Deployment, ModelVersion, Window

# What a monitor does, not what it reads.
_ACTS = (SignalKind.ALERT, SignalKind.ROLLBACK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The newest signal of its kind, quantity and feature, with its event's id."""

    id: int
    signal: Signal

    @property
    def over(self) -> bool | None:
        """Whether it broke its own line."""
        return recorded.over(self.signal)

    @property
    def reading(self) -> Reading:
        """What the metrics take of it."""
        return Reading(
            kind=self.signal.signal,
            measure=recorded.text(self.signal.attributes, "measure"),
            feature=recorded.text(self.signal.attributes, "feature"),
            value=self.signal.value,
            over=self.over,
        )


@dataclass(frozen=True, kw_only=True)
class KnownModel:
    """A model, from what systems tell and, where they are silent, what people noted."""

    service_id: int
    key: str
    deployment_id: int | None = None
    deployment: Deployment | None = None
    version_id: int | None = None
    record: ModelVersion | None = None
    by_pipeline: bool | None = None
    seen: tuple[Seen, ...] = ()
    monitored: frozenset[SignalKind] = frozenset()
    note: ModelNote | None = None

    @cached_property
    def told(self) -> Attributes:
        """What the registry tells of the version."""
        return self.record.attributes if self.record else {}

    @property
    def owner(self) -> str:
        """Who answers for it."""
        return recorded.owner(self.told) or (self.note.owner if self.note else "")

    @property
    def review_on(self) -> date | None:
        """The day by which it is to be reviewed."""
        noted = self.note.review_on if self.note else None
        return recorded.review_on(self.told) or noted

    @property
    def retired_on(self) -> date | None:
        """The day from which it no longer serves."""
        noted = self.note.retired_on if self.note else None
        return recorded.retired_on(self.told) or noted

    @property
    def model_card(self) -> str:
        """Where its card is."""
        noted = self.note.model_card if self.note else ""
        return recorded.model_card(self.told) or noted

    @property
    def shared_on_call(self) -> bool | None:
        """Whether scientists and engineers are on call for it together."""
        said = recorded.truth(self.told, "shared_on_call")
        return self.note.shared_on_call if said is None and self.note else said

    def retired(self, by: date) -> bool:
        """Say whether it was taken out of service by a day, and not deployed since."""
        day = self.retired_on
        if day is None or day > by:
            return False
        return self.deployment is None or self.deployment.at.date() <= day

    def live(self) -> LiveModel:
        """Return what the metrics take of it."""
        deployment = self.deployment
        return LiveModel(
            service=self.key,
            version=(version_of(deployment) if deployment else None) or "",
            by_pipeline=self.by_pipeline,
            monitored=self.monitored,
            readings=tuple(each.reading for each in self.seen),
            trained_at=self.record.trained_at if self.record else None,
            owned=bool(self.owner),
            review_on=self.review_on,
            carded=bool(self.model_card),
            shared_on_call=self.shared_on_call,
        )


def known_models(
    *,
    workspace_id: int,
    service_ids: Collection[int],
    window: Window,
    only_live: bool,
) -> list[KnownModel]:
    """Return the models among some services as they stood at the end of a window.

    `only_live` leaves out those that never went to production or were retired.
    """
    rules = live.rules_of(workspace_id)
    deployed = live.live_deployments(
        rules=rules, service_ids=service_ids, window=window
    )
    wanted = list(deployed) if only_live else list(service_ids)
    versions = _versions(workspace_id, wanted, deployed, only_live=only_live)
    made = _made(workspace_id, versions)
    seen = _newest_signals(wanted, window)
    monitored = _monitored(wanted, window)
    notes = {
        note.service_id: note
        for note in ModelNote.objects.filter(service_id__in=wanted).select_related(
            "noted_by"
        )
    }
    keys = Service.objects.filter(pk__in=wanted).order_by("key", "pk")
    found = [
        KnownModel(
            service_id=pk,
            key=key,
            deployment_id=deployed[pk][0] if pk in deployed else None,
            deployment=deployed[pk][1] if pk in deployed else None,
            version_id=versions[pk][0] if pk in versions else None,
            record=versions[pk][1] if pk in versions else None,
            by_pipeline=made.get(pk),
            seen=tuple(seen.get(pk, ())),
            monitored=monitored.get(pk, frozenset()),
            note=notes.get(pk),
        )
        for pk, key in keys.values_list("pk", "key")
    ]
    last = window.end.date()
    return [one for one in found if not (only_live and one.retired(last))]


def _versions(
    workspace_id: int,
    wanted: Collection[int],
    deployed: Mapping[int, tuple[int, Deployment]],
    *,
    only_live: bool,
) -> dict[int, Found]:
    """Return the record of each live version; of what never was live the newest."""
    named = {
        pk: version
        for pk, (_, deployment) in deployed.items()
        if (version := version_of(deployment))
    }
    versions = Versions(workspace_id=workspace_id, service_ids=wanted)
    versions.look_up({pk: (version,) for pk, version in named.items()})
    found = {
        pk: record
        for pk, version in named.items()
        if (record := versions.called(pk, version))
    }
    if only_live:
        return found
    return versions.newest([pk for pk in wanted if pk not in deployed]) | found


def _made(workspace_id: int, versions: Mapping[int, Found]) -> dict[int, bool | None]:
    """Say whether an automated pipeline run made each version; None if unknown."""
    named = {pk: version.pipeline_run_id for pk, (_, version) in versions.items()}
    found = runs(
        workspace_id=workspace_id, names={name for name in named.values() if name}
    )
    return {
        pk: (found[name].automated if name in found else None) if name else False
        for pk, name in named.items()
    }


def _newest_signals(
    service_ids: Collection[int], window: Window
) -> dict[int, list[Seen]]:
    """Return the newest signal of each kind, quantity and feature, by service."""
    rows = Event.objects.filter(
        service_id__in=service_ids,
        kind=Kind.SIGNAL,
        at__gte=window.start,
        at__lt=window.end,
    ).exclude(data__kind__in=_ACTS)
    groups = rows.order_by().values_list(
        "service_id",
        "data__kind",
        "data__attributes__measure",
        "data__attributes__feature",
    )
    moments: dict[int, set[datetime]] = {}
    for service_id, *_, at in groups.annotate(at_last=Max("at")):
        moments.setdefault(service_id, set()).add(at)
    newest: dict[tuple[int, str, str, str], Seen] = {}
    at_one = {at for each in moments.values() for at in each}
    for pk, service_id, at, data in (
        rows.filter(at__in=at_one)
        .order_by("at", "external_id", "pk")
        .values_list("pk", "service_id", "at", "data")
    ):
        signal = events.parse(data, Kind.SIGNAL)
        if at in moments[service_id] and isinstance(signal, Signal):
            one = Seen(id=pk, signal=signal)
            name = one.reading.measure, one.reading.feature
            newest[service_id, signal.signal, *name] = one
    found: dict[int, list[Seen]] = {}
    for (service_id, *_), one in sorted(newest.items()):
        found.setdefault(service_id, []).append(one)
    return found


def _monitored(
    service_ids: Collection[int], window: Window
) -> dict[int, frozenset[SignalKind]]:
    """Return the kinds of signals that monitors sent by themselves, by service."""
    rows = Event.objects.filter(
        service_id__in=service_ids,
        kind=Kind.SIGNAL,
        at__gte=window.start,
        at__lt=window.end,
        data__automated=True,
    )
    kinds: dict[int, set[SignalKind]] = {}
    for service_id, kind in (
        rows.order_by().values_list("service_id", "data__kind").distinct()
    ):
        kinds.setdefault(service_id, set()).add(SignalKind(kind))
    return {service_id: frozenset(found) for service_id, found in kinds.items()}
