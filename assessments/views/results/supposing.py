"""Page: which levels would change if something else were measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import render
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.forms.what_if import Asked, WhatIf, written
from assessments.services import supposing, trending
from assessments.views.doors import door
from assessments.views.results.shared import found_results

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from assessments.queries.members import Membership
    from assessments.services.supposing import Lever, Step, Supposition


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A metric with its fields, and a link for each line that it could reach."""

    lever: Lever
    value: BoundField
    unit: BoundField
    unit_only: _StrPromise | str | None  # where there is no other
    steps: list[tuple[Step, str]]


@door(Verb.READ)
@require_GET
def what_if(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Suppose other measurements; all of it is in the address, nothing is kept."""
    found = found_results(me, cycle_id)
    measured = supposing.measured_of(cycle_id=cycle_id)
    levers = measured.levers() if measured else []
    form = WhatIf(
        request.GET or None,
        asked=[
            Asked(key=_key(one), label=one.name, unit=one.now.unit) for one in levers
        ],
    )
    supposed: Supposition | None = None
    if measured and form.is_valid() and (values := form.values()):
        supposed = measured.suppose(
            {
                (one.lane, one.metric): values[_key(one)]
                for one in levers
                if _key(one) in values
            }
        )
    return render(
        request,
        "results/what_if.html",
        {
            "me": me,
            "head": found.header,
            "results": found,
            "form": form,
            "lanes": _by_lane(form, levers),
            "supposed": supposed,
        },
    )


def _key(lever: Lever) -> str:
    return f"{lever.lane}.{lever.metric}"


def _by_lane(form: WhatIf, levers: list[Lever]) -> list[tuple[str, list[_Row]]]:
    rows: dict[str, list[_Row]] = {}
    for lever in levers:
        rows.setdefault(lever.lane, []).append(_row(form, lever))
    labels = trending.LABELS.items()
    return [(str(label), rows[lane]) for lane, label in labels if lane in rows]


def _row(form: WhatIf, lever: Lever) -> _Row:
    key = _key(lever)
    # A step is one click: what is supposed of other metrics stays in the address.
    asked = {name: form.data[name] for name in form.data if form.data.get(name)}
    return _Row(
        lever=lever,
        value=form[key],
        unit=form[f"{key}.unit"],
        unit_only=form.only_unit(key),
        steps=[
            (step, f"?{urlencode(asked | _said(key, step, lever))}#changes")
            for step in lever.steps
        ],
    )


def _said(key: str, step: Step, lever: Lever) -> dict[str, str]:
    said = written(step.value, lever.now.unit)
    return {key: said["value"], f"{key}.unit": said["unit"]}
