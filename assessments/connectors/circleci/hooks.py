"""How CircleCI pushes: the end of a workflow or a job is a knock at its pipeline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Garbled
from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import SignedBody
from assessments.connectors.circleci.address import project

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery

_ENDED = frozenset({"workflow-completed", "job-completed"})
_ID = re.compile(r"^[0-9a-fA-F-]{36}$")


class CircleCIHooks(SignedBody):
    """Outbound webhooks of a project."""

    header: ClassVar[str] = "circleci-signature"
    before: ClassVar[str] = "v1="
    set_up: ClassVar[str] = (
        "On CircleCI: Project settings, Webhooks, Add webhook, with this address, this"
        " secret as the secret token, and the events Workflow completed and Job"
        " completed."
    )

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return the pipeline to read again; other projects are of no interest."""
        body = body_of(delivery)
        if body.text("type") not in _ENDED:
            return Push()
        told = body.fields("project").text_or_none("slug") or ""
        name = told.partition("/")[2].lower()
        if name and name != project(source).name.lower():
            return Push()
        identity = body.fields("pipeline").text("id")
        if not _ID.match(identity):
            raise Garbled("pipeline.id: is none")
        return Push(knocks=(Knock(listing="pipelines", identity=identity),))
