"""Linking: the first successful production deployment that contains each change.

Evidence is ranked. The commit graph decides where it can: a deployment contains what
can be reached from its commit. Next, a deployment of the very commit of the merge. Time
decides only where neither can speak: the first deployment to finish at or after the
merge and to bring a version that was not out before. A deployment that does not say its
commit could contain anything merged before it, so it is believed to, unless the graph
or the sha found an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scoring import columns
from scoring.attribution.facts import Basis
from scoring.attribution.items import BEFORE, Items
from scoring.attribution.names import Chosen, Names
from scoring.events import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.attribution.facts import Boundary
    from scoring.attribution.ledger import Ledger, Node
    from scoring.attribution.tables import Deployed
    from scoring.columns import Floats, Ints, Truths
    from scoring.events import ModelVersion

BASES: tuple[Basis, ...] = (Basis.GRAPH, Basis.SHA, Basis.VERSION, Basis.TIME)
_GRAPH, _SHA, _VERSION, _TIME = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cargo:
    """What a lane's deployments carried first: one row an item.

    Items are changes, then commits that belong to no change; in the model lane model
    versions. `carrier` is the row of the deployment, NOWHERE while there is none.
    """

    ids: Chosen
    started: Floats
    carrier: Ints
    basis: Ints
    repairs: dict[int, str | None] = field(default_factory=dict)
    # Where a reverted commit went out first; filled in only where one is named.
    carriers_of: Mapping[str, int] = field(default_factory=dict)
    models: Sequence[ModelVersion] = ()
    changes: int = 0  # so many of the items are changes
    fresh: Truths  # deployments that brought a version that was not out before


def link_code(ledger: Ledger, deployed: Deployed, before: Boundary) -> Cargo:
    """Link changes and lone commits to the deployments of the code lane."""
    merged = ledger.merged()
    reached = _reached(ledger, deployed, before)
    items = Items(ledger, merged, reached, before)
    fresh = fresh_ones(Lane.CODE, ledger, deployed, before)
    carrier, basis = _carriers(items, deployed, fresh, reached, ledger)
    return Cargo(
        ids=items.ids,
        started=items.started,
        carrier=carrier,
        basis=basis,
        repairs=items.repairs,
        carriers_of=_named(items, carrier, reached, ledger.versions),
        changes=items.changes,
        fresh=fresh,
    )


def fresh_ones(
    lane: Lane, ledger: Ledger, deployed: Deployed, before: Boundary
) -> Truths:
    """Return which successful deployments brought a version that was not out before.

    One that does not say its version is believed to.
    """
    firsts = deployed.firsts.copy() if before.versions else deployed.firsts
    for where, name in before.versions:
        if where is lane:
            firsts[ledger.code(name)] = columns.NOWHERE
    first = columns.by_code(firsts, deployed.versions, columns.NOWHERE)
    own = columns.count_to(len(deployed.ids))
    return columns.both(deployed.success, (deployed.versions < 0) | (first == own))


def link_models(ledger: Ledger, deployed: Deployed, before: Boundary) -> Cargo:
    """Link model versions to the deployments of the model lane, by version."""
    rows = {}
    firsts = deployed.firsts.tolist() if ledger.models else []
    models = sorted(ledger.models.values(), key=lambda model: model.id)
    for model in models:
        if (Lane.MODEL, model.id) in before.carried:
            continue
        codes = [ledger.code(name) for name in _names(model) if ledger.knows(name)]
        found = [firsts[code] for code in codes if code < len(firsts)]
        row = min(found, default=len(deployed.ids))
        if row < len(deployed.ids):
            rows[model.id] = row
    carried = [model for model in models if model.id in rows]
    return Cargo(
        ids=Chosen(Names(), columns.ints(()), [model.id for model in carried]),
        started=columns.floats(
            _trained_from(model, ledger.commits) for model in carried
        ),
        carrier=columns.ints(rows[model.id] for model in carried),
        basis=columns.ints(_VERSION for _ in carried),
        models=carried,
        fresh=fresh_ones(Lane.MODEL, ledger, deployed, before),
    )


def _names(model: ModelVersion) -> set[str]:
    """Return what a deployment may call a model version."""
    pairs = {f"{model.model}{mark}{model.version}" for mark in "/:@"}
    return {model.id, model.version} | pairs


def _trained_from(model: ModelVersion, commits: Mapping[str, Node]) -> float:
    """Return where a model version began: its data, else its code, else training."""
    if model.dataset_at is not None:
        return model.dataset_at.timestamp()
    node = commits.get(model.code_sha) if model.code_sha else None
    return model.trained_at.timestamp() if node is None else node.at


# ── the commit graph ───────────────────────────────────────────────────────────────


def _reached(ledger: Ledger, deployed: Deployed, before: Boundary) -> dict[str, int]:
    """Return the first deployment that contains each commit, walking each once."""
    commits = ledger.commits
    reached: dict[str, int] = {}
    if not commits:
        return reached
    for lane, name in (*before.carried, *before.versions):
        if lane is Lane.CODE:
            _walk(name, BEFORE, commits, reached)
    names = ledger.versions
    codes = deployed.versions.tolist()
    for row in columns.positions(deployed.success).tolist():
        if codes[row] >= 0:
            _walk(names[codes[row]], row, commits, reached)
    return reached


def _walk(
    sha: str, row: int, commits: Mapping[str, Node], reached: dict[str, int]
) -> None:
    waiting = [sha]
    while waiting:
        sha = waiting.pop()
        node = commits.get(sha)
        if node is not None and sha not in reached:
            reached[sha] = row
            waiting.extend(node.parents)


# ── who carried them ───────────────────────────────────────────────────────────────


def _carriers(
    items: Items,
    deployed: Deployed,
    fresh: Truths,
    reached: Mapping[str, int],
    ledger: Ledger,
) -> tuple[Ints, Ints]:
    beyond = len(deployed.ids)
    by_sha = columns.by_code(deployed.firsts, items.versions, beyond)
    in_graph, by_graph = _by_graph(items, reached, beyond)
    exact = columns.smaller(by_graph, by_sha)

    blind = columns.positions(deployed.success & (deployed.versions < 0))
    by_blind = _after(items.at, blind, deployed.finish, beyond)
    by_time = _after(items.at, columns.positions(fresh), deployed.finish, beyond)
    if in_graph.any():
        silent = columns.positions(fresh & ~_walkable(deployed, ledger))
        by_time = columns.either(
            in_graph, _after(items.at, silent, deployed.finish, beyond), by_time
        )
    fallback = columns.either(exact < beyond, exact, by_time)
    carrier = columns.either(by_blind < exact, by_blind, fallback)
    basis = columns.codes_of(
        len(carrier),
        (
            (carrier == by_time, _TIME),
            (carrier == by_blind, _TIME),
            ((carrier == by_sha) & ~(by_blind < exact), _SHA),
            ((carrier == by_graph) & ~(by_blind < exact), _GRAPH),
        ),
    )
    missing = (carrier >= beyond) | items.gone
    carrier[missing] = columns.NOWHERE
    return carrier, basis


def _after(at: Floats, rows: Ints, finish: Floats, beyond: int) -> Ints:
    found = columns.lookup(rows, columns.first_at_or_after(at, finish[rows]))
    return columns.either(found < 0, columns.repeat(beyond, len(found)), found)


def _by_graph(
    items: Items, reached: Mapping[str, int], beyond: int
) -> tuple[Truths, Ints]:
    in_graph = columns.no(len(items.ids))
    rows = columns.repeat(beyond, len(items.ids))
    for row, key in enumerate(items.keys):
        if key is not None:
            in_graph[row] = True
            rows[row] = reached.get(key, beyond)
    return in_graph, rows


def _walkable(deployed: Deployed, ledger: Ledger) -> Truths:
    """Return which deployments say a commit that the graph knows."""
    in_graph = columns.ints(int(name in ledger.commits) for name in ledger.versions)
    return columns.by_code(in_graph, deployed.versions, 0) > 0


def _named(
    items: Items, carrier: Ints, reached: Mapping[str, int], names: Sequence[str]
) -> dict[str, int]:
    """Return where each commit that some revert names went out first."""
    named = {sha for sha in items.repairs.values() if sha is not None}
    if not named:
        return {}
    found = {sha: reached[sha] for sha in named if sha in reached}
    for sha, row in _shas(items, names):
        if sha in named and sha not in found:
            found[sha] = int(carrier[row])
    return found


def _shas(items: Items, names: Sequence[str]) -> Iterable[tuple[str, int]]:
    for row, code in enumerate(items.versions.tolist()):
        if row >= items.changes:
            yield items.ids[row], row
        elif code >= 0:
            yield names[code], row
    for row, shas in items.commits_of.items():
        yield from ((sha, row) for sha in shas)
