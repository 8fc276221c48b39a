"""Payloads of Bitbucket Data Center become events; no network."""

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
from assessments.connectors.bitbucket_server.deploying import build_events, tag_events
from assessments.connectors.bitbucket_server.rules import Rules
from scoring.events import Change, Commit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

_NOT_MERGED = frozenset({"OPEN", "DECLINED"})


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    yield from reader(Fields(payload.body, ""), source, Rules(source.rules))


def _pull_request(body: Fields, source: Source, rules: Rules) -> list[Event]:
    pull = body.fields("pull_request")
    state = pull.text("state")
    if state in _NOT_MERGED:
        return []
    if state != "MERGED":
        raise Garbled(f"pull_request.state: {state[:40]!r} is none that we know")
    merged_at = pull.millis("closedDate")
    base = pull.fields("toRef").text("displayId")
    wanted = rules.branch or body.text_or_none("default_branch")
    if wanted and base != wanted:
        return []
    commits = [_commit_of(each, source) for each in body.list_of("commits")]
    branch = pull.fields("fromRef").text("displayId")
    description = hints(pull.text_or_none("description") or "")
    change = Change(
        id=str(pull.number("id")),
        service=source.service_key,
        merged_sha=_merged_sha(pull),
        first_commit_at=min((each.committed_at for each in commits), default=None),
        opened_at=pull.millis_or_none("createdDate"),
        merged_at=merged_at,
        commits=tuple(each.sha for each in commits),
        url=_page_of(pull),
        attributes=told(
            title=first_line(pull.text_or_none("title")),
            branch=branch,
            base=base,
            message=description or None,
            reverts=next(iter(reverted(description)), None),
            hotfix=rules.is_hotfix(branch) or None,
        ),
    )
    return [*commits, change]


def _merged_sha(pull: Fields) -> str | None:
    """Return the commit that it became, where that is told; or its own last one."""
    if "properties" in pull and "mergeCommit" in pull.fields("properties"):
        return pull.fields("properties").fields("mergeCommit").text("id")
    return pull.fields("fromRef").text_or_none("latestCommit")


def _page_of(pull: Fields) -> str | None:
    """Return where people can look at it."""
    links = pull.fields("links") if "links" in pull else None
    pages = links.list_of("self") if links and "self" in links else []
    return pages[0].text_or_none("href") if pages else None


def _commit(body: Fields, source: Source, rules: Rules) -> list[Event]:
    commit = _commit_of(body.fields("commit"), source)
    builds = body.list_of("builds") if "builds" in body else []
    found: list[Event] = [commit]
    for build in builds:
        found += build_events(build, commit.sha, source, rules)
    return found


def _commit_of(commit: Fields, source: Source) -> Commit:
    message = said(commit.text_or_none("message") or "")
    return Commit(
        sha=commit.text("id"),
        service=source.service_key,
        committed_at=commit.millis("committerTimestamp"),
        parents=tuple(each.text("id") for each in commit.list_of("parents")),
        attributes=told(message=message, reverts=next(iter(reverted(message)), None)),
    )


_READERS: dict[str, Reader] = {
    "tag": tag_events,
    "pull_request": _pull_request,
    "commit": _commit,
}
