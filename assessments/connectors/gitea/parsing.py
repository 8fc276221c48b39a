"""Payloads of Gitea and Forgejo become events; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import (
    Fields,
    Garbled,
    first_line,
    hints,
    reverted,
    said,
    told,
)
from assessments.connectors.base.labels import cause_of, severity_of
from assessments.connectors.gitea.deploying import (
    release_events,
    run_events,
    tag_events,
)
from assessments.connectors.gitea.rules import Rules
from scoring.events import Change, Commit, Incident, Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    yield from reader(Fields(payload.body, ""), source, Rules(source.rules))


# ── pull requests and commits ──────────────────────────────────────────────────────


def _pull_request(body: Fields, source: Source, rules: Rules) -> list[Event]:
    pull = body.fields("pull_request")
    if not pull.truth("merged"):
        return []
    merged_at = pull.moment("merged_at")
    base = pull.fields("base").text("ref")
    wanted = rules.branch or body.text_or_none("default_branch")
    if wanted and base != wanted:
        return []
    commits = [_commit_of(each, source) for each in body.list_of("commits")]
    labels = _labels(pull)
    description = hints(pull.text_or_none("body") or "")
    change = Change(
        id=str(pull.number("number")),
        service=source.service_key,
        merged_sha=pull.text_or_none("merge_commit_sha"),
        first_commit_at=min((each.committed_at for each in commits), default=None),
        opened_at=pull.moment_or_none("created_at"),
        merged_at=merged_at,
        commits=tuple(each.sha for each in commits),
        labels=labels,
        url=pull.text_or_none("html_url"),
        attributes=told(
            title=first_line(pull.text_or_none("title")),
            branch=pull.fields("head").text_or_none("ref") if "head" in pull else None,
            base=base,
            message=description or None,
            reverts=next(iter(reverted(description)), None),
            hotfix=rules.are_hotfix(labels) or None,
        ),
    )
    return [*commits, change]


def _commit(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    return [_commit_of(body.fields("commit"), source)]


def _commit_of(commit: Fields, source: Source) -> Commit:
    inner = commit.fields("commit")
    message = said(inner.text_or_none("message") or "")
    return Commit(
        sha=commit.text("sha"),
        service=source.service_key,
        committed_at=inner.fields("committer").moment("date"),
        parents=tuple(each.text("sha") for each in commit.list_of("parents")),
        attributes=told(message=message, reverts=next(iter(reverted(message)), None)),
    )


# ── issues ─────────────────────────────────────────────────────────────────────────


def _issue(body: Fields, source: Source, rules: Rules) -> list[Event]:
    issue = body.fields("issue")
    labels = _labels(issue)
    number = issue.number("number")
    opened_at = issue.moment("created_at")
    if "pull_request" in issue or not rules.are_incident(labels):
        return []
    return [
        Incident(
            id=str(number),
            service=source.service_key,
            opened_at=opened_at,
            resolved_at=issue.moment_or_none("closed_at"),
            severity=severity_of(labels),
            cause=cause_of(labels),
            url=issue.text_or_none("html_url"),
            attributes=told(
                title=first_line(issue.text_or_none("title")),
                labels=list[Json](labels),
            ),
        )
    ]


def _labels(thing: Fields) -> tuple[str, ...]:
    if "labels" not in thing:
        return ()
    return tuple(label.text("name") for label in thing.list_of("labels"))


_READERS: dict[str, Reader] = {
    "release": release_events,
    "tag": tag_events,
    "run": run_events,
    "pull_request": _pull_request,
    "commit": _commit,
    "issue": _issue,
}
