"""The incidents of PagerDuty: span by span, because no more than 10,000 rows can
be skipped, and no span may be wider than six months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from assessments.connectors.base import PEOPLE, Trimming
from assessments.connectors.lists import (
    Listing,
    NextAddress,
    at,
    everything,
    field,
    under,
)
from assessments.connectors.lists.skipping import Spans, since

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item
    from assessments.connectors.pagerduty.address import Place
    from assessments.connectors.pagerduty.rules import Rules
    from scoring.events import Json

INCIDENTS = "incidents"
_RESOLVED = "resolved"
_INCLUDE = {"include[]": "first_trigger_log_entries"}
_INCLUDED = urlencode(_INCLUDE)
_PATH = "/incidents"
_ROWS = under("incidents")
_MOMENT = at("created_at")
_ONE_PAGE = NextAddress(found=lambda _: None)


def _is_person(value: Mapping[str, Json]) -> bool:
    return str(value.get("type")).startswith("user")


TRIMMING = Trimming(
    dropped=PEOPLE
    | {
        "acknowledgements", "agent", "assigned_via", "assignments", "conference_bridge",
        "contexts", "escalation_policy", "incidents_responders",
        "last_status_change_by", "log_entries", "pending_actions", "responder_requests",
        "self", "subscriber_requests",
    },
    account=_is_person,
)  # fmt: skip


def incidents(client: Client, place: Place, rules: Rules, now: datetime) -> Listing:
    """Return the list of incidents, newest first."""

    def with_fields(row: Item) -> dict[str, Json] | None:
        """Return an incident with its custom fields, where the rules want them.

        None: it is of another service than the one that is read.
        """
        service_id = field(row, "service", "id")
        if place.service_id and service_id not in (None, place.service_id):
            return None
        body: dict[str, Json] = {"incident": dict(row)}
        identity = row.get("id")
        if rules.reads_custom_fields and isinstance(identity, str):
            body["custom_fields"] = _custom_fields(client, identity)
        return body

    of_service = {"service_ids[]": place.service_id} if place.service_id else {}
    return Listing(
        name=INCIDENTS,
        sort="incident",
        label="Incidents",
        permission="incidents",
        path=_PATH,
        params={"sort_by": "created_at:desc", **_INCLUDE, **of_service},
        pager=Spans(
            now=now,
            bounds=_bounds,
            rows=_ROWS,
            moment=_MOMENT,
            most=10_000,
            widest=timedelta(days=180),
            ends=lambda body: field(body, "more") is False,
        ),
        rows=_ROWS,
        moment=_MOMENT,
        since=since,
        body=with_fields,
        # It is resolved and opened again, and filled in, after it was read.
        overlap=timedelta(days=3),
        single=lambda identity: f"{_PATH}/{identity}?{_INCLUDED}",
        of_single=lambda body: field(body, "incident"),
        is_open=lambda body: field(body, "incident", "status") != _RESOLVED,
        trimming=TRIMMING,
    )


def _custom_fields(client: Client, identity: str) -> Json:
    """Return the custom fields of an incident; None: it is gone."""
    path = f"{_PATH}/{identity}/custom_fields/values"
    return everything(client, path, pager=_ONE_PAGE, rows=under("custom_fields"))


def _bounds(begins: datetime | None, until: datetime) -> dict[str, str | int]:
    told: dict[str, str | int] = {"until": _stamp(until)}
    return told | {"since": _stamp(begins)} if begins else told


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
