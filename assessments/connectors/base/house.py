"""What a server's operator decided on outgoing requests, and who counts them.

Connectors know neither settings nor tables: a service hands them this with the source.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an answer told of how often may be asked."""

    # How many requests there are in a window, how many are left, and until when.
    most: int | None = None
    remaining: int | None = None
    resets_in: timedelta | None = None
    # The platform wants to be left alone for so long.
    pause: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Not now: for how long, and after how many failures; none: a limit is met."""

    pause: timedelta
    failures: int = 0


class Ledger(Protocol):
    """What all workers know together of a host, and of one credential's limit there."""

    def ask(self, host: str) -> Wait | None:
        """Take one request out of what is left; a Wait is a no."""
        ...

    def answered(self, host: str, limits: Limits) -> None:
        """Write down that the host answered, and what it told."""
        ...

    def failed(self, host: str) -> None:
        """Write down that the host did not answer, or had trouble of its own."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The rules of this server for outgoing requests."""

    # Names and patterns of hosts that may be asked; none: any.
    hosts: tuple[str, ...] = ()
    ledger: Ledger | None = None


FREE = House()
