"""Payloads of Azure DevOps become events; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.azuredevops.deploying import (
    build_events,
    record_events,
    release_events,
)
from assessments.connectors.azuredevops.rules import Rules
from assessments.connectors.base import (
    Fields,
    Garbled,
    first_line,
    matches,
    reverted,
    said,
    told,
)
from scoring.events import Change, Commit

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

_BRANCHES = "refs/heads/"
_COMPLETED = "completed"


def events(payload: Payload, source: Source) -> list[Event]:
    """Return the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    return reader(Fields(payload.body, ""), source, Rules.of(source.rules))


def _pull_request(body: Fields, source: Source, rules: Rules) -> list[Event]:
    """Return a completed pull request; its commits are told by their own list."""
    pull = body.fields("pull_request")
    wanted = rules.branch or body.text_or_none("default_branch")
    base = _branch(pull, "targetRefName")
    if pull.text("status") != _COMPLETED or (wanted and base != wanted):
        return []
    commits = body.list_of("commits")
    moments = [each.fields("committer").moment("date") for each in commits]
    labels = tuple(
        each.text("name")
        for each in (pull.list_of("labels") if "labels" in pull else ())
    )
    hinted = pull.text_or_none("description") or ""
    merged = pull.fields("lastMergeCommit") if "lastMergeCommit" in pull else None
    hotfix = any(matches(label, rules.hotfix_labels) for label in labels)
    return [
        Change(
            id=str(pull.number("pullRequestId")),
            service=source.service_key,
            merged_sha=merged.text_or_none("commitId") if merged else None,
            first_commit_at=min(moments, default=None),
            opened_at=pull.moment_or_none("creationDate"),
            merged_at=pull.moment("closedDate"),
            commits=tuple(each.text("commitId") for each in commits),
            labels=labels,
            attributes=told(
                title=first_line(pull.text_or_none("title")),
                branch=_branch(pull, "sourceRefName"),
                base=base,
                message=hinted or None,
                reverts=next(iter(reverted(hinted)), None),
                hotfix=hotfix or None,
            ),
        ),
    ]


def _branch(pull: Fields, name: str) -> str | None:
    found = pull.text_or_none(name)
    return found.removeprefix(_BRANCHES) if found else None


def _commit(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    commit = body.fields("commit")
    message = said(commit.text_or_none("comment") or "")
    return [
        Commit(
            sha=commit.text("commitId"),
            service=source.service_key,
            committed_at=commit.fields("committer").moment("date"),
            parents=commit.texts("parents"),
            attributes=told(
                message=message or None, reverts=next(iter(reverted(message)), None)
            ),
        )
    ]


_READERS: dict[str, Reader] = {
    "build": build_events,
    "record": record_events,
    "release": release_events,
    "pull_request": _pull_request,
    "commit": _commit,
}
