"""What the results pages share: the cycle asked for, and what the reader may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from assessments import access
from assessments.access import Verb
from assessments.queries import results as queries

if TYPE_CHECKING:
    from assessments.queries.members import Membership
    from assessments.queries.results import CriterionRow, Results


def found_results(me: Membership, cycle_id: int) -> Results:
    """Return the results of a cycle of this workspace, or 404."""
    found = queries.results_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def found_criterion(
    me: Membership, cycle_id: int, code: str
) -> tuple[Results, CriterionRow]:
    """Return a criterion with the results it stands in, or 404."""
    found = found_results(me, cycle_id)
    row = found.criterion(code)
    if row is None:
        raise Http404
    return found, row


def may(me: Membership) -> dict[str, bool]:
    """Return what the reader's role opens, by the verb's name."""
    return {verb.value: access.allows(me.role, verb) for verb in Verb}
