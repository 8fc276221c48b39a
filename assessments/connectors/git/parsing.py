"""Payloads of a repository become events; no git, no network.

A commit on the branch is a change: a merge with the commits of its side branch, any
other (a squash, a rebase, a direct commit) with itself. A tag that the rules name is a
deployment to production.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    FieldKind,
    Fields,
    Garbled,
    RuleField,
    Verdict,
    clean_rules,
    matches,
    reverted,
)
from assessments.connectors.base.previewing import judged
from scoring.events import Change, Commit, Deployment, Json, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Payload, Plain, Source
    from assessments.connectors.base.previewing import Judged
    from scoring.events import Event

RULE_FIELDS = (
    RuleField(
        name="branch",
        label="Branch that leads to production",
        help="Empty: the repository's default branch.",
        kind=FieldKind.TEXT,
        default="",
        optional=True,
    ),
    RuleField(
        name="tags",
        label="Tags that are deployments",
        help="One pattern a line; * stands for anything, ? for one character, [0-9]"
        " for a digit. Upper and lower case are the same.",
        kind=FieldKind.LIST,
        default=("v[0-9]*", "[0-9]*.[0-9]*"),
    ),
    RuleField(
        name="not_tags",
        label="Tags that are not, although they match",
        help="One pattern a line: pre-releases, for example.",
        kind=FieldKind.LIST,
        default=("*-rc*", "*[0-9]rc[0-9]*", "*-alpha*", "*-beta*", "*-dev*", "*-pre*"),
        optional=True,
    ),
    RuleField(
        name="hotfix_tags",
        label="Tags that are repairs",
        help="One pattern a line. Deployments by these tags are rework.",
        kind=FieldKind.LIST,
        default=("*hotfix*",),
        optional=True,
    ),
)

_MERGED_BRANCH = re.compile(
    r"^Merge (?:pull request #\d+ from (?P<hub>\S+)"
    r"|(?:remote-tracking )?branch '(?P<plain>[^']+)')"
)


def judge(name: str, rules: Plain) -> Verdict:
    """Return whether a tag of this name counts."""
    excluded = matches(name, _patterns(rules, "not_tags"))
    if excluded:
        return Verdict(counts=False, reason=f"the tag is left out by “{excluded}”")
    named = matches(name, _patterns(rules, "tags"))
    if named:
        return Verdict(counts=True, reason=f"the tag matches “{named}”")
    wanted = ", ".join(_patterns(rules, "tags"))
    return Verdict(counts=False, reason=f"the tag matches none of {wanted}")


def judged_tag(payload: Payload, rules: Plain) -> Judged:
    """Return a kept tag with the verdict on it."""
    tag = Fields(payload.body, "")
    name = tag.text("name")
    verdict = judge(name, rules)
    return judged(
        verdict,
        what=f"Tag {name}",
        environment="production" if verdict.counts else "",
        at=tag.moment_or_none("tagged_at"),
        tags=name,
    )


def _patterns(rules: Plain, name: str) -> list[str]:
    known = {field.name for field in RULE_FIELDS}
    asked = {key: value for key, value in rules.items() if key in known}
    entries = clean_rules(RULE_FIELDS, asked).rules[name]
    return [str(entry) for entry in entries] if isinstance(entries, list) else []


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    if payload.sort == "tag":
        yield from _of_tag(Fields(payload.body, ""), source)
    elif payload.sort == "commit":
        yield from _of_commit(Fields(payload.body, ""), source)
    else:
        raise Garbled(f"sort: {payload.sort!r} is not one of commit, tag")


def _of_tag(tag: Fields, source: Source) -> Iterator[Event]:
    name = tag.text("name")
    if not judge(name, source.rules).counts:
        return
    if "sha" not in tag:
        raise Garbled(f"sha: the tag {name} does not point at a commit")
    repair = matches(name, _patterns(source.rules, "hotfix_tags")) is not None
    yield Deployment(
        id=name,
        service=source.service_key,
        environment="production",
        sha=tag.text("sha"),
        status=Status.SUCCESS,
        finished_at=tag.moment("tagged_at"),
        attributes={"tag": name, **({"hotfix": True} if repair else {})},
    )


def _of_commit(body: Fields, source: Source) -> Iterator[Event]:
    message = body.text_or_none("message") or ""
    attributes: dict[str, Json] = {"message": message}
    authored_at = body.moment_or_none("authored_at")
    if authored_at:
        attributes["authored_at"] = authored_at.isoformat()
    undone = reverted(message)
    if undone:
        attributes["reverts"] = undone[0]
    commit = Commit(
        sha=body.text("sha"),
        service=source.service_key,
        committed_at=body.moment("committed_at"),
        parents=tuple(str(parent) for parent in body.items("parents")),
        attributes=attributes,
    )
    # The whole payload is read before the first event leaves.
    change = _change(commit, body) if _is_on_branch(body, source) else None
    yield commit
    if change is not None:
        yield change


def _is_on_branch(body: Fields, source: Source) -> bool:
    """Whether it was made on the branch that leads to production by today's rules."""
    if "brings" not in body:
        return False
    wanted = source.rules.get("branch")
    if wanted:
        return body.text_or_none("branch") == wanted
    return body.truth("default_branch")


def _change(commit: Commit, body: Fields) -> Change:
    brought = {
        each.text("sha"): each.moment("committed_at") for each in body.list_of("brings")
    }
    if len(commit.parents) > 1:
        # The merge itself is a knot: what it brought is the work.
        brought.pop(commit.sha, None)
    title = str(commit.attributes["message"]).partition("\n")[0]
    merged = _MERGED_BRANCH.match(title)
    branch = (merged["hub"] or merged["plain"]) if merged else None
    return Change(
        id=commit.sha,
        service=commit.service,
        merged_sha=commit.sha,
        first_commit_at=min(brought.values(), default=commit.committed_at),
        merged_at=commit.committed_at,
        commits=tuple(sorted(brought, key=lambda sha: (brought[sha], sha))),
        attributes={
            **commit.attributes,
            "title": title,
            **({"branch": branch} if branch else {}),
        },
    )
