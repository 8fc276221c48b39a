"""Tags and builds of commits: how they ended, and whether they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Garbled, told
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from assessments.connectors.base import Fields, Source, Verdict
    from assessments.connectors.bitbucket_server.rules import Rules
    from scoring.events import Event

_STATES = {
    "SUCCESSFUL": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "CANCELLED": Status.CANCELLED,
    "INPROGRESS": Status.IN_PROGRESS,
}
# Whoever said it did not know either.
_UNKNOWN = "UNKNOWN"


# ── tags ───────────────────────────────────────────────────────────────────────────


def judge_tag(body: Fields, rules: Rules) -> Verdict:
    """Return whether this tag counts."""
    return rules.judge_tag(body.fields("tag").text("displayId"))


def tag_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    if not judge_tag(body, rules).counts:
        return []
    name = body.fields("tag").text("displayId")
    commit = body.fields("commit")
    return [
        Deployment(
            id=f"tag-{name}",
            service=source.service_key,
            environment="production",
            sha=commit.text("id"),
            status=Status.SUCCESS,
            # Nothing tells when a tag was made.
            finished_at=commit.millis("committerTimestamp"),
            attributes=told(tag=name),
        )
    ]


# ── builds ─────────────────────────────────────────────────────────────────────────


def judge_build(build: Fields, rules: Rules) -> Verdict:
    """Return whether this build counts as a deployment."""
    key = build.text("key")
    return rules.judge_build(name=build.text_or_none("name") or key, key=key)


def build_events(build: Fields, sha: str, source: Source, rules: Rules) -> list[Event]:
    """Return the events of what a build server said of a commit."""
    state = build.text("state")
    if state == _UNKNOWN:
        return []
    if state not in _STATES:
        raise Garbled(f"build.state: {state[:40]!r} is none that we know")
    status = _STATES[state]
    key = build.text("key")
    # Older servers tell the one moment at which it was said.
    started_at = build.millis_or_none("createdDate") or build.millis("dateAdded")
    changed_at = build.millis_or_none("updatedDate") or started_at
    finished_at = None if status is Status.IN_PROGRESS else changed_at
    url = build.text_or_none("url")
    attributes = told(
        branch=build.text_or_none("ref"), number=build.text_or_none("buildNumber")
    )
    found: list[Event] = [
        PipelineRun(
            id=f"{sha}/{key}",
            service=source.service_key,
            pipeline=build.text_or_none("parent") or key,
            status=status,
            started_at=started_at,
            finished_at=finished_at,
            sha=sha,
            url=url,
            attributes=attributes,
        )
    ]
    if judge_build(build, rules).counts:
        found.append(
            Deployment(
                id=f"build-{sha}/{key}",
                service=source.service_key,
                environment="production",
                sha=sha,
                status=status,
                started_at=started_at,
                finished_at=finished_at,
                url=url,
                attributes=attributes | told(build=build.text_or_none("name")),
            )
        )
    return found
