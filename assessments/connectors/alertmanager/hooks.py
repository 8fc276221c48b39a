"""How Alertmanager pushes: a receiver of the kind webhook, which tells of a group."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.alertmanager.parsing import kept_of, payload, stamp
from assessments.connectors.base import Fields, Garbled
from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Push
from assessments.connectors.base.signing import check_password, check_token
from assessments.connectors.lists import field, moment_of

if TYPE_CHECKING:
    from assessments.connectors.base import Payload, Source
    from assessments.connectors.base.hooking import Delivery
    from scoring.events import Json

_VERSION = "4"
# What tells a notice of an alert from another one of it.
_TELLING = ("fingerprint", "status", "startsAt")
_FIRING = "firing"
_RESOLVED = "resolved"


class AlertmanagerHooks:
    """Notices of version 4, which bear the secret as a token or as a password."""

    set_up: ClassVar[str] = (
        "In the configuration of Alertmanager, give a receiver a webhook_config with"
        " this address as url, send_resolved on, and in http_config an authorization"
        " with the secret as credentials, or a basic_auth with it as password."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what does not bear the secret."""
        if delivery.headers.get("authorization", "").lower().startswith("basic "):
            check_password(delivery, secret=secret)
        else:
            check_token(delivery, header="authorization", secret=f"Bearer {secret}")

    def identity(self, delivery: Delivery) -> str:
        """Return a name for the group and the alerts it tells of, as they stand.

        A notice is sent again as long as its alerts fire, and after an answer that
        was late; these are the same.
        """
        try:
            notice = body_of(delivery)
            told: list[Json] = [
                [each.text_or_none(name) for name in _TELLING]
                for each in notice.list_of("alerts")
            ]
            said = json.dumps([notice.text("groupKey"), notice.text("status"), told])
        except Garbled:
            return ""  # which reading it will complain of
        return hashlib.sha256(said.encode()).hexdigest()

    def read(self, delivery: Delivery, source: Source) -> Push:  # noqa: ARG002 -- of the protocol
        """Return the alerts that a notice tells of."""
        notice = body_of(delivery)
        version = notice.text("version")
        if version != _VERSION:
            raise Garbled(f"body.version: {version[:20]!r} is not {_VERSION}")
        return Push(payloads=tuple(map(_payload, notice.items("alerts"))))


def _payload(row: Json) -> Payload:
    """Return an alert as it is kept; one that ended says when."""
    status = Fields(row, "body.alerts").text("status")
    if status not in {_FIRING, _RESOLVED}:
        raise Garbled(f"body.alerts.status: {status[:20]!r} is none that we know")
    alert = kept_of(row)
    if status == _FIRING:
        return payload(alert)
    ended = moment_of(field(row, "endsAt"))
    return payload(alert, ended=stamp(ended) if ended else field(row, "endsAt"))
