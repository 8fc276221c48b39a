"""Whether everything that was sealed in a workspace still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import Cycle
from assessments.queries import journal
from assessments.services import file_store, verifying

if TYPE_CHECKING:
    from collections.abc import Iterator


def troubles(*, workspace_id: int) -> Iterator[str]:
    """Verify every scored cycle, the journal and the files of evidence."""
    mine = set(
        Cycle.objects.filter(workspace_id=workspace_id).values_list("pk", flat=True)
    )
    for cycle_id in verifying.cycle_ids():
        if cycle_id in mine:
            for difference in verifying.verify(cycle_id=cycle_id).differences:
                yield f"cycle {cycle_id}: {difference}"
    for problem in journal.verify(workspace_id=workspace_id).problems:
        yield f"journal, {problem}"
    for trouble in file_store.troubles():
        if trouble.workspace_id == workspace_id:
            yield f"file {trouble.sha256} {trouble.sentence}"
