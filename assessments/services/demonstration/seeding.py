"""Makes the demonstration workspace, through the same doors as real data.

The past is entered in the past: every service takes the moment as an argument, so a
cycle of last year is answered, decided and locked at moments of last year. Each step is
a transaction of its own, so that nobody waits for the whole; a demonstration that was
not finished is removed and made anew.
"""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from assessments.models import (
    Cycle,
    CycleState,
    Edition,
    Member,
    Scope,
    Service,
    Workspace,
)
from assessments.services import (
    journal,
    organization,
    receiving,
    rolling_up,
    sources,
)
from assessments.services.demonstration import routines, service_levels
from assessments.services.demonstration.assessing import Assessments
from assessments.services.demonstration.plans import Plans
from assessments.services.demonstration.practising import Practices
from assessments.services.demonstration.simulation import simulate
from assessments.services.lines import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from assessments.services.demonstration.simulation import Record
    from assessments.services.demonstration.story import Story

_EDITION = "compel-18"
_PUSH = "push"
_MADE = "demonstration.made"


def standing() -> Workspace | None:
    """Return the demonstration workspace, if there is one that was finished."""
    return Workspace.objects.filter(simulated=True, journal__verb=_MADE).first()


def newest_locked_cycle(*, workspace_id: int) -> int:
    """Return the locked cycle that ended last."""
    locked = Cycle.objects.filter(
        workspace_id=workspace_id, state=CycleState.LOCKED, edition__key=_EDITION
    )
    return locked.order_by("-period_end", "-pk").values_list("pk", flat=True)[0]


def clear_away() -> None:
    """Remove what an interrupted start has left."""
    for workspace in Workspace.objects.filter(simulated=True).exclude(
        journal__verb=_MADE
    ):
        organization.remove_workspace(workspace_id=workspace.pk)


def give_password(story: Story, *, password: str) -> None:
    """Let the made-up people sign in with this password."""
    # Somebody real may bear one of these names: their password is not ours to set.
    real = Member.objects.filter(workspace__simulated=False).values("user")
    made_up = [f"{person.username}@example.org" for person in story.people]
    for user in User.objects.filter(
        username__in=[person.username for person in story.people],
        email__in=made_up,
        is_staff=False,
    ).exclude(pk__in=real):
        # Setting the same one again would sign everybody out.
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])


def seed(
    story: Story, *, password: str, repository: Path | None, now: datetime
) -> Workspace:
    """Make the workspace; `repository` is read as a real source beside the rest."""
    people = _people(story, password)
    lead = next(p for p in story.people if p.role == "lead")
    begins = now - timedelta(days=364 * story.years)
    workspace_id = organization.create_workspace(
        name=story.organization, by=people[lead.username], now=begins, simulated=True
    )
    workspace = Workspace.objects.get(pk=workspace_id)
    for person in story.people:
        if person is not lead:
            organization.add_member(
                workspace_id=workspace_id,
                user=people[person.username],
                role=person.role,
                vantage=person.vantage,
                by=people[lead.username],
                now=begins,
            )
    root = Scope.objects.get(workspace=workspace, parent=None)
    units = _tree(story, root, by=people[lead.username], now=begins)
    _telemetry(story, root, now=now)
    # Before anything is scored: criteria may ask for what is left of budgets.
    _service_levels(story, root, by=people[lead.username], now=now)
    if repository is not None:
        _real_source(root, repository, by=people[lead.username], now=now)
    shipped = Edition.objects.filter(key=_EDITION, workspace=None)
    edition = shipped.latest("published_at", "pk")
    places = {"": root.pk} | units
    Assessments(story, workspace_id, places, people, edition, now).make_all()
    Practices(story, root, people, now).make_all()
    Plans(story, root, people, edition, now).make_all()
    routines.begin(story, root, people, by=people[lead.username], now=now)
    journal.record(
        workspace_id=workspace_id,
        verb=_MADE,
        target=("workspace", workspace_id),
        by=None,
        at=now,
    )
    return workspace


def _people(story: Story, password: str) -> dict[str, User]:
    people = {}
    for person in story.people:
        user, made = User.objects.get_or_create(
            username=person.username,
            defaults={
                "email": f"{person.username}@example.org",
                "first_name": person.username.capitalize(),
            },
        )
        if made:
            user.set_password(password)
            user.save(update_fields=["password"])
        people[person.username] = user
    return people


def _tree(story: Story, root: Scope, *, by: User, now: datetime) -> dict[str, int]:
    units = {
        unit.key: organization.add_unit(
            workspace_id=root.workspace_id,
            parent_id=root.pk,
            name=unit.name,
            by=by,
            now=now,
        )
        for unit in story.units
    }
    for kind, delivered in (("service", story.services), ("model", story.models)):
        for one in delivered:
            organization.add_service(
                workspace_id=root.workspace_id,
                parent_id=units[one.unit],
                key=one.key,
                name=one.name,
                kind=kind,
                by=by,
                now=now,
            )
    return units


def _telemetry(story: Story, root: Scope, *, now: datetime) -> None:
    delivery = simulate(story, until=now)
    for name, records in (
        ("Simulated code delivery", delivery.code),
        ("Simulated model delivery", delivery.models),
    ):
        _take_in(root, name, records, now=now)
    for service in Service.objects.filter(workspace_id=root.workspace_id):
        rolling_up.refresh(service_id=service.pk)


def _service_levels(story: Story, root: Scope, *, by: User, now: datetime) -> None:
    service_levels.promise(
        root,
        take_in=lambda name, records: _take_in(root, name, records, now=now),
        seed=story.seed,
        by=by,
        now=now,
    )


def _take_in(
    root: Scope, name: str, records: Iterable[Record], *, now: datetime
) -> None:
    """Send records as a simulated source of that name does."""
    source_id = sources.connect(
        workspace_id=root.workspace_id,
        scope_id=root.pk,
        kind=_PUSH,
        name=name,
        by=None,
        now=now,
        simulated=True,
    )
    text = "\n".join(json.dumps(record) for record in records)
    intake = receiving.read_in(
        source_id=source_id,
        stream=io.BytesIO(text.encode()),
        layout=Layout.JSON,
        now=now,
    )
    if intake.rejected:
        raise ValueError(f"the simulation made bad events: {intake.rejected[:3]}")


def _real_source(root: Scope, repository: Path, *, by: User, now: datetime) -> None:
    source_id = sources.connect(
        workspace_id=root.workspace_id,
        scope_id=root.pk,
        kind="git",
        name="This product's own Git history",
        address=str(repository),
        rules={"service": "compel"},
        by=by,
        now=now,
    )
    sources.ask_synchronization(source_id=source_id, now=now)
