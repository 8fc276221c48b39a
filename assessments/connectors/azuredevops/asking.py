"""How Azure DevOps is asked, and what is kept of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming
from assessments.connectors.http import Denied
from assessments.connectors.lists import under

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from assessments.connectors.http import Answer
    from assessments.connectors.lists import Position
    from scoring.events import Json

    Params = Mapping[str, str | int]

VERSION: dict[str, str | int] = {"api-version": "7.0"}
PREVIEW: dict[str, str | int] = {"api-version": "7.0-preview.1"}
_TOKEN = "x-ms-continuationtoken"  # noqa: S105 -- of pages, not of people
ROWS = under("value")
_MISSING = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """A header of the answer holds a token that stands for the next page."""

    size: str = "$top"
    n: int = 100

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page of a token, or the first."""
        asked = {**params, self.size: size or self.n}
        return path, asked if position is None else {
            **asked,
            "continuationToken": position,
        }

    def following(
        self,
        answer: Answer,
        rows: int,  # noqa: ARG002 -- of the protocol
        position: Position | None,  # noqa: ARG002 -- of the protocol
    ) -> Position | None:
        """Return the token, if there is one."""
        return answer.headers.get(_TOKEN) or None


PAGES = Continued()


def _is_identity(value: Mapping[str, Json]) -> bool:
    """Whether an object is a person or a group."""
    return not {"uniqueName", "imageUrl", "descriptor"}.isdisjoint(value)


def _without_author(value: dict[str, Json]) -> dict[str, Json] | None:
    return {"date": value.get("date")} if "email" in value else None


TRIMMING = Trimming(
    dropped=PEOPLE
    | {
        "approvals", "approvedBy", "conditions", "createdBy", "lastChangedBy", "logs",
        "orchestrationPlan", "parameters", "plans", "postDeployApprovals",
        "preDeployApprovals", "properties", "queue", "requestedBy", "requestedFor",
        "templateParameters", "triggerInfo", "validationResults", "variables",
    },
    messages=frozenset({"comment"}),
    account=_is_identity,
    shortened=_without_author,
)  # fmt: skip


def unless_gone(ask: Callable[[], Json]) -> Json:
    """Return what is asked for; None where it was deleted, as old builds are."""
    try:
        return ask()
    except Denied as denied:
        if denied.status != _MISSING:
            raise
        return None


def stamp(moment: datetime) -> str:
    """Return a moment as it is asked for."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
