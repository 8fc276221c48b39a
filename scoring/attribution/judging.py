"""Judging: which deployments failed, by the strongest evidence, and which repaired.

Evidence is laid over a table of verdicts from the weakest tier to the strongest, so
that the strongest is what remains. Within a tier the earliest evidence stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.rules import RANKED, Tier
from scoring.attribution.tables import version_of
from scoring.events import Kind

if TYPE_CHECKING:
    from scoring.attribution.facts import Boundary
    from scoring.attribution.ledger import Ledger
    from scoring.attribution.linking import Cargo
    from scoring.attribution.tables import Deployed
    from scoring.attribution.troubles import Laid
    from scoring.columns import Floats, Ints, Truths
    from scoring.events import Lane

NONE = -1
RANK = {tier: rank for rank, tier in enumerate(RANKED)}
KINDS: tuple[Kind, ...] = tuple(Kind)
_KIND = {kind: code for code, kind in enumerate(KINDS)}


@dataclass(slots=True)
class Judged:
    """One verdict a deployment: rank of the winning tier, NONE if it did not fail."""

    tier: Ints
    kind: Ints  # of the evidence
    evidence: Ints  # its row: a deployment, an item of the cargo, an incident, a signal
    restored: Floats
    rework: Truths

    def lay(
        self, tier: Tier, kind: Kind, at: Ints, evidence: Ints, restored: Floats
    ) -> None:
        """Lay evidence of a tier over what weaker tiers said; the first row stays."""
        rows, first = columns.first_each(at)
        self.tier[rows] = RANK[tier]
        self.kind[rows] = _KIND[kind]
        self.evidence[rows] = evidence[first]
        self.restored[rows] = restored[first]


def judge(
    lane: Lane,
    ledger: Ledger,
    deployed: Deployed,
    cargo: Cargo,
    laid: Laid,
    before: Boundary,
) -> Judged:
    """Judge every completed deployment of a lane."""
    count = len(deployed.ids)
    judged = Judged(
        tier=columns.nowhere(count),
        kind=columns.nowhere(count),
        evidence=columns.nowhere(count),
        restored=columns.full(count, columns.NEVER),
        rework=columns.no(count),
    )
    tiers = ledger.rules.tiers
    upcoming = columns.moments_at(deployed.finish, columns.next_of(deployed.success))
    if Tier.STATUS in tiers:
        rows = columns.positions(~deployed.success)
        judged.lay(Tier.STATUS, Kind.DEPLOYMENT, rows, rows, upcoming[rows])
    if Tier.INCIDENT_WINDOW in tiers:
        _lay_incidents(judged, Tier.INCIDENT_WINDOW, laid.near, laid)
    rollbacks = _rollbacks(lane, ledger, deployed, before)
    if Tier.REVERT_OR_HOTFIX in tiers:
        _lay_repairs(judged, ledger, deployed, cargo, rollbacks)
        _lay_flagged(judged, lane, deployed, rollbacks, before)
    if Tier.ROLLBACK in tiers:
        _lay_switches(judged, laid)
        _lay_rollbacks(judged, deployed, rollbacks)
    if Tier.INCIDENT_LINK in tiers:
        _lay_incidents(judged, Tier.INCIDENT_LINK, laid.linked, laid)
    return judged


def _lay_incidents(judged: Judged, tier: Tier, at: Ints, laid: Laid) -> None:
    """Blame deployments for incidents; restored when the last one is resolved."""
    evidence = columns.positions(at >= 0)
    rows = at[evidence]
    latest = columns.latest_each(rows, laid.resolved[evidence], len(judged.tier))
    judged.lay(tier, Kind.INCIDENT, rows, evidence, latest[rows])


# ── rollbacks ──────────────────────────────────────────────────────────────────────


def _rollbacks(
    lane: Lane, ledger: Ledger, deployed: Deployed, before: Boundary
) -> Truths:
    """Return which deployments went back to a version older than the one before.

    Versions are as old as their first successful deployment; going forward again to a
    version that was rolled back is no rollback.
    """
    count = len(deployed.ids)
    if not count:
        return columns.no(0)
    born = columns.moments_at(deployed.finish, columns.inside(deployed.firsts, count))
    for (where, name), at in before.versions.items():
        if where is lane:
            born[ledger.code(name)] = at.timestamp()
    last = before.last.get(lane)
    version = columns.NOWHERE if last is None else ledger.code(version_of(last))
    previous = columns.shifted(deployed.versions, version)
    ended = columns.shifted(
        deployed.finish, columns.NEVER if last is None else last.at.timestamp()
    )
    # The one before may never have gone out well: then it is as old as its attempt.
    theirs = columns.earlier(columns.moments_at(born, previous), ended)
    own = columns.moments_at(born, deployed.versions)
    differs = (previous >= 0) & (previous != deployed.versions)
    back = (differs & (own < theirs)) | (deployed.rolls & columns.known(ended))
    return columns.both(deployed.success, back)


def _lay_rollbacks(judged: Judged, deployed: Deployed, rollbacks: Truths) -> None:
    rows = columns.positions(rollbacks)
    judged.rework[rows] = True
    rows = rows[rows > 0]
    judged.lay(Tier.ROLLBACK, Kind.DEPLOYMENT, rows - 1, rows, deployed.finish[rows])


def _lay_switches(judged: Judged, laid: Laid) -> None:
    """Blame deployments that a router or platform rolled back without deploying."""
    evidence = columns.positions(laid.switched >= 0)
    judged.lay(
        Tier.ROLLBACK,
        Kind.SIGNAL,
        laid.switched[evidence],
        evidence,
        laid.switched_at[evidence],
    )


# ── reverts and hotfixes ───────────────────────────────────────────────────────────


def _lay_repairs(
    judged: Judged,
    ledger: Ledger,
    deployed: Deployed,
    cargo: Cargo,
    rollbacks: Truths,
) -> None:
    """Blame the deployment before the one that carried a revert or a hotfix.

    A revert that names its commit blames the deployment that carried that commit, and
    nobody if that was too long ago, or if both went out together.
    """
    window = ledger.rules.revert_window_hours * 3600
    found: dict[Kind, list[tuple[int, int]]] = {Kind.CHANGE: [], Kind.COMMIT: []}
    for item, repair in sorted(
        cargo.repairs.items(), key=lambda pair: cargo.ids[pair[0]]
    ):
        row = int(cargo.carrier[item])
        named = repair.reverts
        # One that only names a commit repairs nothing unless that commit went out.
        if row < 0 or not (repair.said or named in cargo.carriers_of):
            continue
        blamed = row - 1 if named is None else cargo.carriers_of.get(named, row - 1)
        if named in cargo.carriers_of:
            too_late = blamed < 0 or blamed >= row
            if too_late or deployed.finish[row] - deployed.finish[blamed] > window:
                continue
        judged.rework[row] = True
        if blamed >= 0 and not rollbacks[blamed]:
            kind = Kind.CHANGE if item < cargo.changes else Kind.COMMIT
            found[kind].append((blamed, item))
    for kind, pairs in found.items():
        blamed_rows = columns.ints(blamed for blamed, _ in pairs)
        items = columns.ints(item for _, item in pairs)
        repaired = deployed.finish[cargo.carrier[items]]
        judged.lay(Tier.REVERT_OR_HOTFIX, kind, blamed_rows, items, repaired)


def _lay_flagged(
    judged: Judged, lane: Lane, deployed: Deployed, rollbacks: Truths, before: Boundary
) -> None:
    """Blame the deployment before one that says itself that it repairs production."""
    rows = columns.positions(deployed.repairs)
    if before.last.get(lane) is None:
        rows = rows[rows > 0]
    judged.rework[rows] = True
    rows = rows[(rows > 0) & deployed.success[rows]]
    rows = rows[~rollbacks[rows - 1]]
    judged.lay(
        Tier.REVERT_OR_HOTFIX, Kind.DEPLOYMENT, rows - 1, rows, deployed.finish[rows]
    )
