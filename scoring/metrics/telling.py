"""Telling: measurements and verdicts for people, in lines of text or plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring import columns
from scoring.metrics.measurement import Known, Unit
from scoring.metrics.registry import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.attribution import Attribution, Carriage, LaneFacts
    from scoring.events import Json, Lane, Window
    from scoring.metrics.measurement import Measurement

_MINUTE = "%Y-%m-%d %H:%M"
_FINE = "No evidence of failure."
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def explain(
    found: Iterable[Attribution], window: Window | None, lanes: Sequence[Lane]
) -> list[dict[str, Json]]:
    """Return of each completed deployment what it carried and why it counts."""
    explained: list[dict[str, Json]] = []
    for one in found:
        carried: dict[tuple[Lane, str], list[Json]] = {}
        for carriage in one.carriages:
            key = carriage.lane, carriage.deployment_id
            carried.setdefault(key, []).append(_carried(carriage))
        verdicts = {
            (verdict.lane, verdict.deployment_id): verdict for verdict in one.verdicts
        }
        for lane in lanes:
            for row in _rows(one.lanes[lane], window):
                deployment = _deployment(one, one.lanes[lane], row)
                key = lane, one.lanes[lane].deployed.ids[row]
                verdict = verdicts.get(key)
                if verdict is not None:
                    restored = verdict.restored_at
                    deployment |= {
                        "failed": verdict.failed,
                        "rework": verdict.rework,
                        "tier": verdict.tier and str(verdict.tier),
                        "evidence_kind": verdict.evidence_kind
                        and str(verdict.evidence_kind),
                        "evidence_id": verdict.evidence_id,
                        "restored_at": restored.isoformat() if restored else None,
                        "recovery_s": verdict.recovery_seconds,
                        "because": verdict.because,
                    }
                explained.append(deployment | {"carried": carried.get(key, [])})
    return explained


def _rows(facts: LaneFacts, window: Window | None) -> Iterator[int]:
    for row, finish in enumerate(facts.deployed.finish.tolist()):
        if window is None or columns.moment(finish) in window:
            yield row


def _deployment(one: Attribution, facts: LaneFacts, row: int) -> dict[str, Json]:
    deployed = facts.deployed
    code = int(deployed.versions[row])
    return {
        "service": one.service,
        "lane": str(facts.lane),
        "id": deployed.ids[row],
        "version": one.ledger.versions[code] if code >= 0 else None,
        "finished_at": columns.moment(float(deployed.finish[row])).isoformat(),
        "status": "success" if deployed.success[row] else "failure",
        "failed": False,
        "rework": False,
        "tier": None,
        "evidence_kind": None,
        "evidence_id": None,
        "restored_at": None,
        "recovery_s": None,
        "because": _FINE,
    }


def _carried(carriage: Carriage) -> dict[str, Json]:
    carried: dict[str, Json] = {
        "change": carriage.change,
        "basis": str(carriage.basis),
        "started_at": carriage.started_at.isoformat(),
        "lead_s": carriage.lead_seconds,
    }
    if carriage.stages:
        carried["stages"] = {
            stage: moment.isoformat() for stage, moment in carriage.stages.items()
        }
    return carried


# ── text ───────────────────────────────────────────────────────────────────────────


def table(
    window: Window | None,
    measured: Mapping[Lane, Sequence[Measurement]],
    explained: Sequence[Mapping[str, Json]] = (),
) -> Iterator[str]:
    """Yield the lines of a table for a terminal."""
    if window is None:
        yield "Window: none, as no event is known"
    else:
        start, end = f"{window.start:{_MINUTE}}", f"{window.end:{_MINUTE}}"
        yield f"Window: {start} to {end} UTC"
    for lane, measurements in measured.items():
        yield ""
        yield f"{lane} lane"
        for measurement in measurements:
            name = METRICS[measurement.metric].name
            yield f"  {name:<33}{_told(measurement)}"
    for deployment in explained:
        yield ""
        yield from _explained(deployment)


def _told(measurement: Measurement) -> str:
    if measurement.known is not Known.VALUE or measurement.value is None:
        return f"—  {measurement.because}"
    parts = [_amount(measurement.value, measurement.unit)]
    if measurement.low is not None and measurement.high is not None:
        low = _amount(measurement.low, measurement.unit)
        high = _amount(measurement.high, measurement.unit)
        parts.append(f"(95 %: {low} to {high})")
    p95 = measurement.detail.get("p95_s")
    if p95 is not None:
        parts.append(f"P95 {_amount(p95, Unit.SECONDS)}")
    still_open = measurement.detail.get("open")
    if still_open:
        parts.append(f"{still_open:.0f} still open")
    parts.append(f"n={measurement.n}")
    if measurement.provisional:
        parts.append("provisional")
    return "  ".join(parts)


def _amount(value: float, unit: Unit) -> str:
    if unit is Unit.RATIO:
        return f"{value * 100:.1f} %"
    if unit is Unit.PER_WEEK:
        return f"{value:.2f} per week"
    for seconds, name in _UNITS:
        if value >= seconds:
            return f"{value / seconds:.1f} {name}"
    return f"{value:.0f} seconds"


def _explained(deployment: Mapping[str, Json]) -> Iterator[str]:
    yield (
        f"{deployment['finished_at']}  {deployment['service']}"
        f"  {deployment['lane']}  {deployment['id']}"
    )
    yield f"  {deployment['because']}"
    carried = deployment["carried"]
    for each in carried if isinstance(carried, list) else ():
        if isinstance(each, dict):
            lead = each["lead_s"]
            took = (
                _amount(lead, Unit.SECONDS)
                if isinstance(lead, float)
                else "no lead time"
            )
            yield f"  carried {each['change']} ({took}, by {each['basis']})"
