"""What pages say about corrections: `{% correction_note cycle.id %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from assessments.access import Verb
from assessments.queries import revisions

if TYPE_CHECKING:
    from django.template import Context

register = template.Library()


@register.inclusion_tag("signing/note.html", takes_context=True)
def correction_note(
    context: Context, cycle_id: int, *, actions: bool = False
) -> dict[str, object]:
    """Say what the cycle corrects and what corrects it; with actions, what to do."""
    me = context["me"]
    return {
        "me": me,
        "cycle_id": cycle_id,
        "correction": revisions.correction(cycle_id=cycle_id),
        "actions": actions,
        "may_run": me.may(Verb.RUN_CYCLE),
        "may_audit": me.may(Verb.AUDIT),
    }
