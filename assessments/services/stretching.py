"""What the commits on a branch do not tell: which of them a deployment brought.

A deployment from a release branch, or of a commit that no list names, is asked for from
the revision that was out before it, once, where the platform can compare two of them.
What cannot be told is listed with the source: time decides there.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from assessments.connectors import lists
from assessments.connectors.base.assigning import Assigner, alias, table_of
from assessments.connectors.base.common import reads_stretches
from assessments.models import (
    Backfill,
    Event,
    Purpose,
    Rejection,
    Service,
    Source,
    WalkState,
)
from scoring.attribution import Rules
from scoring.events import Kind, Lane, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assessments.connectors.base import Page
    from assessments.services.observing import Reader
    from scoring.events import Json

# So many deployments of a service are looked at, the newest ones, and so many stretches
# are asked for at once: each takes a request or two.
_LOOKED_AT = 300
_AT_ONCE = 20
_SHORT = 8
_REVISION = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_UNTOLD = {
    lists.Outcome.CUT: "it brought more commits than are asked for at once",
    lists.Outcome.MISSING: "the platform does not have both revisions any more",
    lists.Outcome.UNANSWERED: "the platform failed each time it was asked",
}


def asking(reader: Reader, cursor: Mapping[str, Json]) -> dict[str, Json]:
    """Return the cursor of a reading with the stretches that it is to ask for."""
    if not _can_ask(reader):
        return dict(cursor)
    known = {each.head: each for each in lists.stretches_in(cursor)}
    stretches = [
        known.get(head, lists.Stretch(base=base, head=head))
        for service in _services(reader)
        for head, base in _untold(service).items()
    ]
    # What was answered stays as long as somebody would ask again.
    answered = [each for each in stretches if each.outcome]
    to_ask = [each for each in stretches if not each.outcome][:_AT_ONCE]
    return lists.stretching(cursor, [*answered, *to_ask])


def tell(source: Source, page: Page, *, now: datetime) -> None:
    """List with a source the stretches that this page could not tell."""
    before = {each.head for each in lists.stretches_in(source.cursor) if each.outcome}
    for each in lists.stretches_in(page.cursor):
        if each.outcome in _UNTOLD and each.head not in before:
            reason = (
                f"commits from {each.base[:_SHORT]} to {each.head[:_SHORT]}:"
                f" {_UNTOLD[each.outcome]}; time tells what that deployment carried"
            )
            Rejection.objects.get_or_create(
                source=source, reason=reason, defaults={"seen_at": now}
            )


def _can_ask(reader: Reader) -> bool:
    if not reads_stretches(reader.connector):
        return False
    if not Assigner(reader.plain).tells_of(Kind.COMMIT):
        return False
    # The past that is still being read may bring the commits by itself.
    past = Backfill.objects.filter(source=reader.source, purpose=Purpose.PAST)
    return not past.filter(state__in=(WalkState.WAITING, WalkState.RUNNING)).exists()


def _services(reader: Reader) -> list[Service]:
    """Return the services whose commits the source tells."""
    keys = [line.service for line in table_of(reader.plain.rules)]
    services = Service.objects.filter(
        workspace_id=reader.source.workspace_id,
        key__in=[reader.plain.service_key, *keys],
    )
    return list(services.select_related("workspace").order_by("key"))


def _untold(service: Service) -> dict[str, str]:
    """Return the deployed revisions that are no commits we know, newest first.

    Each with the one that was out before it, whichever source told of either.
    """
    before = _replaced(service)
    names = [name for sha in before for name in (sha, alias(sha, service.key))]
    commits = Event.objects.named(
        workspace_id=service.workspace_id, kind=Kind.COMMIT, names=names
    )
    found = commits.order_by().values_list("external_id", flat=True)
    known = {name.partition("@")[0] for name in found}
    return {head: base for head, base in before.items() if head not in known}


def _replaced(service: Service) -> dict[str, str]:
    """Return each revision that went to production with the one that it replaced."""
    rules = Rules.of(service.workspace.attribution_rules)
    deployments = Event.objects.filter(
        service=service, kind=Kind.DEPLOYMENT, lane=Lane.CODE
    )
    told = deployments.order_by("-at", "-pk").values_list(
        "data__sha", "data__status", "data__environment"
    )
    out = [
        sha
        for sha, status, environment in told[:_LOOKED_AT]
        if status == Status.SUCCESS
        and rules.counts(environment)
        and _REVISION.fullmatch(sha or "")
    ]
    # Of a revision that went out more than once, the first time stays.
    return {newer: older for newer, older in pairwise(out) if newer != older}
