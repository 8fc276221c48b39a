"""Payloads of Bitbucket Cloud become events; no network."""

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
from assessments.connectors.bitbucket.deploying import (
    deployment_events,
    pipeline_events,
)
from assessments.connectors.bitbucket.rules import Rules
from scoring.events import Change, Commit, Incident

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

_OPEN = frozenset({"new", "open", "on hold", "submitted"})
CLOSED = frozenset({"resolved", "invalid", "duplicate", "wontfix", "closed"})
_NOT_MERGED = frozenset({"OPEN", "DECLINED", "SUPERSEDED"})


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    yield from reader(Fields(payload.body, ""), source, Rules(source.rules))


# ── pull requests and commits ──────────────────────────────────────────────────────


def _pull_request(body: Fields, source: Source, rules: Rules) -> list[Event]:
    pull = body.fields("pull_request")
    state = pull.text("state")
    if state in _NOT_MERGED:
        return []
    if state != "MERGED":
        raise Garbled(f"pull_request.state: {state[:40]!r} is none that we know")
    target = _branch(pull, "destination")
    wanted = rules.branch or body.text_or_none("default_branch")
    if wanted and target != wanted:
        return []
    commits = body.list_of("commits")
    # Pull requests tell neither when they were merged nor the whole sha that they
    # became: the commit that they became does.
    became = body.fields("merged") if "merged" in body else None
    merged_at = became.moment("date") if became else pull.moment("updated_on")
    branch = _branch(pull, "source")
    description = hints(pull.text_or_none("description") or "")
    return [
        Change(
            id=str(pull.number("id")),
            service=source.service_key,
            merged_sha=became.text("hash") if became else None,
            first_commit_at=min(map(_committed_at, commits), default=None),
            opened_at=pull.moment_or_none("created_on"),
            merged_at=merged_at,
            commits=tuple(commit.text("hash") for commit in commits),
            url=page_of(pull),
            attributes=told(
                title=first_line(pull.text_or_none("title")),
                branch=branch,
                base=target,
                message=description or None,
                reverts=next(iter(reverted(description)), None),
                hotfix=(branch is not None and rules.is_hotfix(branch)) or None,
            ),
        )
    ]


def _branch(pull: Fields, side: str) -> str | None:
    """Return a branch; None where it is gone."""
    place = pull.fields(side)
    return place.fields("branch").text_or_none("name") if "branch" in place else None


def page_of(thing: Fields) -> str | None:
    """Return where people can look at it."""
    links = thing.fields("links") if "links" in thing else None
    if links is None or "html" not in links:
        return None
    return links.fields("html").text_or_none("href")


def _committed_at(commit: Fields) -> datetime:
    return commit.moment("date")


def _commit(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    commit = body.fields("commit")
    message = said(commit.text_or_none("message") or "")
    return [
        Commit(
            sha=commit.text("hash"),
            service=source.service_key,
            committed_at=_committed_at(commit),
            parents=tuple(each.text("hash") for each in commit.list_of("parents")),
            attributes=told(
                message=message, reverts=next(iter(reverted(message)), None)
            ),
        )
    ]


# ── issues ─────────────────────────────────────────────────────────────────────────


def _issue(body: Fields, source: Source, rules: Rules) -> list[Event]:
    issue = body.fields("issue")
    state = issue.text("state")
    if state not in _OPEN | CLOSED:
        raise Garbled(f"issue.state: {state[:40]!r} is none that we know")
    if not is_incident(issue, rules):
        return []
    return [
        Incident(
            id=str(issue.number("id")),
            service=source.service_key,
            opened_at=issue.moment("created_on"),
            resolved_at=_closed_at(body, issue) if state in CLOSED else None,
            severity=issue.text_or_none("priority"),
            url=page_of(issue),
            attributes=told(
                title=first_line(issue.text_or_none("title")),
                kind=issue.text_or_none("kind"),
                closed_as=state if state in CLOSED else None,
            ),
        )
    ]


def is_incident(issue: Fields, rules: Rules) -> bool:
    """Return whether the rules call an issue an incident."""
    words = [f"{issue.text('kind')}/{issue.text('priority')}"]
    if "component" in issue:
        words.append(issue.fields("component").text("name"))
    return rules.are_incident(*words)


def _closed_at(body: Fields, issue: Fields) -> datetime:
    """Return when it was closed for the last time, by its history."""
    closed = [
        change.moment("created_on")
        for change in (body.list_of("changes") if "changes" in body else ())
        if _new_state(change) in CLOSED
    ]
    return max(closed, default=issue.moment("updated_on"))


def _new_state(change: Fields) -> str | None:
    changes = change.fields("changes")
    return changes.fields("state").text_or_none("new") if "state" in changes else None


_READERS: dict[str, Reader] = {
    "deployment": deployment_events,
    "pipeline": pipeline_events,
    "pull_request": _pull_request,
    "commit": _commit,
    "issue": _issue,
}
