"""Defining objectives: made, changed, resumed, retired.

A change begins a new version, which counts the past by its own rules; what was before
stays as it was judged then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.charts import defect_words
from assessments.models import Service, Slo, SloEnd, SloVersion, Workspace
from assessments.queries import service_levels as queries
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit
from assessments.services.service_levels import counting, watching
from scoring import rubric, service_levels
from scoring.service_levels import MOST_DAYS, midnight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json
    from scoring.service_levels import Definition

# Every window there can be, and eight weeks of history before it.
_COUNTED_BACK = timedelta(days=MOST_DAYS + 56)


class NoSuchSlo(Refusal):
    """The objective is not one of this workspace."""


class Defective(Refusal):
    """A document was refused; every defect has its place and its sentence."""

    def __init__(
        self, defects: Sequence[rubric.Defect], said: Sequence[str] = ()
    ) -> None:
        """Take the defects; `said` are their sentences, if these tell more."""
        self.defects = tuple(defects)
        self.said = tuple(said) or tuple(map(defect_words.said, defects))
        super().__init__("\n".join(self.said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """What became of a definition: made, changed, resumed or unchanged."""

    id: int
    name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is already: keys of services, and whose each objective is."""

    services: frozenset[str]
    owners: Mapping[str, str]

    def defects(self, definition: Definition) -> list[rubric.Defect]:
        """Return why a definition does not fit what is there."""
        owner = self.owners.get(definition.name)
        if definition.service not in self.services:
            why = _("there is no such service or model in this workspace")
        elif owner not in (None, definition.service):
            why = _("`%(name)s` belongs to `%(owner)s`: give another name") % {
                "name": definition.name,
                "owner": owner,
            }
        else:
            return []
        return [rubric.Defect("spec.service", why)]


def standing(*, workspace_id: int) -> Standing:
    """Return what definitions have to fit, which nobody changes until this is done."""
    # One at a time: a double click must not get past the look for its twin.
    Workspace.objects.select_for_update().get(pk=workspace_id)
    services = Service.objects.filter(workspace_id=workspace_id)
    slos = Slo.objects.filter(workspace_id=workspace_id)
    return Standing(
        frozenset(services.values_list("key", flat=True)),
        dict(slos.values_list("name", "service__key")),
    )


@transaction.atomic
def define(
    *,
    workspace_id: int,
    document: Mapping[str, Json],
    by: AbstractBaseUser,
    now: datetime,
    why: str = "",
    new: bool = False,
) -> Defined:
    """Make the objective that a document describes, or change the one of its name.

    With `new`, a name that is taken is refused.
    """
    there = standing(workspace_id=workspace_id)
    try:
        definition = queries.read(document)
    except rubric.Defects as found:
        raise Defective(found.defects) from found
    if defects := there.defects(definition):
        raise Defective(defects)
    if new and definition.name in there.owners:
        raise Unfit("name", _("An objective has this name: choose another name."))
    return keep(
        workspace_id=workspace_id, definition=definition, by=by, now=now, why=why
    )


@transaction.atomic
def keep(
    *,
    workspace_id: int,
    definition: Definition,
    by: AbstractBaseUser,
    now: datetime,
    why: str,
) -> Defined:
    """Keep a definition that fits: as a new objective, or a new version of it."""
    slos = Slo.objects.filter(workspace_id=workspace_id, name=definition.name)
    slo = slos.first() or _made(workspace_id, definition)
    before = SloVersion.objects.filter(slo=slo).order_by("-number").first()
    outcome = _outcome(slo, before, definition)
    if outcome == "unchanged":
        return Defined(id=slo.pk, name=slo.name, outcome=outcome)
    SloVersion.objects.filter(slo=slo, ended_at=None).update(ended_at=now)
    slos.update(category=definition.category.value, retired_at=None)
    watching.end(slo_id=slo.pk, because=SloEnd.CHANGED, now=now)
    counts_from = (now - _COUNTED_BACK).date()
    document = service_levels.dump(definition)
    SloVersion.objects.create(
        slo=slo,
        number=before.number + 1 if before else 1,
        document=document,
        made_by_id=by.pk,
        made_at=now,
        why=why.strip(),
        counts_from=counts_from,
    )
    counting.forget(slo_id=slo.pk, start=midnight(counts_from))
    journal.record(
        workspace_id=workspace_id,
        verb=f"slo.{outcome}",
        target=("slo", slo.pk),
        by=by,
        at=now,
        detail={"name": slo.name},
        why=why.strip(),
        before=before.document if before else None,
        after=document,
    )
    return Defined(id=slo.pk, name=slo.name, outcome=outcome)


def _made(workspace_id: int, definition: Definition) -> Slo:
    services = Service.objects.filter(workspace_id=workspace_id)
    return Slo.objects.create(
        workspace_id=workspace_id,
        service=services.get(key=definition.service),
        name=definition.name,
        category=definition.category.value,
    )


def _outcome(slo: Slo, before: SloVersion | None, definition: Definition) -> str:
    if before is None:
        return "made"
    if slo.retired_at is not None:
        return "resumed"
    same = queries.read(before.document) == definition
    return "unchanged" if same else "changed"


@transaction.atomic
def retire(
    *, workspace_id: int, slo_id: int, why: str, by: AbstractBaseUser, now: datetime
) -> None:
    """Promise it no longer; its history stays."""
    why = why.strip()
    if not why:
        raise Unfit("why", _("Say why it is retired: others will ask."))
    rows = Slo.objects.select_for_update().filter(workspace_id=workspace_id)
    slo = rows.filter(pk=slo_id).first()
    if slo is None:
        raise NoSuchSlo(_("This objective does not exist (any more)."))
    if slo.retired_at is not None:
        return
    slo.retired_at = now
    slo.save(update_fields=["retired_at"])
    SloVersion.objects.filter(slo=slo, ended_at=None).update(ended_at=now)
    watching.end(slo_id=slo.pk, because=SloEnd.RETIRED, now=now)
    journal.record(
        workspace_id=workspace_id,
        verb="slo.retired",
        target=("slo", slo.pk),
        by=by,
        at=now,
        detail={"name": slo.name},
        why=why,
    )
