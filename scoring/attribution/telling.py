"""Telling: verdicts as rows with a sentence that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.facts import Verdict
from scoring.attribution.judging import KINDS
from scoring.attribution.rules import RANKED, Tier
from scoring.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.attribution.judging import Judged
    from scoring.attribution.linking import Cargo
    from scoring.attribution.tables import Deployed
    from scoring.attribution.troubles import Laid
    from scoring.events import Lane

_BECAUSE = {
    (Tier.INCIDENT_LINK, Kind.INCIDENT): "Incident {id} names this deployment.",
    (Tier.ROLLBACK, Kind.DEPLOYMENT): "Deployment {id} rolled it back.",
    (Tier.ROLLBACK, Kind.SIGNAL): "Signal {id} tells that it was rolled back.",
    (Tier.REVERT_OR_HOTFIX, Kind.CHANGE): "Change {id} reverted or hotfixed it.",
    (Tier.REVERT_OR_HOTFIX, Kind.COMMIT): "Commit {id} reverted or hotfixed it.",
    (Tier.REVERT_OR_HOTFIX, Kind.DEPLOYMENT): "Deployment {id} repaired it.",
    (Tier.INCIDENT_WINDOW, Kind.INCIDENT): (
        "Incident {id} was opened {hours} after it, and no deployment between."
    ),
    (Tier.STATUS, Kind.DEPLOYMENT): "The platform reports that it failed.",
}
_OPEN = "It is still open."
_REPAIRED = "It repaired production."


def verdicts(
    lane: Lane, deployed: Deployed, cargo: Cargo, judged: Judged, laid: Laid
) -> Iterator[Verdict]:
    """Yield a verdict for each deployment that failed or repaired production."""
    told = columns.positions((judged.tier >= 0) | judged.rework)
    for row in told.tolist():
        finish = float(deployed.finish[row])
        rank = int(judged.tier[row])
        failed, rework = rank >= 0, bool(judged.rework[row])
        restored = float(judged.restored[row])
        is_open = failed and restored != restored
        recovery = restored - finish
        kind, name = _evidence(row, deployed, cargo, judged, laid)
        sentences = []
        if failed:
            sentences.append(
                _why(row, RANKED[rank], kind, name, deployed, judged, laid)
            )
        if is_open:
            sentences.append(_OPEN)
        if rework:
            sentences.append(_REPAIRED)
        yield Verdict(
            lane=lane,
            deployment_id=deployed.ids[row],
            at=columns.moment(finish),
            failed=failed,
            rework=rework,
            tier=RANKED[rank] if failed else None,
            evidence_kind=kind,
            evidence_id=name,
            restored_at=columns.moment(restored) if failed and not is_open else None,
            recovery_seconds=recovery if failed and recovery >= 0 else None,
            because=" ".join(sentences),
        )


def _evidence(
    row: int, deployed: Deployed, cargo: Cargo, judged: Judged, laid: Laid
) -> tuple[Kind | None, str | None]:
    if judged.tier[row] < 0:
        return None, None
    kind, place = KINDS[int(judged.kind[row])], int(judged.evidence[row])
    if kind is Kind.INCIDENT:
        return kind, laid.incidents[place].id
    if kind is Kind.SIGNAL:
        return kind, laid.switches[place].id
    if kind is Kind.DEPLOYMENT:
        return kind, deployed.ids[place]
    return kind, cargo.ids[place]


def _why(
    row: int,
    tier: Tier,
    kind: Kind | None,
    name: str | None,
    deployed: Deployed,
    judged: Judged,
    laid: Laid,
) -> str:
    hours = ""
    if kind is Kind.INCIDENT:
        opened = float(laid.opened[int(judged.evidence[row])])
        hours = _span(opened - float(deployed.finish[row]))
    sentence = _BECAUSE[tier, kind or Kind.DEPLOYMENT]
    return sentence.format(id=name, hours=hours)


def _span(seconds: float) -> str:
    if seconds < 3600:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"
