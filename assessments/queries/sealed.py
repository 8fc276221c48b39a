"""A locked cycle as the file that verifies without the product."""

from __future__ import annotations

import json

from assessments.models import Cycle, CycleState
from scoring import sealing


def sealed(*, workspace_id: int, cycle_id: int) -> str | None:
    """Return the exported text of a locked cycle; None if there is no such."""
    locked = Cycle.objects.filter(workspace_id=workspace_id, state=CycleState.LOCKED)
    found = (
        locked.filter(pk=cycle_id)
        .values_list("content", "content_sha256", "edition__document")
        .first()
    )
    if found is None:
        return None
    content, sha256, document = found
    plain = sealing.export(content=content, sha256=sha256, edition=document)
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
