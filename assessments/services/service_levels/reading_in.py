"""Reading objectives in from OpenSLO: every one of a file, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.queries import service_levels as queries
from assessments.services import documents
from assessments.services.refusals import Refusal
from assessments.services.service_levels.defining import Defective, keep, standing
from scoring import rubric

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.services.documents import Document
    from assessments.services.service_levels.defining import Defined, Standing
    from scoring.events import Json
    from scoring.service_levels import Definition

_SLO, _SLI, _SERVICE = "SLO", "SLI", "Service"
MOST_DOCUMENTS = 1000


class NothingInIt(Refusal):
    """The file has no objective."""


class TooMuchInIt(Refusal):
    """The file has more documents than are read at once."""


@transaction.atomic
def read_in(
    *, workspace_id: int, text: str | bytes, by: AbstractBaseUser, now: datetime
) -> list[Defined]:
    """Define every objective of a file; with any defect none, and all are told."""
    found = documents.read_all(text)
    if len(found) > MOST_DOCUMENTS:
        raise TooMuchInIt(
            _("The file has more than %(most)s documents: read it in as several.")
            % {"most": MOST_DOCUMENTS}
        )
    there = standing(workspace_id=workspace_id)
    return [
        keep(
            workspace_id=workspace_id,
            definition=definition,
            by=by,
            now=now,
            why=_("Read in from an OpenSLO file."),
        )
        for definition in _definitions(found, there)
    ]


def _definitions(found: Sequence[Document], there: Standing) -> list[Definition]:
    indicators = _indicators(found)
    definitions: dict[str, Definition] = {}
    defects: list[rubric.Defect] = []
    said: list[str] = []
    for one in found:
        if one.plain.get("kind") in (_SLI, _SERVICE):
            continue  # the first are referred to; services are known here by their keys
        flaws: Sequence[rubric.Defect] = ()
        try:
            definition = queries.read(one.plain, indicators)
        except rubric.Defects as caught:
            flaws = caught.defects
        else:
            flaws = there.defects(definition)
            if definition.name in definitions:
                twice = _("`%(name)s` stands there twice") % {"name": definition.name}
                flaws = [*flaws, rubric.Defect("metadata.name", twice)]
            definitions[definition.name] = definition
        defects += flaws
        said += [one.located(flaw) for flaw in flaws]
    if defects:
        raise Defective(defects, said)
    if not definitions:
        raise NothingInIt(_("There is no document of kind SLO in this file."))
    return list(definitions.values())


def _indicators(found: Sequence[Document]) -> dict[str, Json]:
    named: dict[str, Json] = {}
    for one in found:
        head = one.plain.get("metadata")
        if one.plain.get("kind") == _SLI and isinstance(head, dict):
            named[str(head.get("name"))] = one.plain.get("spec")
    return named
