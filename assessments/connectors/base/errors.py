"""What may go wrong with a source, named by what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


class ConnectorError(Exception):
    """Something went wrong with a source; `sentence` is fit for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unreachable(ConnectorError):
    """The platform does not answer at the moment: try again, after a pause."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Refused(ConnectorError):
    """Trying again will not help: the sentence says what a person has to change."""


class PartlyRefused(Refused):
    """Something was shut, and everything else was read."""


class Garbled(ConnectorError):
    """A payload cannot be understood; `reason` names the field."""

    @property
    def reason(self) -> str:
        """Which field, and why."""
        return self.sentence
