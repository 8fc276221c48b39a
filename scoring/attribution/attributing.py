"""Attributing: a ledger in, what its deployments carried and which failed out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.facts import Boundary, Carriage
from scoring.attribution.judging import judge
from scoring.attribution.ledger import Ledger
from scoring.attribution.linking import BASES, link_code, link_models
from scoring.attribution.rules import Rules
from scoring.attribution.telling import verdicts
from scoring.attribution.troubles import LANES, home_of_signals, lay, present
from scoring.events import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from scoring.attribution.facts import Verdict
    from scoring.attribution.judging import Judged
    from scoring.attribution.linking import Cargo
    from scoring.attribution.tables import Deployed
    from scoring.attribution.troubles import Laid
    from scoring.columns import Floats, Ints, Truths
    from scoring.events import Event, Incident, ModelVersion

_NOTHING_BEFORE = Boundary()
STAGES = ("data", "trained", "evaluated", "registered", "deployed")


@dataclass(frozen=True, kw_only=True)
class LaneFacts:
    """What was found in one lane, as columns; rollups count it."""

    lane: Lane
    deployed: Deployed
    cargo: Cargo
    judged: Judged
    laid: Laid
    # The lane had a successful deployment before the tail began.
    served: bool

    @cached_property
    def carried(self) -> Ints:
        """Return the rows of the cargo that some deployment carried."""
        return columns.positions(self.cargo.carrier >= 0)

    @cached_property
    def lead(self) -> Floats:
        """Return what each carried item took; NEVER for the first deployment's."""
        carrier = self.cargo.carrier[self.carried]
        took = self.deployed.finish[carrier] - self.cargo.started[self.carried]
        if not self.served:
            took[carrier == self.first] = columns.NEVER
        return took

    @cached_property
    def first(self) -> int:
        """Return the row of the first successful deployment, NOWHERE if none."""
        successful = columns.positions(self.deployed.success)
        return int(successful[0]) if len(successful) else columns.NOWHERE

    @cached_property
    def bringing(self) -> Truths:
        """Return which deployments brought a new version to a lane that had one."""
        fresh = self.cargo.fresh.copy()
        if not self.served and self.first >= 0:
            fresh[self.first] = False
        return fresh

    @cached_property
    def failed(self) -> Truths:
        """Return which deployments failed."""
        return self.judged.tier >= 0

    @cached_property
    def recovery(self) -> Floats:
        """Return what each deployment's recovery took; NEVER if open or none."""
        return self.judged.restored - self.deployed.finish


@dataclass(frozen=True, kw_only=True)
class Attribution:
    """What the deployments of a service carried, and which of them failed and why."""

    service: str
    rules: Rules
    lanes: Mapping[Lane, LaneFacts]
    # The lane that signals about the service count in.
    home: Lane
    ledger: Ledger

    @cached_property
    def carriages(self) -> tuple[Carriage, ...]:
        """Return what was carried, in order of deployment."""
        return tuple(
            carriage for lane in LANES for carriage in _carriages(self.lanes[lane])
        )

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Return why deployments count as failed or rework, in order of finishing."""
        return tuple(
            verdict
            for facts in self.lanes.values()
            for verdict in verdicts(
                facts.lane, facts.deployed, facts.cargo, facts.judged, facts.laid
            )
        )


def attribute(
    events: Iterable[Event],
    *,
    service: str,
    rules: Rules | None = None,
    before: Boundary = _NOTHING_BEFORE,
) -> Attribution:
    """Judge the deployments of one service; events of other services are passed over.

    With `before` the events are a tail that begins with a moment T, and what comes out
    is what judging the whole history would say of deployments from T on, provided that
    the tail holds
    - every deployment that finished at or after T;
    - every incident opened at or after T, and all that name one of those deployments;
    - every signal seen since the reaction window before T;
    - every change, commit and model version that was not carried before T; any that
      were may be in it too, if `before` says so.
    """
    ledger = Ledger(service, rules or Rules())
    for event in events:
        ledger.add(event)
    return settle(ledger, before)


def gather(events: Iterable[Event], *, rules: Rules | None = None) -> dict[str, Ledger]:
    """Sort events of many services into a ledger each, without keeping the events."""
    rules = rules or Rules()
    ledgers: dict[str, Ledger] = {}
    for event in events:
        ledger = ledgers.get(event.service)
        if ledger is None:
            ledger = ledgers[event.service] = Ledger(event.service, rules)
        ledger.add(event)
    for ledger in ledgers.values():
        ledger.close()
    _pass_on(ledgers)
    return dict(sorted(ledgers.items()))


def _pass_on(ledgers: Mapping[str, Ledger]) -> None:
    """Show incidents to the other services whose deployments they name."""
    unclaimed: dict[str, list[Incident]] = {}
    for ledger in ledgers.values():
        for incident in ledger.unclaimed():
            unclaimed.setdefault(str(incident.deployment_id), []).append(incident)
    if not unclaimed:
        return
    for ledger in ledgers.values():
        for name in {*ledger.deployment_ids()} & unclaimed.keys():
            for incident in unclaimed[name]:
                ledger.add(incident)
        ledger.close()


def settle(ledger: Ledger, before: Boundary = _NOTHING_BEFORE) -> Attribution:
    """Judge the deployments of a ledger."""
    ledger.close()
    ledger.remember(before)
    deployed = {lane: ledger.deployed(lane) for lane in LANES}
    cargo = {
        Lane.CODE: link_code(ledger, deployed[Lane.CODE], before),
        Lane.MODEL: link_models(ledger, deployed[Lane.MODEL], before),
    }
    laid = lay(ledger, deployed, before)
    return Attribution(
        service=ledger.service,
        rules=ledger.rules,
        lanes={
            lane: LaneFacts(
                lane=lane,
                deployed=deployed[lane],
                cargo=cargo[lane],
                judged=judge(
                    lane, ledger, deployed[lane], cargo[lane], laid[lane], before
                ),
                laid=laid[lane],
                served=lane in before.served,
            )
            for lane in LANES
        },
        home=home_of_signals(present(deployed, before)),
        ledger=ledger,
    )


def _carriages(facts: LaneFacts) -> list[Carriage]:
    cargo, deployed = facts.cargo, facts.deployed
    found = []
    leads = facts.lead.tolist()
    for place, item in enumerate(facts.carried.tolist()):
        row = int(cargo.carrier[item])
        lead = leads[place]
        deployed_at = columns.moment(float(deployed.finish[row]))
        model = cargo.models[item] if cargo.models else None
        found.append(
            Carriage(
                lane=facts.lane,
                change=cargo.ids[item],
                deployment_id=deployed.ids[row],
                started_at=columns.moment(float(cargo.started[item])),
                deployed_at=deployed_at,
                lead_seconds=lead if lead >= 0 else None,
                basis=BASES[int(cargo.basis[item])],
                stages={} if model is None else stages(model, deployed_at),
            )
        )
    return sorted(found, key=lambda carriage: (carriage.deployed_at, carriage.change))


def stages(model: ModelVersion, deployed_at: datetime) -> dict[str, datetime]:
    """Return the known moments of a model version's way to production."""
    moments = (
        model.dataset_at,
        model.trained_at,
        model.evaluated_at,
        model.registered_at,
        deployed_at,
    )
    return {
        stage: at for stage, at in zip(STAGES, moments, strict=True) if at is not None
    }
