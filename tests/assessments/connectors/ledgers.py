"""A ledger that writes down what it is told, and says no when a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessments.connectors.base import Limits, Wait


@dataclass
class Ledger:
    """What the client asked and told, in its order."""

    waits: list[Wait | None] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)

    def ask(self, host: str) -> Wait | None:
        """Say what the test wants said next; yes without an end after that."""
        self.told.append(f"ask {host}")
        return self.waits.pop(0) if self.waits else None

    def answered(self, host: str, limits: Limits) -> None:
        """Keep what was told."""
        self.told.append(f"answered {host}")
        self.limits.append(limits)

    def failed(self, host: str) -> None:
        """Keep that it failed."""
        self.told.append(f"failed {host}")
