"""Builds of Jenkins become events; no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, matches, told
from assessments.connectors.jenkins.rules import Rules
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source, Verdict
    from scoring.events import Event

# hudson.model.Result
_RESULTS = {
    "SUCCESS": Status.SUCCESS,
    "FAILURE": Status.FAILURE,
    "ABORTED": Status.CANCELLED,
    "NOT_BUILT": Status.CANCELLED,
}
_UNSTABLE = "UNSTABLE"

# com.cloudbees.workflow.rest.external.StatusExt
_STAGES = {
    "SUCCESS": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "ABORTED": Status.CANCELLED,
    "NOT_EXECUTED": Status.CANCELLED,
    "IN_PROGRESS": Status.IN_PROGRESS,
    "PAUSED_PENDING_INPUT": Status.IN_PROGRESS,
}
_NOT_EXECUTED = "NOT_EXECUTED"

# Causes that are a person: at the page, and at the command line.
_BY_HAND = ("UserIdCause", "UserCause", "CLICause")
_REMOTES = ("refs/remotes/origin/", "refs/remotes/", "refs/heads/", "origin/")
# What Git says of a revision that no branch was checked out for.
_NO_BRANCH = "detached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A build, or a stage of one that was executed."""

    id: str
    name: str
    status: Status
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build as Jenkins tells of it."""

    job: str
    number: int
    itself: Ran
    result: str | None
    stages: tuple[Ran, ...]
    sha: str | None
    branch: str | None
    by_hand: bool | None
    url: str | None

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it deployed to production."""
        ran = tuple(stage.name for stage in self.stages)
        return rules.judge(job=self.job, stages=ran, branch=self.branch)


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a build: its run, its stages', its deployments."""
    rules = Rules.of(source.rules)
    build = build_of(Fields(payload.body, ""), rules)
    attributes = told(branch=build.branch, result=build.result, number=build.number)
    for ran in (build.itself, *build.stages):
        yield PipelineRun(
            id=ran.id,
            service=source.service_key,
            pipeline=build.job,
            stage=None if ran is build.itself else ran.name,
            status=ran.status,
            started_at=ran.started_at,
            finished_at=ran.finished_at,
            sha=build.sha,
            automated=build.by_hand is False,
            url=build.url,
            attributes=attributes,
        )
    for ran in _deployments(build, rules):
        yield Deployment(
            id=ran.id,
            service=source.service_key,
            environment="production",
            sha=build.sha,
            status=ran.status,
            started_at=ran.started_at,
            finished_at=ran.finished_at,
            url=build.url,
            attributes=attributes | told(job=build.job, ran=ran.name),
        )


def _deployments(build: Build, rules: Rules) -> list[Ran]:
    """Return the stages that deployed, or else the build if its job deploys."""
    if not build.judge(rules).counts:
        return []
    stages = [stage for stage in build.stages if rules.deploys(stage.name)]
    return stages or [build.itself]


# ── reading ────────────────────────────────────────────────────────────────────────


def build_of(body: Fields, rules: Rules) -> Build:
    """Return the build of a payload."""
    job = body.text("job")
    build = body.fields("build")
    number = build.number("number")
    result = build.text_or_none("result")
    status = _status(build, rules)
    sha, branch = _revision(build, rules)
    name = f"{job}#{number}"
    url = build.text_or_none("url")
    return Build(
        job=job,
        number=number,
        itself=_ran(build, name, "timestamp", "duration", identity=name, status=status),
        result=result,
        stages=_stages(body, name, rules, under_way=status is Status.IN_PROGRESS),
        sha=sha,
        branch=branch,
        by_hand=_by_hand(build),
        url=url if url and url.startswith(("https://", "http://")) else None,
    )


def _status(build: Fields, rules: Rules) -> Status:
    """Return how a build stands; while it runs, its result may still get worse."""
    result = build.text_or_none("result")
    if result is None or ("building" in build and build.truth("building")):
        return Status.IN_PROGRESS
    return _mapped(result, _RESULTS, "build.result", rules)


def _mapped(value: str, known: dict[str, Status], place: str, rules: Rules) -> Status:
    if value == _UNSTABLE:
        return Status.FAILURE if rules.unstable_fails else Status.SUCCESS
    if value not in known:
        raise Garbled(f"{place}: {value[:40]!r} is none that we know")
    return known[value]


def _ran(
    fields: Fields, name: str, start: str, length: str, *, identity: str, status: Status
) -> Ran:
    started_at = fields.millis(start)
    finished_at = None
    if status is not Status.IN_PROGRESS:
        finished_at = fields.millis(start, length)
    return Ran(
        id=identity,
        name=name,
        status=status,
        started_at=started_at,
        finished_at=finished_at,
    )


def _stages(
    body: Fields, build: str, rules: Rules, *, under_way: bool
) -> tuple[Ran, ...]:
    """Return the stages that were executed."""
    found = []
    for stage in body.list_of("stages") if "stages" in body else ():
        told_status = stage.text("status")
        status = _mapped(told_status, _STAGES, "stages.status", rules)
        if told_status == _NOT_EXECUTED:
            continue
        if status is Status.IN_PROGRESS and not under_way:
            status = Status.CANCELLED  # it ended with its build
        found.append(
            _ran(
                stage,
                stage.text("name"),
                "startTimeMillis",
                "durationMillis",
                identity=f"{build}/{stage.text('id')}",
                status=status,
            )
        )
    return tuple(found)


def _revision(build: Fields, rules: Rules) -> tuple[str | None, str | None]:
    """Return sha and branch of what was checked out for the service."""
    for action in _actions(build):
        if "lastBuiltRevision" not in action or not _is_delivered(action, rules):
            continue
        revision = action.fields("lastBuiltRevision")
        names = [
            _plain(branch.text_or_none("name") or "")
            for branch in (revision.list_of("branch") if "branch" in revision else ())
        ]
        known = [name for name in names if name and name != _NO_BRANCH]
        return revision.text_or_none("SHA1"), next(iter(known), None)
    return None, None


def _is_delivered(action: Fields, rules: Rules) -> bool:
    if not rules.repositories:
        return True
    places = action.items("remoteUrls") if "remoteUrls" in action else []
    return any(matches(str(place), rules.repositories) for place in places)


def _plain(branch: str) -> str:
    """Return a branch's name without where it was fetched from."""
    for prefix in _REMOTES:
        branch = branch.removeprefix(prefix)
    return branch


def _by_hand(build: Fields) -> bool | None:
    """Return whether a person started it; None where Jenkins does not say."""
    causes = [
        cause.text_or_none("_class") or ""
        for action in _actions(build)
        if "causes" in action
        for cause in action.list_of("causes")
    ]
    if not causes:
        return None
    return any(cause.endswith(_BY_HAND) for cause in causes)


def _actions(build: Fields) -> list[Fields]:
    # Jenkins lists an action without public fields as {} or null.
    if "actions" not in build:
        return []
    return [
        Fields(action, "build.actions[]")
        for action in build.items("actions")
        if action is not None
    ]
