"""Rules: a criterion of the edition and its measurements in, a proposal out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The level that telemetry proposes for a criterion.

    `level` is None when it is unknown; `because` says why in sentences either way.
    """

    criterion: str
    topic: str
    level: Decimal | None
    because: tuple[str, ...] = ()
