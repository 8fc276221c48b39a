"""What connectors do alike whose payloads are sent to us, and read by a mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Garbled, Page, Preview, Refused
from assessments.connectors.mapping.applying import events_of
from assessments.connectors.mapping.shape import Flawed, stored
from assessments.connectors.mapping.trimming import LEFT_OUT, kept_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Plain, RuleField, Source
    from assessments.connectors.mapping.shape import Mapped
    from scoring.events import Event, Json

# The rule of a source that holds its mapping.
RULE = "mapping"


class Sent:
    """Asks nobody: payloads come by themselves, and a mapping says what of."""

    kind: ClassVar[str]
    label: ClassVar[str]
    family: ClassVar[str] = "push"
    reads: ClassVar[str]
    # Nothing is asked at any address, so nothing is asked about one.
    address_label: ClassVar[str] = ""
    address_help: ClassVar[str] = ""
    secret_label: ClassVar[str] = ""
    secret_help: ClassVar[str] = ""
    rule_fields: ClassVar[tuple[RuleField, ...]] = ()

    def check(self, source: Source) -> None:
        """Refuse an address: whoever gives one expects it to be read."""
        if source.address:
            raise Refused("Nothing is fetched for this kind: leave the address empty.")

    def test(self, source: Source, *, now: datetime) -> str:  # noqa: ARG002 -- of the protocol
        """Say that there is nobody to ask."""
        return "Nothing is fetched: what is sent is read by the mapping."

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:  # noqa: ARG002 -- of the protocol
        """Yield nothing; the cursor says that today's mapping was applied."""
        yield Page(payloads=(), cursor={"applied": True}, doing="Nothing to fetch")

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the events that today's mapping finds; without one there are none."""
        mapped = _mapping_of(source)
        yield from events_of(mapped, payload.body) if mapped else ()

    def preview(self, source: Source, *, now: datetime) -> Preview:  # noqa: ARG002 -- of the protocol
        """Show nothing: a mapping is tried on what was received."""
        return Preview(
            counted=(), left_out=(), looked_at="A mapping is tried on its own page."
        )


def kept(body: dict[str, Json], source: Source) -> dict[str, Json]:
    """Return what is kept of a payload: no people, and nothing that is left out."""
    mapped = _mapping_of(source)
    return kept_of(body, mapped.leave_out if mapped else LEFT_OUT)


def _mapping_of(source: Source) -> Mapped | None:
    """Return the mapping of a source; none was written yet: None."""
    data = source.rules.get(RULE)
    if not data:
        return None
    try:
        return stored(data)
    except Flawed as flaw:
        raise Garbled(f"mapping: {flaw}") from None
