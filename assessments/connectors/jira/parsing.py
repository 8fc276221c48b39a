"""Issues of Jira become incidents; no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, first_line, matches, told
from assessments.connectors.base.incidents import (
    cause_named,
    deployment_named,
    identity_of,
    service_of,
    texts_of,
)
from assessments.connectors.base.labels import severity_of
from assessments.connectors.jira.address import place
from assessments.connectors.jira.rules import Rules
from assessments.connectors.lists import field
from scoring.events import Incident, Json

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Payload, Source, Verdict
    from scoring.events import Event

_DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What rules ask of an issue."""

    key: str
    types: tuple[str, ...]
    labels: tuple[str, ...]
    priority: str
    project: tuple[str, ...]
    title: str | None
    opened_at: datetime

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it counts as an incident."""
        return rules.judge(types=self.types, labels=self.labels, priority=self.priority)


def read(body: Fields) -> Read:
    """Read what rules ask of an issue."""
    issue = body.fields("issue")
    fields = issue.fields("fields")
    priority = fields.fields("priority") if "priority" in fields else None
    project = fields.fields("project") if "project" in fields else None
    return Read(
        key=issue.text("key"),
        types=body.texts("types"),
        labels=fields.texts("labels") if "labels" in fields else (),
        priority=(priority.text_or_none("name") if priority else None) or "",
        project=_texts(project, "key", "name") if project else (),
        title=first_line(fields.text_or_none("summary")),
        opened_at=fields.moment("created"),
    )


def events(payload: Payload, source: Source) -> list[Event]:
    """Return the incident of a payload, if it counts as one."""
    rules = Rules.of(source.rules)
    body = Fields(payload.body, "")
    seen = read(body)
    if not seen.judge(rules).counts:
        return []
    issue = body.fields("issue")
    fields = issue.fields("fields")
    listed = fields.list_of("components") if "components" in fields else []
    components = tuple(each.text("name") for each in listed)
    named = texts_of(field(payload.body, "named"))
    linked = next(iter(body.texts("links") if "links" in body else ()), None)
    return [
        Incident(
            id=issue.text("id"),
            service=service_of(
                (*components, *seen.project),
                rules.service_keys,
                otherwise=source.service_key,
            ),
            opened_at=seen.opened_at,
            resolved_at=_resolved_at(body, fields, rules),
            severity=severity_of(seen.labels) or seen.priority.lower() or None,
            deployment_id=deployment_named(rules.deployment_fields, named, seen.labels)
            or (identity_of(linked) if linked else None),
            cause=cause_named(rules.cause_fields, named, seen.labels),
            url=f"{place(source).root}/browse/{seen.key}",
            attributes=told(
                key=seen.key,
                title=seen.title,
                labels=list[Json](seen.labels),
                components=list[Json](components) or None,
                type=next(iter(seen.types), None),
                status=fields.fields("status").text_or_none("name"),
                closed_as=_name(fields, "resolution"),
            ),
        )
    ]


def _resolved_at(body: Fields, fields: Fields, rules: Rules) -> datetime | None:
    """Return when it was over for the last time; None: it is open, perhaps again.

    The change of its status tells best. Without one the date of its resolution does,
    or when it came into its category.
    """
    status = fields.fields("status")
    now = _Status(status.text("id"), status.text_or_none("name"))
    done = frozenset(body.texts("done"))
    if not now.is_over(rules, done) and not _is_done(status, rules):
        return None
    for change in reversed(body.list_of("changes")):
        before = _Status(change.text_or_none("from"), change.text_or_none("from_name"))
        after = _Status(change.text_or_none("to"), change.text_or_none("to_name"))
        if after.is_over(rules, done) and not before.is_over(rules, done):
            return change.moment("at")
    return fields.moment_or_none("resolutiondate") or fields.moment_or_none(
        "statuscategorychangedate"
    )


@dataclass(frozen=True, slots=True)
class _Status:
    identity: str | None
    name: str | None

    def is_over(self, rules: Rules, done: frozenset[str]) -> bool:
        """Return whether an issue in this status is over."""
        if rules.resolved_statuses:
            return matches(self.name or "", rules.resolved_statuses) is not None
        return self.identity in done


def _is_done(status: Fields, rules: Rules) -> bool:
    """Return whether the status itself says so, where no rule says otherwise."""
    if rules.resolved_statuses or "statusCategory" not in status:
        return False
    return status.fields("statusCategory").text_or_none("key") == _DONE


def _name(fields: Fields, name: str) -> str | None:
    return fields.fields(name).text_or_none("name") if name in fields else None


def _texts(thing: Fields, *names: str) -> tuple[str, ...]:
    found = (thing.text_or_none(name) for name in names)
    return tuple(text for text in found if text)
