"""From a cycle's id to its results."""

from __future__ import annotations

from assessments.models import Cycle, ScoreKind
from assessments.queries.frameworks import spoken
from assessments.queries.results.building import SCOPE, Builder
from assessments.queries.results.rows import Results
from assessments.queries.results.stored import read


def results(*, cycle_id: int) -> Results:
    """Return everything that is shown of a cycle; raises Cycle.DoesNotExist."""
    stored = read(cycle_id=cycle_id)
    edition = spoken(sha256=stored.cycle.edition.sha256)
    build = Builder(stored, edition)
    return Results(
        header=build.header(),
        overall=build.group(
            ScoreKind.SCOPE, SCOPE, stored.cycle.scope.name, edition.domains
        ),
        pillars=tuple(
            build.group(ScoreKind.PILLAR, pillar.code, pillar.name, pillar.domains)
            for pillar in edition.pillars
        ),
        domains=tuple(
            build.domain(pillar, domain)
            for pillar in edition.pillars
            for domain in pillar.domains
        ),
        delivery=build.delivery(),
        changes=build.changes(),
        previous=build.previous(),
        telemetry=stored.telemetry,
        thresholds=build.thresholds(),
    )


def results_of(*, workspace_id: int, cycle_id: int) -> Results | None:
    """Return the results of a cycle of this workspace, or None."""
    mine = Cycle.objects.filter(pk=cycle_id, workspace_id=workspace_id)
    return results(cycle_id=cycle_id) if mine.exists() else None
