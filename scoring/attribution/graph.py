"""The graph: which deployment is the first to contain each commit, or a copy of it.

Every commit is walked once, by the first deployment whose commit leads to it. A
cherry-pick names the commit that it copies: the first deployment that contains the
copy delivers the original. Where parents are missing the graph is torn, and says
nothing of what is older.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scoring import columns
from scoring.events import Lane

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.attribution.facts import Boundary
    from scoring.attribution.ledger import Ledger, Node
    from scoring.attribution.tables import Deployed, Merged
    from scoring.columns import Floats

# Where it says that a commit went out before the tail began.
BEFORE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What the deployments of the code lane contain."""

    # The first deployment that contains each commit.
    reached: Mapping[str, int]
    # Of each pick, the known commits that it is a copy of.
    copies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # The first deployment that contains a copy of a commit.
    picked: Mapping[str, int] = field(default_factory=dict)
    # By deployment: up to which moment of committing its walk missed parents.
    torn: Floats

    @property
    def empty(self) -> bool:
        """Whether nothing is known of what any deployment contains."""
        return not self.reached and not self.picked

    @property
    def beyond(self) -> int:
        """The row after the last deployment's: that of none."""
        return len(self.torn)

    def row(self, sha: str | None) -> int | None:
        """Return the deployment that delivered a commit, itself or by a copy."""
        if sha is None:
            return None
        reached, picked = self.reached.get(sha), self.picked.get(sha)
        if reached is None or picked is None:
            return picked if reached is None else reached
        return min(reached, picked)


def graph_of(
    ledger: Ledger, merged: Merged, deployed: Deployed, before: Boundary
) -> Graph:
    """Walk from the deployed commits, in order of deployment."""
    reached: dict[str, int] = {}
    torn = columns.full(len(deployed.ids), columns.NEVER)
    if ledger.commits:
        _walk_all(ledger, deployed, before, reached, torn)
    copies = _copies(ledger, merged)
    return Graph(
        reached=reached,
        copies=copies,
        picked=_picked(copies, ledger, deployed, before, reached) if copies else {},
        torn=torn,
    )


def _walk_all(
    ledger: Ledger,
    deployed: Deployed,
    before: Boundary,
    reached: dict[str, int],
    torn: Floats,
) -> None:
    commits, names = ledger.commits, ledger.versions
    gone = [name for lane, name in before.versions if lane is Lane.CODE]
    for name in (*before.contained, *gone):
        _walk(name, BEFORE, commits, reached)
    codes = deployed.versions.tolist()
    for row in columns.positions(deployed.success).tolist():
        if codes[row] >= 0:
            torn[row] = _walk(names[codes[row]], row, commits, reached)


def _walk(
    sha: str, row: int, commits: Mapping[str, Node], reached: dict[str, int]
) -> float:
    """Mark what can be reached; return the newest commit with a missing parent."""
    torn = columns.NEVER
    waiting = [sha] if sha in commits else []
    while waiting:
        sha = waiting.pop()
        if sha in reached:
            continue
        reached[sha] = row
        node = commits[sha]
        for parent in node.parents:
            if parent in commits:
                waiting.append(parent)
            elif not torn >= node.at:
                torn = node.at
    return torn


# ── cherry-picks ───────────────────────────────────────────────────────────────────


def _copies(ledger: Ledger, merged: Merged) -> dict[str, frozenset[str]]:
    """Return the picks, newest first, each with the known commits that it copies."""
    picks = dict(_picks(ledger, merged))
    if not picks:
        return {}
    names, commits = ledger.versions, ledger.commits
    codes = merged.versions.tolist()
    moments = {
        names[code]: at
        for code, at in zip(codes, merged.at.tolist(), strict=True)
        if code >= 0
    }
    covered = set(moments).union(*merged.commits.values())
    moments |= {sha: node.at for sha, node in commits.items()}

    def is_original(sha: str, pick: str) -> bool:
        # Older than its copy: copies cannot go round in a circle.
        if sha not in moments or (moments[sha], sha) >= (moments[pick], pick):
            return False
        # A merge that belongs to no change is no change by itself either.
        return sha in covered or len(commits[sha].parents) < 2

    newest_first = sorted(picks, key=lambda sha: (moments[sha], sha), reverse=True)
    known = {
        pick: frozenset(sha for sha in picks[pick] if is_original(sha, pick))
        for pick in newest_first
    }
    return {pick: originals for pick, originals in known.items() if originals}


def _picks(ledger: Ledger, merged: Merged) -> Iterator[tuple[str, tuple[str, ...]]]:
    for row, picked in merged.picked.items():
        code = int(merged.versions[row])
        if code >= 0:
            yield ledger.versions[code], picked
    for sha, node in ledger.commits.items():
        if node.picked:
            yield sha, node.picked


def _picked(
    copies: Mapping[str, frozenset[str]],
    ledger: Ledger,
    deployed: Deployed,
    before: Boundary,
    reached: Mapping[str, int],
) -> dict[str, int]:
    """Return the first deployment that contains a copy of each original."""
    found: dict[str, int] = {}
    for pick, originals in copies.items():
        rows = [
            reached.get(pick),
            found.get(pick),
            first_of(pick, ledger, deployed, before),
        ]
        row = min((row for row in rows if row is not None), default=None)
        if row is not None:
            for sha in originals:
                found[sha] = min(row, found.get(sha, row))
    return found


def first_of(
    sha: str, ledger: Ledger, deployed: Deployed, before: Boundary
) -> int | None:
    """Return the first successful deployment of this very commit."""
    if (Lane.CODE, sha) in before.versions:
        return BEFORE
    if not ledger.knows(sha):
        return None
    code = ledger.code(sha)
    row = int(deployed.firsts[code]) if code < len(deployed.firsts) else None
    return row if row is not None and row < len(deployed.ids) else None
