"""How Jira pushes: webhooks on issues. Each is a knock at its issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.signing import check_signature
from assessments.connectors.jira.reading import ISSUES

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery


class JiraHooks:
    """Webhooks on issues, signed with the secret that is entered beside them."""

    set_up: ClassVar[str] = (
        "In Jira: Settings, System, WebHooks, with this address, the secret, and Issue"
        " created, updated and deleted; a JQL filter such as project = OPS keeps it"
        " small."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what is not signed with the secret."""
        check_signature(
            delivery, header="x-hub-signature", secret=secret, before="sha256="
        )

    def identity(self, delivery: Delivery) -> str:  # noqa: ARG002 -- of the protocol
        """Return no name: the one that Jira gives is not signed."""
        return ""

    def read(self, delivery: Delivery, source: Source) -> Push:  # noqa: ARG002 -- of the protocol
        """Return the issue to read again; what is about none is of no interest."""
        body = body_of(delivery)
        if "issue" not in body:
            return Push()
        identity = body.fields("issue").text("id")
        return Push(knocks=(Knock(listing=ISSUES, identity=identity),))
