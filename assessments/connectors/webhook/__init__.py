"""Whatever pushes JSON: a mapping says what its payloads tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.mapping import Sent
from assessments.connectors.webhook.hooks import Hooks

if TYPE_CHECKING:
    from assessments.connectors.base import hooking


class Webhook(Sent):
    """Takes JSON from platforms that have no connector of their own."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Webhook of any platform"
    reads: ClassVar[str] = (
        "JSON that a platform sends, such as ServiceNow, incident.io, Datadog or"
        " Sentry. You say what it means, and see the result at once."
    )
    hooks: ClassVar[hooking.Hooks] = Hooks()
