"""What platforms push, for show: the address, and what came of it lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from assessments.models import Delivery, DeliveryState, Hook

if TYPE_CHECKING:
    from datetime import datetime

_RECENT = 20
_COUNTED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookRow:
    """The address of a source's deliveries, without its secret."""

    key: str
    made_at: datetime
    # The last request that did not bear the secret, and why it was turned away.
    refused_at: datetime | None
    refusal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One delivery, and what became of it."""

    id: int
    received_at: datetime
    state: str
    state_label: str
    reason: str
    # The rows that it named: "pulls 7".
    names: tuple[str, ...]
    # When it is tried again.
    next_attempt_at: datetime | None

    @property
    def tone(self) -> str:
        """How the state looks."""
        return _TONES.get(self.state, "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many deliveries of the last days are in a state."""

    state_label: str
    count: int


_TONES: dict[str, str] = {
    DeliveryState.DONE: "good",
    DeliveryState.IDLE: "good",
    DeliveryState.GARBLED: "bad",
    DeliveryState.LEFT: "warn",
}


def hook_row(*, source_id: int) -> HookRow | None:
    """Return where a source is pushed to; None: nowhere."""
    hook = Hook.objects.filter(source_id=source_id).defer("secret").first()
    if hook is None:
        return None
    return HookRow(
        key=hook.key,
        made_at=hook.made_at,
        refused_at=hook.refused_at,
        refusal=hook.refusal,
    )


def delivery_rows(*, source_id: int) -> list[DeliveryRow]:
    """Return the latest deliveries, newest first."""
    rows = Delivery.objects.filter(hook__source_id=source_id).defer("payloads")
    return [_delivery(row) for row in rows.order_by("-pk")[:_RECENT]]


def state_counts(*, source_id: int, now: datetime) -> list[StateCount]:
    """Return how many deliveries of the last seven days are in which state."""
    rows = Delivery.objects.filter(
        hook__source_id=source_id, received_at__gte=now - _COUNTED
    )
    counted = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return [
        StateCount(state_label=str(state.label), count=counted[state])
        for state in DeliveryState
        if state in counted
    ]


def _delivery(row: Delivery) -> DeliveryRow:
    waits = row.state == DeliveryState.WAITING and row.attempts
    return DeliveryRow(
        id=row.pk,
        received_at=row.received_at,
        state=row.state,
        state_label=row.get_state_display(),
        reason=row.reason,
        names=tuple(
            f"{each['listing']} {each['identity'][:12]}".strip() for each in row.knocks
        ),
        next_attempt_at=row.next_attempt_at if waits else None,
    )
