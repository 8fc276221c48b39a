"""How Jira pushes: webhooks on issues. Each is a knock at its issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of, identity_in
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import SignedBody
from assessments.connectors.jira.reading import ISSUES

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery


class JiraHooks(SignedBody):
    """Webhooks on issues, signed with the secret that is entered beside them."""

    header: ClassVar[str] = "x-hub-signature"
    set_up: ClassVar[str] = (
        "In Jira: Settings, System, WebHooks, with this address, the secret, and Issue"
        " created, updated and deleted; a JQL filter such as project = OPS keeps it"
        " small."
    )

    def read(self, delivery: Delivery, source: Source) -> Push:  # noqa: ARG002 -- of the protocol
        """Return the issue to read again; what is about none is of no interest."""
        body = body_of(delivery)
        if "issue" not in body:
            return Push()
        identity = identity_in(body.fields("issue"), "id")
        return Push(knocks=(Knock(listing=ISSUES, identity=identity),))
