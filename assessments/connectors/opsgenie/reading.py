"""The incidents of Opsgenie, span by span: no more than 20,000 rows can be skipped.

Incidents hold the ids of services and teams; their names are read once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming, Unreachable
from assessments.connectors.lists import (
    Listing,
    NextAddress,
    Offset,
    as_list,
    at,
    everything,
    field,
    under,
)
from assessments.connectors.lists.skipping import Spans, since

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.http import Client
    from assessments.connectors.lists import Item, Pager
    from scoring.events import Json

INCIDENTS = "incidents"
_PATH = "/v1/incidents"
_ROWS = under("data")
_MOMENT = at("createdAt")
_OPEN = "open"


def _is_user(value: Mapping[str, Json]) -> bool:
    return value.get("type") == "user"


TRIMMING = Trimming(dropped=PEOPLE | {"actions"}, account=_is_user)


class _Names:
    """The names of services and teams, read when the first one is asked for."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, dict[str, str]] = {}

    def services(self, row: Item) -> list[Json]:
        """Return the names of the services that an incident impacts."""
        ids = as_list(row.get("impactedServices")) or []
        return self._named("/v1/services", Offset(start="offset"), ids)

    def teams(self, row: Item) -> list[Json]:
        """Return the names of the team that owns an incident and those that respond."""
        responders = as_list(row.get("responders")) or []
        ids = [field(each, "id") for each in responders if _is_team(each)]
        owner = row.get("ownerTeam")
        one_page = NextAddress(found=lambda _: None)
        return self._named("/v2/teams", one_page, [owner, *ids] if owner else ids)

    def _named(self, path: str, pager: Pager, ids: list[Json]) -> list[Json]:
        if not ids:
            return []
        if path not in self._known:
            self._known[path] = self._read(path, pager)
        known = self._known[path]
        return [known.get(each, each) for each in ids if isinstance(each, str)]

    def _read(self, path: str, pager: Pager) -> dict[str, str]:
        rows = everything(self._client, path, pager=pager, rows=_ROWS)
        if rows is None:
            raise Unreachable(f"{self._client.host} does not tell its services now.")
        pairs = ((field(row, "id"), field(row, "name")) for row in rows)
        return {str(identity): str(name) for identity, name in pairs if name}


def incidents(client: Client, now: datetime) -> Listing:
    """Return the list of incidents, newest first."""
    names = _Names(client)

    def with_names(row: Item) -> dict[str, Json]:
        """Return an incident with the names of its services and teams."""
        return {
            "incident": dict(row),
            "services": names.services(row),
            "teams": names.teams(row),
        }

    return Listing(
        name=INCIDENTS,
        sort="incident",
        label="Incidents",
        permission="incidents",
        path=_PATH,
        params={"sort": "createdAt", "order": "desc"},
        pager=Spans(
            now=now,
            bounds=_bounds,
            rows=_ROWS,
            moment=_MOMENT,
            most=20_000,
            ends=_is_last,
        ),
        rows=_ROWS,
        moment=_MOMENT,
        since=since,
        body=with_names,
        # It is opened again, and tagged, after it was read.
        overlap=timedelta(days=3),
        single=lambda identity: f"{_PATH}/{identity}?identifierType=id",
        of_single=lambda body: field(body, "data"),
        is_open=lambda body: field(body, "incident", "status") == _OPEN,
        trimming=TRIMMING,
    )


def _bounds(begins: datetime | None, until: datetime) -> dict[str, str | int]:
    query = f"createdAt <= {_millis(until)}"
    if begins:
        query = f"createdAt >= {_millis(begins)} AND {query}"
    return {"query": query}


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _is_last(body: Json) -> bool:
    """Return whether an answer that has addresses of pages has none of a next one."""
    paging = field(body, "paging")
    return isinstance(paging, dict) and not paging.get("next")


def _is_team(value: Json) -> bool:
    return field(value, "type") == "team"
