"""How PagerDuty pushes: webhooks of version 3. Each is a knock at its incident."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Garbled
from assessments.connectors.base.deliveries import body_of, identity_in
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.signing import check_signature
from assessments.connectors.pagerduty.reading import INCIDENTS

if TYPE_CHECKING:
    from assessments.connectors.base import Fields, Source
    from assessments.connectors.base.hooking import Delivery

_OF_INCIDENTS = "incident."


class PagerDutyHooks:
    """Webhooks of version 3, signed with a secret that PagerDuty makes up."""

    set_up: ClassVar[str] = (
        "In PagerDuty: Integrations, Generic Webhooks (v3), New Webhook, with this"
        " address and the events of incidents. PagerDuty then shows a secret once:"
        " enter it here."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what none of the signatures is right for."""
        check_signature(
            delivery, header="x-pagerduty-signature", secret=secret, before="v1="
        )

    def identity(self, delivery: Delivery) -> str:
        """Return the id of the event, which stays when it is sent again."""
        try:
            return body_of(delivery).fields("event").text("id")
        except Garbled:
            return ""

    def read(self, delivery: Delivery, source: Source) -> Push:  # noqa: ARG002 -- of the protocol
        """Return the incident to read again."""
        event = body_of(delivery).fields("event")
        if not event.text("event_type").startswith(_OF_INCIDENTS):
            return Push()
        identity = _incident(event.fields("data"))
        return Push(knocks=(Knock(listing=INCIDENTS, identity=identity),))


def _incident(data: Fields) -> str:
    """Return the incident that an event is about; of a note or a responder: its own."""
    return identity_in(data.fields("incident") if "incident" in data else data, "id")
