"""The issues of a Jira that are incidents by their type or a label."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    PEOPLE,
    Refused,
    Trimming,
    are_incident,
    listed,
    matches,
)
from assessments.connectors.base.incidents import texts_of
from assessments.connectors.jira.site import API, Site
from assessments.connectors.lists import (
    Listing,
    NextAddress,
    Offset,
    Token,
    as_list,
    at,
    everything,
    field,
    moment_of,
    under,
)
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.connectors.http import Client
    from assessments.connectors.jira.address import Place
    from assessments.connectors.jira.rules import Rules
    from assessments.connectors.lists import Item

ISSUES = "issues"
# Moments of JQL are those of a zone that only the server knows.
_ZONES = timedelta(days=1)
_ONE_PAGE = NextAddress(found=lambda _: None)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NEWEST_FIRST = "ORDER BY updated DESC"
_FIELDS = (
    "summary", "issuetype", "project", "status", "priority", "labels", "components",
    "created", "updated", "resolution", "resolutiondate", "statuscategorychangedate",
)  # fmt: skip
_ABOUT_PEOPLE = frozenset({"accountId", "accountType", "displayName", "emailAddress"})


def _is_account(value: Mapping[str, Json]) -> bool:
    return not _ABOUT_PEOPLE.isdisjoint(value)


TRIMMING = Trimming(
    dropped=PEOPLE
    | {
        "aggregateprogress", "attachment", "avatarUrls", "comment", "creator", "expand",
        "iconUrl", "progress", "self", "subtasks", "timetracking", "votes", "watches",
        "worklog",
    },
    account=_is_account,
)  # fmt: skip


class Issues:
    """How the issues of a place are asked for, by the rules."""

    def __init__(self, client: Client, place: Place, rules: Rules) -> None:
        self._client = client
        self._place = place
        self._rules = rules
        self._site = Site(client)
        self._named = self._site.fields_named(
            rules.deployment_fields + rules.cause_fields
        )

    def incidents(self) -> Listing:
        """Return the list of issues that are incidents, the last changed first."""
        return self._listing(self._what(), self._if_incident)

    def any(self) -> Listing:
        """Return the list of all issues of the place, for a look at the newest."""
        return self._listing("updated >= -365d", self._body)

    def _listing(
        self, what: str, body: Callable[[Item], dict[str, Json] | None]
    ) -> Listing:
        only = " AND ".join(part for part in (self._where(), what) if part)
        fields = ",".join([*_FIELDS, *self._named])
        is_cloud = self._site.is_cloud
        return Listing(
            name=ISSUES,
            sort="issue",
            label="Issues",
            permission="issues",
            path="/rest/api/3/search/jql" if is_cloud else f"{API}/search",
            params={
                "jql": f"{only} {_NEWEST_FIRST}",
                "fields": fields,
                "expand": "changelog",
            },
            pager=Token(
                parameter="nextPageToken",
                found=lambda body: field(body, "nextPageToken"),
                size="maxResults",
            )
            if is_cloud
            else Offset(start="startAt", limit="maxResults"),
            rows=under("issues"),
            moment=at("fields", "updated"),
            since=lambda moment: {"jql": _since(only, moment)},
            body=body,
            single=lambda identity: (
                f"{API}/issue/{identity}?expand=changelog&fields={fields}"
            ),
            trimming=TRIMMING,
        )

    @property
    def _projects(self) -> tuple[str, ...]:
        of_address = (self._place.project,) if self._place.project else ()
        return self._rules.projects or of_address

    def _where(self) -> str:
        return f"project in ({_quoted(self._projects)})" if self._projects else ""

    def _what(self) -> str:
        """Return what makes an issue an incident; refuse what none can be."""
        rules, parts = self._rules, []
        ids = [
            identity
            for identity, names in self._site.types.items()
            if rules.is_incident_type(names)
        ]
        if ids:
            parts.append(f"issuetype in ({', '.join(ids)})")
        if rules.incident_labels:
            parts.append(f"labels in ({_quoted(rules.incident_labels)})")
        if not parts:
            known = [names[0] for names in self._site.types.values() if names]
            raise Refused(
                f"No issue can be an incident by these rules: {self._client.host} has"
                f" the types {listed(known)}. Name one of them, or a label."
            )
        return f"({' OR '.join(parts)})"

    # ── rows ───────────────────────────────────────────────────────────────────────

    def _if_incident(self, row: Item) -> dict[str, Json] | None:
        """Return an issue unless the search would not have found it."""
        if not self._is_of_project(field(row, "fields", "project")):
            return None
        labels = as_list(field(row, "fields", "labels")) or []
        told = [each for each in labels if isinstance(each, str)]
        wanted = are_incident(told, self._rules.incident_labels)
        if not wanted and not self._rules.is_incident_type(self._types(row)):
            return None
        return self._body(row)

    def _is_of_project(self, project: Json) -> bool:
        """Whether an issue is of a project that is read; what says none, may be."""
        told = texts_of(project)
        wanted = {name.casefold() for name in self._projects}
        known = {told[name].casefold() for name in ("key", "name") if name in told}
        return not wanted or not known or not wanted.isdisjoint(known)

    def _types(self, row: Item) -> list[str]:
        """Return the names of an issue's type, of which it has two in most tongues."""
        identity = str(field(row, "fields", "issuetype", "id"))
        called = field(row, "fields", "issuetype", "name")
        names = [called] if isinstance(called, str) else []
        return list(dict.fromkeys([*names, *self._site.types.get(identity, ())]))

    def _body(self, row: Item) -> dict[str, Json]:
        """Return an issue with its changes of status, and what its fields name."""
        issue = {name: value for name, value in row.items() if name != "changelog"}
        changes = _status_changes(row)
        met = {str(field(row, "fields", "status", "id"))}
        met |= {str(field(each, end)) for each in changes for end in ("from", "to")}
        return {
            "issue": issue,
            "types": list[Json](self._types(row)),
            "changes": changes,
            # Of the statuses that it ever had, those that are an end.
            "done": list[Json](sorted(self._site.done & met)),
            "named": {
                name: _text(field(row, "fields", identity))
                for identity, name in self._named.items()
            },
            "links": self._links(row),
        }

    def _links(self, row: Item) -> list[Json]:
        """Return the addresses of an issue's web links that the rules ask for."""
        patterns, identity = self._rules.deployment_links, row.get("id")
        if not patterns or not isinstance(identity, str):
            return []
        path = f"{API}/issue/{identity}/remotelink"
        links = everything(self._client, path, pager=_ONE_PAGE) or []
        addresses = (field(link, "object", "url") for link in links)
        return [
            address
            for address in addresses
            if isinstance(address, str) and matches(address, patterns)
        ]


def _since(only: str, moment: datetime) -> str:
    day = (moment.astimezone(UTC) - _ZONES).strftime("%Y-%m-%d %H:%M")
    return f'{only} AND updated >= "{day}" {_NEWEST_FIRST}'


def _quoted(names: tuple[str, ...]) -> str:
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    return ", ".join(f'"{name}"' for name in escaped)


def _status_changes(row: Item) -> list[Json]:
    """Return when an issue went from one status to another, oldest first."""
    histories = as_list(field(row, "changelog", "histories")) or []
    return [
        {
            "at": field(history, "created"),
            "from": field(item, "from"),
            "from_name": field(item, "fromString"),
            "to": field(item, "to"),
            "to_name": field(item, "toString"),
        }
        for history in sorted(histories, key=_created)
        for item in as_list(field(history, "items")) or ()
        if field(item, "field") == "status"
    ]


def _created(history: Json) -> datetime:
    return moment_of(field(history, "created")) or _LONG_AGO


def _text(value: Json) -> Json:
    """Return what a custom field says: a text, a choice, or the first of several."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("value") or value.get("name")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)
