"""How Azure DevOps pushes: a service hook says that there is something to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.signing import check_password

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery

_LISTS = {
    "build.complete": "builds",
    "git.push": "commits",
    "git.pullrequest.merged": "pulls",
    "ms.vss-pipelines.run-state-changed-event": "builds",
    "ms.vss-pipelines.stage-state-changed-event": "builds",
    "ms.vss-release.deployment-completed-event": "releases",
}


class AzureDevOpsHooks:
    """Service hooks of a project; they bear a password, and sign nothing."""

    set_up: ClassVar[str] = (
        "In Azure DevOps: Project settings, Service hooks, Create subscription, Web"
        " Hooks, once for each of Build completed, Code pushed, Pull request merge"
        " attempted, Run state changed and Release deployment completed; with this"
        " address, any user name, and this secret as the password."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what does not bear the password."""
        check_password(delivery, secret=secret)

    def identity(self, delivery: Delivery) -> str:  # noqa: ARG002 -- of the protocol
        """Say that nothing is vouched for."""
        return ""

    def read(self, delivery: Delivery, source: Source) -> Push:  # noqa: ARG002 -- of the protocol
        """Return the list to read."""
        listing = _LISTS.get(body_of(delivery).text("eventType"))
        return Push(knocks=(Knock(listing=listing),)) if listing else Push()
