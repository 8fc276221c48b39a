"""What the form of a schedule offers: cycles, members and reports."""

from __future__ import annotations

from django.utils.translation import gettext as _

from assessments import access
from assessments.models import Cycle, CycleState, ScheduleTask
from assessments.queries import members
from assessments.queries.report_kinds import KINDS

TASKS = tuple(ScheduleTask.choices)


def cycle_choices(*, workspace_id: int) -> list[tuple[str, str]]:
    """Return the cycles that may be chosen: those that can still move."""
    found = Cycle.objects.filter(workspace_id=workspace_id).exclude(
        state=CycleState.LOCKED
    )
    named = found.order_by("-period_end", "-pk").values_list(
        "pk", "title", "scope__name"
    )
    return [
        ("", _("All open cycles")),
        *((str(pk), f"{title}, {scope}") for pk, title, scope in named),
    ]


def people_choices(*, workspace_id: int) -> list[tuple[str, str]]:
    """Return the members who may read reports, by name."""
    people = [
        (str(user.pk), user.get_full_name() or user.get_username())
        for user, standing in members.with_standing(workspace_id=workspace_id)
        if standing.may_somewhere(access.Verb.READ)
    ]
    return sorted(people, key=lambda one: one[1])


def report_choices() -> list[tuple[str, str]]:
    """Return the reports that can be made."""
    return [(kind.key, str(kind.label)) for kind in KINDS.values()]
