"""Evidently's reports, as `save_json` writes them: drift, performance, fairness."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Fields
from assessments.connectors.evidently.report import kept_of, signals
from assessments.connectors.evidently.rules import RULE_FIELDS
from assessments.connectors.files import Files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Payload, RuleField, Source
    from scoring.events import Event, Json


class Evidently(Files):
    """Reads reports of Evidently 0.7 and newer."""

    kind: ClassVar[str] = "evidently"
    label: ClassVar[str] = "Evidently reports (files)"
    family: ClassVar[str] = "models"
    reads: ClassVar[str] = (
        "Reports on drift, performance and fairness as signals about models."
    )
    rule_fields: ClassVar[tuple[RuleField, ...]] = RULE_FIELDS

    def kept(self, content: Json) -> dict[str, Json] | None:
        """Return the metrics and tests of a report; None: it is none."""
        return kept_of(content)

    def parse(self, payload: Payload, source: Source) -> Iterator[Event]:
        """Yield the signals of a report."""
        body = Fields(payload.body, "")
        yield from signals(body.fields("content"), body.text("file"), source)
