"""How Opsgenie pushes: an outgoing webhook with a header that holds the secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of, identity_in
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.signing import check_token
from assessments.connectors.opsgenie.reading import INCIDENTS

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery

_HEADER = "x-compel-secret"


class OpsgenieHooks:
    """Outgoing webhooks; Opsgenie signs nothing, so a header bears the secret."""

    set_up: ClassVar[str] = (
        "In Opsgenie: Settings, Integrations, Webhook, with this address, the actions"
        " of incidents, and a custom header X-Compel-Secret with the secret."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what does not bear the secret."""
        check_token(delivery, header=_HEADER, secret=secret)

    def identity(self, delivery: Delivery) -> str:  # noqa: ARG002 -- of the protocol
        """Return no name: nothing is signed."""
        return ""

    def read(self, delivery: Delivery, source: Source) -> Push:  # noqa: ARG002 -- of the protocol
        """Return the incident to read again; without its id, the whole list."""
        body = body_of(delivery)
        if "incident" not in body:
            return Push()
        incident = body.fields("incident")
        named = next((name for name in ("id", "incidentId") if name in incident), None)
        identity = identity_in(incident, named) if named else ""
        return Push(knocks=(Knock(listing=INCIDENTS, identity=identity),))
