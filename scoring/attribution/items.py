"""Items: the changes of a service, and the commits that are changes by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.graph import BEFORE
from scoring.attribution.names import Chosen
from scoring.events import Lane

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.attribution.facts import Boundary
    from scoring.attribution.graph import Graph
    from scoring.attribution.ledger import Ledger, Node
    from scoring.attribution.tables import Merged
    from scoring.columns import Floats, Truths


class Items:
    """Changes, then commits that belong to none; copies of others are no items."""

    def __init__(
        self,
        ledger: Ledger,
        merged: Merged,
        graph: Graph,
        before: Boundary,
    ) -> None:
        commits, names = ledger.commits, ledger.versions
        self.commits_of = merged.commits
        self.repairs = dict(merged.repairs)
        at, first = merged.at, merged.first
        first = _with_commits(first, merged, commits)
        started = columns.instead(columns.instead(first, merged.opened), at)
        # The commit that stands for an item in the graph; None where it knows none.
        self.keys: list[str | None] = (
            [_key(row, merged, names, commits) for row in range(len(merged.ids))]
            if commits
            else []
        )
        self.twins = _twins(merged, names, graph.copies)
        lone = _lone(merged, names, commits, graph.copies)
        self.changes = len(merged.ids)
        self.ids = Chosen(merged.ids, columns.count_to(self.changes), lone)
        nodes = [commits[sha] for sha in lone]
        self.keys += lone
        times = columns.floats(node.at for node in nodes)
        self.at = columns.join([at, times])
        self.started = columns.join([started, times])
        # A lone commit was neither opened nor begun before it was there.
        never = columns.full(len(nodes), columns.NEVER)
        self.first = columns.join([first, never])
        self.opened = columns.join([merged.opened, never])
        codes = columns.ints(ledger.code(sha) for sha in lone)
        self.versions = columns.join_ints([merged.versions, codes])
        for row, node in enumerate(nodes, self.changes):
            if node.repair is not None:
                self.repairs[row] = node.repair
        # The deployment whose commit leads to all of an item, or to a copy of it;
        # beyond the last where there is none.
        self.contained = (
            columns.repeat(graph.beyond, len(self.ids))
            if graph.empty
            else columns.ints(
                self._contained(row, code, graph, names)
                for row, code in enumerate(self.versions.tolist())
            )
        )
        self.gone = self._gone(before)

    def _contained(
        self, row: int, code: int, graph: Graph, names: Sequence[str]
    ) -> int:
        """Return where an item went out by the graph: as merged, or all its commits."""
        found = [graph.row(names[code] if code >= 0 else self.key(row))]
        # A branch may go out before it is merged, or by copies one by one.
        parts = [graph.row(sha) for sha in self.commits_of.get(row, ())]
        known = [part for part in parts if part is not None]
        if parts and len(known) == len(parts):
            found.append(max(known))
        return min((one for one in found if one is not None), default=graph.beyond)

    def key(self, row: int) -> str | None:
        """Return the commit that stands for an item in the graph."""
        return self.keys[row] if self.keys else None

    def _gone(self, before: Boundary) -> Truths:
        """Return which items went out before the tail began."""
        gone = columns.no(len(self.ids))
        if not before.carried and not before.versions and not before.contained:
            return gone
        for row, contained in enumerate(self.contained.tolist()):
            is_carried = (Lane.CODE, self.ids[row]) in before.carried
            gone[row] = is_carried or contained == BEFORE
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
    merged: Merged,
    names: Sequence[str],
    commits: Mapping[str, Node],
    copies: Mapping[str, frozenset[str]],
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
        if len(node.parents) < 2 and sha not in covered and sha not in copies
    )


def _twins(
    merged: Merged, names: Sequence[str], copies: Mapping[str, frozenset[str]]
) -> list[int]:
    """Return the changes that only bring to a branch what others brought elsewhere."""
    return [
        row
        for row in range(len(merged.ids))
        if copies and _is_twin(row, merged, names, copies)
    ]


def _is_twin(
    row: int,
    merged: Merged,
    names: Sequence[str],
    copies: Mapping[str, frozenset[str]],
) -> bool:
    code = int(merged.versions[row])
    own = set(merged.commits.get(row, ()))
    if code >= 0 and names[code] in copies:
        return own.isdisjoint(copies[names[code]])
    return bool(own) and all(
        sha in copies and own.isdisjoint(copies[sha]) for sha in own
    )
