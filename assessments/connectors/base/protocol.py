"""The protocol that every connector keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base.rules import RuleField
    from assessments.connectors.base.values import (
        Page,
        Payload,
        Plain,
        Preview,
        Source,
    )
    from scoring.events import Event


# Where code is kept, what builds and deploys it, what breaks and who is told of it,
# what trains and registers models.
FAMILIES = ("code", "pipelines", "incidents", "models", "push")


class Connector(Protocol):
    """One kind of platform."""

    kind: ClassVar[str]
    label: ClassVar[str]
    # Which of FAMILIES it is offered among, and in one sentence what it reads.
    family: ClassVar[str]
    reads: ClassVar[str]
    # What the page asks: labels and help of the address and of the credential.
    address_label: ClassVar[str]
    address_help: ClassVar[str]
    secret_label: ClassVar[str]
    secret_help: ClassVar[str]
    rule_fields: ClassVar[tuple[RuleField, ...]]

    def check(self, source: Source) -> None:
        """Refuse an address that nothing can come of, without asking anybody."""
        ...

    def test(self, source: Source, *, now: datetime) -> str:
        """Return one sentence on what was found; raise Refused or Unreachable."""
        ...

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield what is new since the cursor, page by page.

        May raise Refused or Unreachable between pages: what was yielded before it
        stands, and its cursor is where the next attempt starts.
        """
        ...

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events of a payload; raise Garbled before the first of them."""
        ...

    def preview(self, source: Source, *, now: datetime) -> Preview:
        """Return what the source's rules would count and leave out, each with why."""
        ...
