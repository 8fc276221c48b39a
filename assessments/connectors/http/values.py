"""What goes into the client and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessments.connectors.base import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json


class Denied(Refused):
    """The platform answered with an error that trying again will not mend."""

    def __init__(self, sentence: str, *, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, how often to try, how much to take."""

    attempts: int = 4
    first_pause_seconds: float = 1.0
    # A platform that asks for more is left alone; the next synchronization goes on.
    longest_pause_seconds: float = 20.0
    timeout_seconds: float = 20.0
    # For a whole answer, however slowly it drips.
    answer_seconds: float = 120.0
    most_bytes: int = 20_000_000
    most_pages: int = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One JSON answer, and where the next page of it is."""

    body: Json
    url: str
    next_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    # The platform says that nothing changed since the marks given; there is no body.
    unchanged: bool = False


def refuse_odd_secret(secret: str | None) -> None:
    """Refuse a credential that no header could carry."""
    if secret and not all("!" <= letter <= "~" for letter in secret):
        raise Refused(
            "The credential has characters that none has (a space, a line break);"
            " copy it again."
        )
