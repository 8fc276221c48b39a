"""Payloads of GitLab become events; no network."""

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
from assessments.connectors.gitlab.deploying import (
    deployment_events,
    job_events,
    pipeline_events,
)
from assessments.connectors.gitlab.rules import Rules
from scoring.events import Change, Commit, Incident, Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

_MERGED = "merged"
_NOT_MERGED = frozenset({"opened", "closed", "locked"})


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    yield from reader(Fields(payload.body, ""), source, Rules(source.rules))


# ── merge requests and commits ─────────────────────────────────────────────────────


def _merge_request(body: Fields, source: Source, rules: Rules) -> list[Event]:
    merge = body.fields("merge_request")
    state = merge.text("state")
    if state in _NOT_MERGED:
        return []
    if state != _MERGED:
        raise Garbled(f"merge_request.state: {state[:40]!r} is none that we know")
    merged_at = merge.moment("merged_at")
    target = merge.text("target_branch")
    wanted = rules.branch or body.text_or_none("default_branch")
    if wanted and target != wanted:
        return []
    # They come without their parents, so they make no commits of their own here:
    # those are read from the branch.
    commits = body.list_of("commits")
    labels = _labels(merge)
    description = hints(merge.text_or_none("description") or "")
    return [
        Change(
            id=str(merge.number("iid")),
            service=source.service_key,
            merged_sha=_merged_sha(merge),
            first_commit_at=min(map(_committed_at, commits), default=None),
            opened_at=merge.moment_or_none("created_at"),
            merged_at=merged_at,
            commits=tuple(commit.text("id") for commit in commits),
            labels=labels,
            url=merge.text_or_none("web_url"),
            attributes=told(
                title=first_line(merge.text_or_none("title")),
                branch=merge.text_or_none("source_branch"),
                base=target,
                message=description or None,
                reverts=next(iter(reverted(description)), None),
                hotfix=rules.are_hotfix(labels) or None,
            ),
        )
    ]


def _merged_sha(merge: Fields) -> str | None:
    """Return the commit that it became: a merge, a squash, or its own last one."""
    return (
        merge.text_or_none("merge_commit_sha")
        or merge.text_or_none("squash_commit_sha")
        or merge.text_or_none("sha")
    )


def _committed_at(commit: Fields) -> datetime:
    return commit.moment("committed_date")


def _commit(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    commit = body.fields("commit")
    message = said(commit.text_or_none("message") or "")
    authored_at = commit.moment_or_none("authored_date")
    return [
        Commit(
            sha=commit.text("id"),
            service=source.service_key,
            committed_at=_committed_at(commit),
            parents=commit.texts("parent_ids"),
            attributes=told(
                message=message,
                authored_at=authored_at.isoformat() if authored_at else None,
                reverts=next(iter(reverted(message)), None),
            ),
        )
    ]


# ── issues ─────────────────────────────────────────────────────────────────────────


def _issue(body: Fields, source: Source, rules: Rules) -> list[Event]:
    issue = body.fields("issue")
    labels = _labels(issue)
    of_type = issue.text_or_none("issue_type") == "incident"
    number = issue.number("iid")
    opened_at = issue.moment("created_at")
    if not rules.are_incident(labels, of_type=of_type):
        return []
    severity = (issue.text_or_none("severity") or "unknown").lower()
    return [
        Incident(
            id=str(number),
            service=source.service_key,
            opened_at=opened_at,
            resolved_at=issue.moment_or_none("closed_at"),
            severity=severity_of(labels) if severity == "unknown" else severity,
            cause=cause_of(labels),
            url=issue.text_or_none("web_url"),
            attributes=told(
                title=first_line(issue.text_or_none("title")),
                labels=list[Json](labels),
            ),
        )
    ]


def _labels(thing: Fields) -> tuple[str, ...]:
    return thing.texts("labels") if "labels" in thing else ()


_READERS: dict[str, Reader] = {
    "deployment": deployment_events,
    "job": job_events,
    "pipeline": pipeline_events,
    "merge_request": _merge_request,
    "commit": _commit,
    "issue": _issue,
}
