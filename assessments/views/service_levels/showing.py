"""Pages: all objectives, one of them, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import service_levels as charts
from assessments.forms.service_level_acts import Retire
from assessments.queries import service_levels as rows
from assessments.services import documents
from assessments.views.doors import door
from assessments.views.figure_files import figure_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    from assessments.charts.figures import Figure
    from assessments.queries.members import Membership
    from assessments.queries.service_levels import SloRow

HISTORY_DAYS = 56
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An objective in the list, with how its budget went."""

    row: SloRow
    went: str
    spark: SafeString


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One kind of promises; the two are never added together."""

    key: str
    label: str
    lines: tuple[Line, ...]


@door(Verb.READ, somewhere=True)
@require_GET
def service_levels(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what is promised and what is left, software and model quality apart."""
    retired = "retired" in request.GET
    found = rows.slos(
        workspace_id=me.workspace_id,
        now=timezone.now(),
        reach=me.reach(Verb.READ),
        retired=retired,
    )
    return render(
        request,
        "service_levels/list.html",
        {
            "me": me,
            "groups": _groups(found),
            "spent": sum(row.state == "spent" for row in found),
            "burning": sum(bool(row.burning) for row in found),
            "unknown": sum(row.state == "unknown" for row in found),
            "total": len(found),
            "retired": retired,
            "may_plan": me.standing.may_somewhere(Verb.PLAN),
            "may_read_in": me.may(Verb.PLAN),
        },
    )


@door(Verb.READ, somewhere=True)
@require_GET
def service_levels_file(request: HttpRequest, me: Membership) -> HttpResponse:  # noqa: ARG001  # a view's signature
    """Give every objective in force as OpenSLO."""
    found = rows.slos(
        workspace_id=me.workspace_id,
        now=timezone.now(),
        reach=me.reach(Verb.READ),
        days=(),
    )
    return _yaml(found, f"service-levels-{me.workspace_slug}")


@door(Verb.READ, somewhere=True)
@require_GET
def service_level(request: HttpRequest, me: Membership, slo_id: int) -> HttpResponse:
    """Show one objective: its budget, how fast it goes, and what was bad."""
    return page(request, me, slo_id, None)


def page(
    request: HttpRequest, me: Membership, slo_id: int, retire: Retire | None
) -> HttpResponse:
    """Render the page of an objective; with a form that was refused, as such."""
    now = timezone.now()
    row = one(me, slo_id, now)
    start, end = row.budget.start, row.budget.as_of
    return render(
        request,
        "service_levels/one.html",
        {
            "me": me,
            "row": row,
            "figures": _figures(me, row, now),
            "bad": rows.bad_events(
                service_id=row.service_id,
                definition=row.definition,
                start=start,
                end=end,
            ),
            "burns": rows.burn_rows(slo_ids=[slo_id]).get(slo_id, ())[:20],
            "versions": rows.versions(slo_id=slo_id),
            "policy": rows.policies()[row.definition.alerts],
            "may_plan": me.standing.may(Verb.PLAN, at=row.scope_path),
            "retire": retire or Retire(),
        },
        status=422 if retire else 200,
    )


@door(Verb.READ, somewhere=True)
@require_GET
def service_level_file(
    request: HttpRequest,  # noqa: ARG001  # a view's signature
    me: Membership,
    slo_id: int,
) -> HttpResponse:
    """Give one objective as OpenSLO."""
    row = one(me, slo_id, timezone.now())
    return _yaml([row], row.name)


@door(Verb.READ, somewhere=True)
@require_GET
def service_level_figure(
    request: HttpRequest,  # noqa: ARG001  # a view's signature
    me: Membership,
    slo_id: int,
    name: str,
) -> HttpResponse:
    """Give the numbers of one figure."""
    now = timezone.now()
    return figure_file(_figures(me, one(me, slo_id, now), now), name)


def one(me: Membership, slo_id: int, now: datetime, verb: Verb = Verb.READ) -> SloRow:
    """Return an objective where the person may do this, or a 404."""
    found = rows.slo(
        workspace_id=me.workspace_id, slo_id=slo_id, now=now, reach=me.reach(verb)
    )
    if found is None:
        raise Http404
    return found


def _figures(me: Membership, row: SloRow, now: datetime) -> list[Figure]:
    history = rows.history(slo_id=row.id, days=_days(now), now=now)
    return [
        figure.leading_to(
            csv=reverse(
                "service_level_figure", args=[me.workspace_slug, row.id, figure.name]
            )
        )
        for figure in charts.figures(row, history)
    ]


def _days(now: datetime) -> list[date]:
    return [now.date() - back * _DAY for back in range(HISTORY_DAYS - 1, -1, -1)]


def _groups(found: Iterable[SloRow]) -> list[Group]:
    labels = (("software", _("Software")), ("model-quality", _("Model quality")))
    lines = [_line(row) for row in sorted(found, key=_worst_first)]
    groups = (
        Group(
            key=key,
            label=label,
            lines=tuple(line for line in lines if line.row.category == key),
        )
        for key, label in labels
    )
    return [group for group in groups if group.lines]


def _worst_first(row: SloRow) -> tuple[bool, float, str]:
    """Sort by what is left; what is unknown comes before what is well."""
    left = row.budget.left
    return (not row.burning, 0.0 if left is None else left, row.name)


def _line(row: SloRow) -> Line:
    drawn = charts.spark(row.history)
    return Line(
        row=row,
        went=charts.went(row.history),
        spark=mark_safe(drawn),  # noqa: S308  # every text in it is escaped by charts.svg
    )


def _yaml(found: list[SloRow], name: str) -> HttpResponse:
    text = documents.write_all(rows.documents(slos=found))
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return answer
