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
from scoring.attribution.graph import first_of, graph_of
from scoring.attribution.items import Items
from scoring.attribution.names import Chosen, Names
from scoring.events import Lane

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.attribution.facts import Boundary
    from scoring.attribution.graph import Graph
    from scoring.attribution.ledger import Ledger, Node
    from scoring.attribution.saying import Repair
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
    # The first commit, or the data or code of a model version; NEVER where unknown.
    first: Floats
    opened: Floats = field(default_factory=lambda: columns.NOTHING)
    merged: Floats = field(default_factory=lambda: columns.NOTHING)
    # Model lane: training, evaluation and registration of each version.
    moments: tuple[Floats, ...] = ()
    carrier: Ints
    basis: Ints
    repairs: dict[int, Repair] = field(default_factory=dict)
    # Where a reverted commit went out first; filled in only where one is named.
    carriers_of: Mapping[str, int] = field(default_factory=dict)
    # Changes that are copies of others, and so no items, by where they went out.
    copies: Mapping[str, int] = field(default_factory=dict)
    models: Sequence[ModelVersion] = ()
    changes: int = 0  # so many of the items are changes
    fresh: Truths  # deployments that brought a version that was not out before


def link_code(ledger: Ledger, deployed: Deployed, before: Boundary) -> Cargo:
    """Link changes and lone commits to the deployments of the code lane."""
    merged = ledger.merged()
    graph = graph_of(ledger, merged, deployed, before)
    items = Items(ledger, merged, graph, before)
    fresh = fresh_ones(Lane.CODE, ledger, deployed, before)
    fresh &= ~_overtaken(fresh, deployed, graph, ledger)
    carrier, basis = _carriers(items, deployed, fresh, graph, ledger)
    copies = {merged.ids[row]: int(carrier[row]) for row in items.twins}
    carrier[columns.ints(items.twins)] = columns.NOWHERE
    return Cargo(
        ids=items.ids,
        started=items.started,
        first=items.first,
        opened=items.opened,
        merged=items.at,
        carrier=carrier,
        basis=basis,
        repairs=items.repairs,
        carriers_of=_named(items, carrier, graph, ledger, deployed, before),
        copies=copies,
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
    begun = columns.floats(_begun(model, ledger.commits) for model in carried)
    trained = columns.floats(model.trained_at.timestamp() for model in carried)
    return Cargo(
        ids=Chosen(Names(), columns.ints(()), [model.id for model in carried]),
        # Where neither is known, a version began with its training.
        started=columns.instead(begun, trained),
        carrier=columns.ints(rows[model.id] for model in carried),
        basis=columns.ints(_VERSION for _ in carried),
        first=begun,
        moments=(
            trained,
            columns.floats(columns.seconds(model.evaluated_at) for model in carried),
            columns.floats(columns.seconds(model.registered_at) for model in carried),
        ),
        models=carried,
        fresh=fresh_ones(Lane.MODEL, ledger, deployed, before),
    )


def _names(model: ModelVersion) -> set[str]:
    """Return what a deployment may call a model version."""
    pairs = {f"{model.model}{mark}{model.version}" for mark in "/:@"}
    return {model.id, model.version} | pairs


def _begun(model: ModelVersion, commits: Mapping[str, Node]) -> float:
    """Return when the data, else the code, of a model version was there."""
    if model.dataset_at is not None:
        return model.dataset_at.timestamp()
    node = commits.get(model.code_sha) if model.code_sha else None
    return columns.NEVER if node is None else node.at


# ── who carried them ───────────────────────────────────────────────────────────────


def _overtaken(
    fresh: Truths, deployed: Deployed, graph: Graph, ledger: Ledger
) -> Truths:
    """Return the deployments whose commit was contained in an earlier one."""
    late = columns.no(len(deployed.ids))
    if graph.reached:
        codes = deployed.versions.tolist()
        for row in columns.positions(fresh).tolist():
            name = ledger.versions[codes[row]] if codes[row] >= 0 else ""
            late[row] = graph.reached.get(name, row) < row
    return late


def _carriers(
    items: Items, deployed: Deployed, fresh: Truths, graph: Graph, ledger: Ledger
) -> tuple[Ints, Ints]:
    beyond = len(deployed.ids)
    by_sha = columns.by_code(deployed.firsts, items.versions, beyond)
    exact = columns.smaller(items.contained, by_sha)

    blind = columns.positions(deployed.success & (deployed.versions < 0))
    by_blind = _after(items.at, blind, deployed.finish, beyond)
    by_time = _after(items.at, columns.positions(fresh), deployed.finish, beyond)
    in_graph = columns.truths(key is not None for key in items.keys)
    if in_graph.any():
        silent = columns.positions(fresh & ~_walkable(deployed, ledger))
        unseen = columns.smaller(
            _after(items.at, silent, deployed.finish, beyond),
            _beyond_tears(items.at, graph, deployed, beyond),
        )
        by_time = columns.either(in_graph, unseen, by_time)
    fallback = columns.either(exact < beyond, exact, by_time)
    carrier = columns.either(by_blind < exact, by_blind, fallback)
    basis = columns.codes_of(
        len(carrier),
        (
            (carrier == by_time, _TIME),
            (carrier == by_blind, _TIME),
            ((carrier == by_sha) & ~(by_blind < exact), _SHA),
            ((carrier == items.contained) & ~(by_blind < exact), _GRAPH),
        ),
    )
    missing = (carrier >= beyond) | items.gone
    carrier[missing] = columns.NOWHERE
    return carrier, basis


def _beyond_tears(at: Floats, graph: Graph, deployed: Deployed, beyond: int) -> Ints:
    """Return the first deployment after each whose walk missed parents as old."""
    silent = columns.earlier_of_both(graph.torn, deployed.finish)
    found = columns.first_at_or_after(at, columns.highest_so_far(silent))
    return columns.smaller(found, columns.repeat(beyond, len(found)))


def _after(at: Floats, rows: Ints, finish: Floats, beyond: int) -> Ints:
    found = columns.lookup(rows, columns.first_at_or_after(at, finish[rows]))
    return columns.either(found < 0, columns.repeat(beyond, len(found)), found)


def _walkable(deployed: Deployed, ledger: Ledger) -> Truths:
    """Return which deployments say a commit that the graph knows."""
    in_graph = columns.ints(int(name in ledger.commits) for name in ledger.versions)
    return columns.by_code(in_graph, deployed.versions, 0) > 0


def _named(
    items: Items,
    carrier: Ints,
    graph: Graph,
    ledger: Ledger,
    deployed: Deployed,
    before: Boundary,
) -> dict[str, int]:
    """Return where each commit that some revert names went out first."""
    named = {
        repair.reverts
        for repair in items.repairs.values()
        if repair.reverts is not None
    }
    if not named:
        return {}
    found = {sha: row for sha in named if (row := graph.row(sha)) is not None}
    for sha, item in _shas(items, ledger.versions):
        if sha in named:
            # A deployment that does not say its commit may have been earlier.
            row = int(carrier[item])
            held = found.get(sha, row)
            found[sha] = row if 0 <= row < held else held
    for sha in named - found.keys():
        first = first_of(sha, ledger, deployed, before)
        if first is not None:
            found[sha] = first
    return found


def _shas(items: Items, names: Sequence[str]) -> Iterable[tuple[str, int]]:
    for row, code in enumerate(items.versions.tolist()):
        if row >= items.changes:
            yield items.ids[row], row
        elif code >= 0:
            yield names[code], row
    for row, shas in items.commits_of.items():
        yield from ((sha, row) for sha in shas)
