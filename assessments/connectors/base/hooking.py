"""What a platform pushes to us, and what a connector makes of it.

A connector that can be pushed to has `hooks`; the rest of the product keeps deliveries,
refuses those that come twice, and lets a worker do what they ask for. A delivery that
names rows is a knock: the rows are read again from the platform, so that what is kept
is the same whether it was pushed or polled. A platform that pushes everything there is
to know brings payloads as polling would have brought them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from assessments.connectors.base.errors import ConnectorError

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base.values import Payload, Source


class Forged(ConnectorError):
    """The delivery does not bear the secret of its source, or bears an old moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request as it came; names of headers are in small letters."""

    headers: Mapping[str, str]
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A row to read again: the list that holds it, and its identity there."""

    listing: str
    identity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What a delivery brings; nothing where it is of no interest."""

    payloads: tuple[Payload, ...] = ()
    knocks: tuple[Knock, ...] = ()


class Hooks(Protocol):
    """How a platform pushes."""

    # What to set up over there, in one or two sentences.
    set_up: ClassVar[str]

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Raise Forged unless the delivery bears the secret; in constant time."""
        ...

    def identity(self, delivery: Delivery) -> str:
        """Return what the platform calls this delivery; "" where it has no name."""
        ...

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return what the delivery brings; raise Garbled where it makes no sense."""
        ...
