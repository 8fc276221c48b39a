"""Troubles: at which deployment's door each incident and each rollback signal is laid.

An incident that names a deployment is laid there and nowhere else. Another is laid at
the nearest completed deployment of its service before it, if that is recent enough;
both lanes compete for it unless its cause says which lane it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.rules import Tier
from scoring.events import Cause, Lane, SignalKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.attribution.facts import Boundary
    from scoring.attribution.ledger import Ledger
    from scoring.attribution.tables import Deployed
    from scoring.columns import Floats, Ints, Truths
    from scoring.events import Incident, Signal

LANES = (Lane.CODE, Lane.MODEL)
_LANE_OF_CAUSE = {
    Cause.CODE: Lane.CODE,
    Cause.DATA: Lane.MODEL,
    Cause.MODEL: Lane.MODEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """Incidents and rollback signals against one lane's deployments.

    `linked` and `near` hold for each incident the row of the deployment that it names
    or follows, `switched` the same for each rollback signal; NOWHERE for none.
    """

    incidents: Sequence[Incident]
    opened: Floats
    resolved: Floats
    linked: Ints
    near: Ints
    # Incidents that count in this lane, and those of them laid at some door.
    own: Truths
    blaming: Truths
    switches: Sequence[Signal]
    switched: Ints
    switched_at: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Near:
    """The nearest completed deployment at or before each incident."""

    lane: Ints  # place in LANES; NOWHERE if there is none
    row: Ints  # NOWHERE if it finished before the tail began
    recent: Truths


def present(deployed: Mapping[Lane, Deployed], before: Boundary) -> tuple[Lane, ...]:
    """Return the lanes in which the service was ever deployed."""
    return tuple(
        lane for lane in LANES if len(deployed[lane].ids) or lane in before.last
    )


def home_of_signals(lanes: tuple[Lane, ...]) -> Lane:
    """Return the lane that signals about a service count in: a model's if it is one."""
    return Lane.MODEL if Lane.MODEL in lanes else Lane.CODE


def lay(
    ledger: Ledger, deployed: Mapping[Lane, Deployed], before: Boundary
) -> dict[Lane, Laid]:
    """Lay the incidents and rollback signals of a service at its deployments' doors."""
    incidents, opened = ledger.incidents(before.doors)
    resolved = columns.floats(
        columns.seconds(incident.resolved_at) for incident in incidents
    )
    # With links switched off, an incident that names a deployment is one as any other.
    links = Tier.INCIDENT_LINK in ledger.rules.tiers
    linking = columns.truths(
        links and incident.deployment_id is not None for incident in incidents
    )
    lanes = present(deployed, before)
    places = _places(lanes)
    wanted = columns.ints(
        places.get(incident.cause, columns.NOWHERE) for incident in incidents
    )
    near = _nearest(opened, wanted, ledger, deployed, before)
    doors = _doors(ledger, deployed)
    found = {
        row: doors[incident.deployment_id]
        for row, incident in enumerate(incidents)
        if incident.deployment_id in doors
    }
    switches = [
        signal for signal in ledger.signals() if signal.signal is SignalKind.ROLLBACK
    ]
    switched_at = columns.floats(signal.at.timestamp() for signal in switches)
    home = LANES.index(lanes[0] if lanes else Lane.CODE)
    aside = columns.either(wanted >= 0, wanted, columns.repeat(home, len(wanted)))
    lane_of = columns.either(near.recent & ~linking, near.lane, aside)
    return {
        lane: Laid(
            incidents=incidents,
            opened=opened,
            resolved=resolved,
            linked=columns.scattered(
                len(incidents),
                {row: door[1] for row, door in found.items() if door[0] is lane},
            ),
            near=columns.only(near.recent & ~linking & (near.lane == place), near.row),
            own=lane_of == place,
            blaming=(lane_of == place) & (near.recent | linking),
            switches=switches,
            switched=columns.last_at_or_before(switched_at, deployed[lane].finish)
            if lane is home_of_signals(lanes)
            else columns.nowhere(len(switches)),
            switched_at=switched_at,
        )
        for place, lane in enumerate(LANES)
    }


def _doors(
    ledger: Ledger, deployed: Mapping[Lane, Deployed]
) -> dict[str | None, tuple[Lane, int]]:
    """Return the deployments that incidents name, if that counts as evidence."""
    if Tier.INCIDENT_LINK not in ledger.rules.tiers:
        return {}
    # As a list: reading single places from an array takes much longer.
    places = {lane: deployed[lane].places.tolist() for lane in LANES}
    return {
        name: (lane, places[lane][row]) for name, (lane, row) in ledger.doors.items()
    }


def _places(lanes: tuple[Lane, ...]) -> dict[Cause | None, int]:
    """Return the place of the only lane that a cause leaves, where it is in use."""
    return {
        cause: LANES.index(lane)
        for cause, lane in _LANE_OF_CAUSE.items()
        if lane in lanes
    }


def _nearest(
    opened: Floats,
    wanted: Ints,
    ledger: Ledger,
    deployed: Mapping[Lane, Deployed],
    before: Boundary,
) -> _Near:
    count = len(opened)
    lane_of, row_of = columns.nowhere(count), columns.nowhere(count)
    best = columns.full(count, float("-inf"))
    for place, lane in enumerate(LANES):
        rows = columns.last_at_or_before(opened, deployed[lane].finish)
        ended = columns.moments_at(deployed[lane].finish, rows)
        last = before.last.get(lane)
        if last is not None:
            ended[rows < 0] = last.at.timestamp()
        better = (ended > best) & ((wanted < 0) | (wanted == place))
        best = columns.chosen_moments(better, ended, best)
        lane_of[better] = place
        row_of[better] = rows[better]
    hours = ledger.rules.incident_window_hours
    on = Tier.INCIDENT_WINDOW in ledger.rules.tiers
    recent = (opened - best <= hours * 3600) & columns.truths(on for _ in range(count))
    return _Near(lane=lane_of, row=row_of, recent=recent)
