"""Releases, tags and runs of Actions: how they ended, and whether they count."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assessments.connectors.base import Garbled, first_line, told
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from assessments.connectors.base import Fields, Source, Verdict
    from assessments.connectors.gitea.rules import Rules
    from scoring.events import Event

# Gitea says "completed" and then how; Forgejo says how at once.
_STATUSES = {
    "success": Status.SUCCESS,
    "failure": Status.FAILURE,
    "cancelled": Status.CANCELLED,
    "skipped": Status.CANCELLED,
    "queued": Status.IN_PROGRESS,
    "requested": Status.IN_PROGRESS,
    "pending": Status.IN_PROGRESS,
    "waiting": Status.IN_PROGRESS,
    "blocked": Status.IN_PROGRESS,
    "in_progress": Status.IN_PROGRESS,
    "running": Status.IN_PROGRESS,
    "cancelling": Status.IN_PROGRESS,
}
_COMPLETED = "completed"
# What has not happened yet is told as the beginning of time.
_NEVER = datetime(1971, 1, 1, tzinfo=UTC)
_BY_HAND = "workflow_dispatch"


# ── releases and tags ──────────────────────────────────────────────────────────────


def judge_release(body: Fields, rules: Rules) -> Verdict:
    """Return whether this release counts."""
    release = body.fields("release")
    finished = not (release.truth("draft") or release.truth("prerelease"))
    return rules.judge_release(release.text("tag_name"), finished=finished)


def release_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    release = body.fields("release")
    name = release.text("tag_name")
    if not judge_release(body, rules).counts:
        return []
    tag = body.fields("tag") if "tag" in body else None
    released_at = release.moment_or_none("published_at")
    return [
        Deployment(
            id=f"release-{release.number('id')}",
            service=source.service_key,
            environment="production",
            sha=tag.fields("commit").text("sha") if tag else None,
            status=Status.SUCCESS,
            finished_at=released_at or release.moment("created_at"),
            url=release.text_or_none("html_url"),
            attributes=told(tag=name, title=first_line(release.text_or_none("name"))),
        )
    ]


def judge_tag(body: Fields, rules: Rules) -> Verdict:
    """Return whether this tag counts."""
    return rules.judge_tag(body.fields("tag").text("name"))


def tag_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    tag = body.fields("tag")
    commit = tag.fields("commit")
    tagged_at = commit.moment("created")
    if not judge_tag(body, rules).counts:
        return []
    name = tag.text("name")
    return [
        Deployment(
            id=f"tag-{name}",
            service=source.service_key,
            environment="production",
            sha=commit.text("sha"),
            status=Status.SUCCESS,
            finished_at=tagged_at,
            attributes=told(tag=name),
        )
    ]


# ── runs ───────────────────────────────────────────────────────────────────────────


def is_open(run: object) -> bool:
    """Whether a run, as it came, is still under way."""
    if not isinstance(run, dict):
        return False
    word = run.get("status")
    return isinstance(word, str) and _STATUSES.get(word) is Status.IN_PROGRESS


def judge_run(body: Fields, rules: Rules) -> Verdict:
    """Return whether this run counts as a deployment."""
    run = body.fields("run")
    return rules.judge_run(
        workflow=_workflow(run),
        branch=_branch(run) or "",
        skipped=_word(run) == "skipped",
    )


def run_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    run = body.fields("run")
    number = run.number("id")
    status = _status(run)
    workflow = _workflow(run)
    started_at = _moment(run, "started_at", "started", "created_at", "created")
    if started_at is None:
        return []  # it waits, and has not even begun to
    over = status is not Status.IN_PROGRESS
    finished_at = _moment(run, "completed_at", "stopped", "updated_at", "updated")
    sha = run.text_or_none("head_sha") or run.text_or_none("commit_sha")
    trigger = run.text_or_none("trigger_event") or run.text_or_none("event")
    attributes = told(
        branch=_branch(run),
        trigger=trigger,
        attempt=run.number("run_attempt") if "run_attempt" in run else None,
    )
    found: list[Event] = [
        PipelineRun(
            id=str(number),
            service=source.service_key,
            pipeline=workflow,
            status=status,
            started_at=started_at,
            finished_at=finished_at if over else None,
            sha=sha,
            automated=trigger != _BY_HAND,
            url=run.text_or_none("html_url"),
            attributes=attributes,
        )
    ]
    if judge_run(body, rules).counts:
        found.append(
            Deployment(
                id=f"run-{number}",
                service=source.service_key,
                environment="production",
                sha=sha,
                status=status,
                started_at=started_at,
                finished_at=finished_at if over else None,
                url=run.text_or_none("html_url"),
                attributes=attributes | told(workflow=workflow),
            )
        )
    return found


def _workflow(run: Fields) -> str:
    """Return the file of the workflow; Gitea adds what it ran on."""
    return run.text_or_none("workflow_id") or run.text("path").partition("@")[0]


def _branch(run: Fields) -> str | None:
    """Return the branch or tag; of a tag, Gitea tells it with the file alone."""
    told = run.text_or_none("head_branch") or run.text_or_none("prettyref")
    ref = (run.text_or_none("path") or "").partition("@")[2]
    return told or ref.removeprefix("refs/tags/") or None


def _word(run: Fields) -> str:
    state = run.text("status")
    return run.text("conclusion") if state == _COMPLETED else state


def _status(run: Fields) -> Status:
    word = _word(run)
    if word not in _STATUSES:
        field = "conclusion" if run.text("status") == _COMPLETED else "status"
        raise Garbled(f"run.{field}: {word[:40]!r} is none that we know")
    return _STATUSES[word]


def _moment(run: Fields, *names: str) -> datetime | None:
    """Return the first of these moments that has come."""
    for name in names:
        moment = run.moment_or_none(name)
        if moment and moment >= _NEVER:
            return moment
    return None
