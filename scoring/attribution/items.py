"""Items: the changes of a service, and the commits that are changes by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.names import Chosen
from scoring.events import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.attribution.facts import Boundary
    from scoring.attribution.ledger import Ledger, Node
    from scoring.attribution.tables import Merged
    from scoring.columns import Floats, Truths

# Where `reached` says that a commit went out before the tail began.
BEFORE = -1


class Items:
    """Changes that were not carried before, then commits that belong to none."""

    def __init__(
        self,
        ledger: Ledger,
        merged: Merged,
        reached: Mapping[str, int],
        before: Boundary,
    ) -> None:
        commits, names = ledger.commits, ledger.versions
        self.commits_of = merged.commits
        self.repairs = dict(merged.repairs)
        at, first = merged.at, merged.first
        first = _with_commits(first, merged, commits)
        first = columns.instead(first, merged.opened)
        started = columns.instead(first, at)
        # The commit that stands for an item in the graph; None where it knows none.
        self.keys: list[str | None] = (
            [_key(row, merged, names, commits) for row in range(len(merged.ids))]
            if commits
            else []
        )
        lone = _lone(merged, names, commits)
        self.changes = len(merged.ids)
        self.ids = Chosen(merged.ids, columns.count_to(self.changes), lone)
        nodes = [commits[sha] for sha in lone]
        self.keys += lone
        times = columns.floats(node.at for node in nodes)
        self.at = columns.join([at, times])
        self.started = columns.join([started, times])
        codes = columns.ints(ledger.code(sha) for sha in lone)
        self.versions = columns.join_ints([merged.versions, codes])
        for row, node in enumerate(nodes, self.changes):
            if node.repairs:
                self.repairs[row] = node.reverts
        self.gone = self._gone(reached, before)

    def _gone(self, reached: Mapping[str, int], before: Boundary) -> Truths:
        """Return which items went out before the tail began."""
        gone = columns.no(len(self.ids))
        if not before.carried and not before.versions:
            return gone
        for row, name in enumerate(self.ids[row] for row in range(len(self.ids))):
            key = self.keys[row] if self.keys else None
            gone[row] = (Lane.CODE, name) in before.carried or (
                key is not None and reached.get(key) == BEFORE
            )
        return gone


def _with_commits(first: Floats, merged: Merged, commits: Mapping[str, Node]) -> Floats:
    """Fill in the first commit of a change from the commits that are known."""
    if not commits:
        return first
    filled = first.copy()
    missing = ~columns.known(first)
    for row, shas in merged.commits.items():
        if missing[row]:
            times = [commits[sha].at for sha in shas if sha in commits]
            if times:
                filled[row] = min(times)
    return filled


def _key(
    row: int, merged: Merged, names: Sequence[str], commits: Mapping[str, Node]
) -> str | None:
    code = int(merged.versions[row])
    if code >= 0:
        return names[code] if names[code] in commits else None
    known = [sha for sha in merged.commits.get(row, ()) if sha in commits]
    return max(known, key=lambda sha: (commits[sha].at, sha), default=None)


def _lone(
    merged: Merged, names: Sequence[str], commits: Mapping[str, Node]
) -> list[str]:
    """Return the commits that are changes by themselves: no merges, in no change."""
    if not commits:
        return []
    covered = {names[code] for code in merged.versions.tolist() if code >= 0}
    for shas in merged.commits.values():
        covered.update(shas)
    return sorted(
        sha
        for sha, node in commits.items()
        if len(node.parents) < 2 and sha not in covered
    )
