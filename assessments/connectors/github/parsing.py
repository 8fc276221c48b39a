"""Payloads of GitHub become events; no network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    Fields,
    Garbled,
    first_line,
    reverted,
    said,
    told,
)
from assessments.connectors.base.labels import cause_of, severity_of
from assessments.connectors.github.deploying import deployment_events, run_events
from assessments.connectors.github.rules import Rules
from scoring.events import (
    Change,
    Commit,
    Incident,
    Json,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

_REVERTED_CHANGE = re.compile(r"^reverts:? (?:[\w.-]+/[\w.-]+)?#(\d+)", re.I | re.M)


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    yield from reader(Fields(payload.body, ""), source, Rules.of(source.rules))


# ── pull requests and commits ──────────────────────────────────────────────────────


def _pull_request(body: Fields, source: Source, rules: Rules) -> list[Event]:
    pull = body.fields("pull_request")
    merged_at = pull.moment_or_none("merged_at")
    if merged_at is None or not _leads_to_production(pull, rules):
        return []
    commits = [_commit_of(each, source) for each in body.list_of("commits")]
    labels = _labels(pull)
    hinted = pull.text_or_none("body") or ""
    title = first_line(pull.text_or_none("title"))
    undone = _REVERTED_CHANGE.search(hinted)
    moments = [commit.committed_at for commit in commits]
    change = Change(
        id=str(pull.number("number")),
        service=source.service_key,
        merged_sha=pull.text_or_none("merge_commit_sha"),
        first_commit_at=min(moments, default=None),
        opened_at=pull.moment_or_none("created_at"),
        merged_at=merged_at,
        commits=tuple(commit.sha for commit in commits),
        labels=labels,
        url=pull.text_or_none("html_url"),
        attributes=told(
            title=title,
            branch=_ref(pull, "head"),
            base=_ref(pull, "base"),
            message=hinted or None,
            reverts=next(iter(reverted(hinted)), None),
            reverts_change=undone[1] if undone else None,
            hotfix=rules.are_hotfix(labels) or None,
        ),
    )
    return [*commits, change]


def _leads_to_production(pull: Fields, rules: Rules) -> bool:
    base = _ref(pull, "base")
    wanted = rules.branch
    if not wanted and "base" in pull and "repo" in pull.fields("base"):
        repository = pull.fields("base").fields("repo")
        wanted = repository.text_or_none("default_branch") or ""
    return not wanted or base is None or base == wanted


def _ref(pull: Fields, side: str) -> str | None:
    return pull.fields(side).text_or_none("ref") if side in pull else None


def _commit(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    return [_commit_of(body.fields("commit"), source)]


def _commit_of(commit: Fields, source: Source) -> Commit:
    inner = commit.fields("commit")
    message = said(inner.text_or_none("message") or "")
    authored_at = (
        inner.fields("author").moment_or_none("date") if "author" in inner else None
    )
    return Commit(
        sha=commit.text("sha"),
        service=source.service_key,
        committed_at=inner.fields("committer").moment("date"),
        parents=tuple(each.text("sha") for each in commit.list_of("parents")),
        attributes=told(
            message=message,
            authored_at=authored_at.isoformat() if authored_at else None,
            reverts=next(iter(reverted(message)), None),
        ),
    )


# ── issues ─────────────────────────────────────────────────────────────────────────


def _issue(body: Fields, source: Source, rules: Rules) -> list[Event]:
    issue = body.fields("issue")
    labels = _labels(issue)
    if "pull_request" in issue or not rules.are_incident(labels):
        return []
    return [
        Incident(
            id=str(issue.number("number")),
            service=source.service_key,
            opened_at=issue.moment("created_at"),
            resolved_at=issue.moment_or_none("closed_at"),
            severity=severity_of(labels),
            cause=cause_of(labels),
            url=issue.text_or_none("html_url"),
            attributes=told(
                title=first_line(issue.text_or_none("title")),
                labels=list[Json](labels),
                closed_as=issue.text_or_none("state_reason"),
            ),
        )
    ]


def _labels(thing: Fields) -> tuple[str, ...]:
    """Return the names of the labels; old answers hold names, newer ones objects."""
    if "labels" not in thing:
        return ()
    names = (
        each if isinstance(each, str) else Fields(each, "labels[]").text("name")
        for each in thing.items("labels")
    )
    return tuple(names)


_READERS: dict[str, Reader] = {
    "deployment": deployment_events,
    "workflow_run": run_events,
    "pull_request": _pull_request,
    "commit": _commit,
    "issue": _issue,
}
