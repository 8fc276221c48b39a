"""What a platform pushes to us, and what a connector makes of it.

A connector that can be pushed to has `hooks`; the rest of the product keeps deliveries,
refuses those that come twice, and lets a worker do what they ask for. A delivery that
names rows is a knock: the rows are read again from the platform, so that what is kept
is the same whether it was pushed or polled. A platform that pushes everything there is
to know brings payloads as polling would have brought them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from assessments.connectors.base.errors import ConnectorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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
    """A row to read again: the list that holds it, and its identity there.

    Without an identity it stands for the whole list: polling is asked for at once.
    """

    listing: str
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A row that was read again: what polling would have brought of it."""

    knock: Knock
    payloads: tuple[Payload, ...] = ()
    # Why it could not be read, where nothing but a person can change that.
    refusal: str = ""


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
        """Return what the platform calls this delivery, if the signature covers it.

        "" otherwise: then the digest of the body stands for it. A name that anybody
        may change would let an old body in again.
        """
        ...

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return what the delivery brings; raise Garbled where it makes no sense."""
        ...


@runtime_checkable
class Rereads(Protocol):
    """A connector that can read single rows again, as polling would read them."""

    def fetch_rows(
        self, source: Source, knocks: Sequence[Knock], *, now: datetime
    ) -> Iterator[Reread]:
        """Yield each row that there is; may raise Refused or Unreachable."""
        ...
