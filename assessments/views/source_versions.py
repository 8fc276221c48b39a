"""Pages: the versions of the rules of a source, and putting one back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.queries import rule_versions
from assessments.services import sources as services
from assessments.services.refusals import Refusal
from assessments.views import movements
from assessments.views.doors import caller, door
from assessments.views.sources import ask, found_source
from assessments.views.telling import rule_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.rule_versions import VersionRow
    from assessments.views.telling import RuleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version in words: who made it, and what is otherwise than before."""

    number: int
    made_by: str
    made_at: datetime
    note: str
    differences: list[str]
    moved: list[str]

    @property
    def is_first(self) -> bool:
        """Whether there is none before it."""
        return self.number == 1


@require_GET
@door(Verb.READ)
def versions(request: HttpRequest, me: Membership, source_id: int) -> HttpResponse:
    """List what the rules were, version by version."""
    row = found_source(me, source_id)
    kind = services.kind_kept(row.kind)
    found = rule_versions.version_rows(source_id=source_id)
    told = [rule_rows(kind.rule_fields, one.rules) for one in found]
    pairs = [*pairwise(told), (told[-1], [])] if told else []
    return render(
        request,
        "sources/versions.html",
        {
            "me": me,
            "source": row,
            "versions": [
                _version(one, after, before)
                for one, (after, before) in zip(found, pairs, strict=True)
            ],
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@require_POST
@door(Verb.CONNECT)
def put_back(
    request: HttpRequest, me: Membership, source_id: int, number: int
) -> HttpResponse:
    """Put the rules of a version in force again; that is a version of its own."""
    row = found_source(me, source_id)
    found = rule_versions.version_row(source_id=source_id, number=number)
    if found is None:
        raise Http404
    known = {field.name for field in services.kind_kept(row.kind).rule_fields}
    try:
        services.change(
            workspace_id=me.workspace_id,
            source_id=source_id,
            name=row.name,
            address=row.address,
            rules={name: rule for name, rule in found.rules.items() if name in known},
            every_minutes=row.every_minutes,
            by=caller(request),
            now=timezone.now(),
            note=_("Version {number} put back").format(number=number),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("source_versions", me.workspace_slug, source_id)
    if not row.pushed and not row.paused:
        ask(source_id)
    said = _("Version {number} is in force again; everything is counted by it.")
    messages.success(request, said.format(number=number))
    return redirect("source_versions", me.workspace_slug, source_id)


def _version(one: VersionRow, after: list[RuleRow], before: list[RuleRow]) -> Version:
    return Version(
        number=one.number,
        made_by=one.made_by,
        made_at=one.made_at,
        note=one.note,
        differences=_differences(before, after) if before else [],
        moved=movements.sentences(one.moved),
    )


def _differences(before: Iterable[RuleRow], after: Iterable[RuleRow]) -> list[str]:
    """Return in words what is otherwise, rule by rule."""
    return [
        _difference(old, new)
        for old, new in zip(before, after, strict=True)
        if old.values != new.values
    ]


def _difference(old: RuleRow, new: RuleRow) -> str:
    if len(old.values) == len(new.values) == 1:
        return _("{rule}: {before} → {after}").format(
            rule=new.label, before=old.values[0], after=new.values[0]
        )
    added = [each for each in new.values if each not in old.values]
    removed = [each for each in old.values if each not in new.values]
    parts = [
        said.format(values=", ".join(values))
        for said, values in (
            (_("added {values}"), added),
            (_("removed {values}"), removed),
        )
        if values
    ]
    changed = "; ".join(parts) or _("in another order")
    return _("{rule}: {changed}").format(rule=new.label, changed=changed)


urlpatterns: list[URLPattern] = [
    path("<int:source_id>/rules/versions/", versions, name="source_versions"),
    path(
        "<int:source_id>/rules/versions/<int:number>/back/",
        put_back,
        name="source_version_back",
    ),
]
