"""Pipelines of CircleCI become events; no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, told
from assessments.connectors.circleci.address import project
from assessments.connectors.circleci.rules import Rules
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source, Verdict
    from scoring.events import Event, Json

_WORKFLOWS = {
    "success": Status.SUCCESS,
    "failed": Status.FAILURE,
    "error": Status.FAILURE,
    "canceled": Status.CANCELLED,
    "not_run": Status.CANCELLED,
    "unauthorized": Status.CANCELLED,
    "running": Status.IN_PROGRESS,
    "failing": Status.IN_PROGRESS,
    "on_hold": Status.IN_PROGRESS,
}
_JOBS = {
    "success": Status.SUCCESS,
    "failed": Status.FAILURE,
    "timedout": Status.FAILURE,
    "infrastructure_fail": Status.FAILURE,
    "terminated-unknown": Status.FAILURE,
    "canceled": Status.CANCELLED,
    "not_run": Status.CANCELLED,
    "retried": Status.CANCELLED,
    "unauthorized": Status.CANCELLED,
    "running": Status.IN_PROGRESS,
    "queued": Status.IN_PROGRESS,
    "not_running": Status.IN_PROGRESS,
    "blocked": Status.IN_PROGRESS,
    "on_hold": Status.IN_PROGRESS,
}
# Workflows that will not change any more.
FINAL = frozenset(
    name for name, status in _WORKFLOWS.items() if status is not Status.IN_PROGRESS
)
_BY_HAND = frozenset({"api", "explicit"})
_APPROVAL = "approval"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A workflow, or a job of one that has started."""

    id: str
    name: str
    status: Status
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow with its jobs, and the pipeline that it is of."""

    itself: Ran
    jobs: tuple[Ran, ...]
    pipeline: Pipeline

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it deployed to production."""
        ran = tuple(job.name for job in self.jobs)
        return rules.judge(
            workflow=self.itself.name, jobs=ran, branch=self.pipeline.branch
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What started workflows: a revision, and who or what asked for it."""

    number: int
    slug: str
    sha: str | None
    branch: str | None
    trigger: str | None


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a pipeline: of its workflows and of their jobs."""
    rules = Rules.of(source.rules)
    for workflow in workflows_of(Fields(payload.body, "")):
        yield from _runs(workflow, source)
        yield from _deployments(workflow, source, rules)


def _runs(workflow: Workflow, source: Source) -> Iterator[Event]:
    pipeline = workflow.pipeline
    for ran in (workflow.itself, *workflow.jobs):
        yield PipelineRun(
            id=ran.id,
            service=source.service_key,
            pipeline=workflow.itself.name,
            stage=None if ran is workflow.itself else ran.name,
            status=ran.status,
            started_at=ran.started_at,
            finished_at=ran.finished_at,
            sha=pipeline.sha,
            automated=pipeline.trigger is not None and pipeline.trigger not in _BY_HAND,
            url=_address(workflow, source),
            attributes=_told(pipeline),
        )


def _deployments(workflow: Workflow, source: Source, rules: Rules) -> Iterator[Event]:
    """Yield the jobs that deployed, or else the workflow if it deploys."""
    if not workflow.judge(rules).counts:
        return
    jobs = [job for job in workflow.jobs if rules.deploys(job.name)]
    for ran in jobs or [workflow.itself]:
        yield Deployment(
            id=ran.id,
            service=source.service_key,
            environment="production",
            sha=workflow.pipeline.sha,
            status=ran.status,
            started_at=ran.started_at,
            finished_at=ran.finished_at,
            url=_address(workflow, source),
            attributes=_told(workflow.pipeline)
            | told(workflow=workflow.itself.name, ran=ran.name),
        )


def _address(workflow: Workflow, source: Source) -> str:
    pipeline = workflow.pipeline
    pages = f"{project(source).web}/pipelines/{pipeline.slug}/{pipeline.number}"
    return f"{pages}/workflows/{workflow.itself.id}"


def _told(pipeline: Pipeline) -> dict[str, Json]:
    return told(
        branch=pipeline.branch, trigger=pipeline.trigger, number=pipeline.number
    )


# ── reading ────────────────────────────────────────────────────────────────────────


def workflows_of(body: Fields) -> list[Workflow]:
    """Return the workflows of a payload."""
    pipeline = _pipeline(body.fields("pipeline"))
    return [
        Workflow(
            itself=_workflow(each.fields("workflow")),
            jobs=_jobs(each, pipeline),
            pipeline=pipeline,
        )
        for each in body.list_of("workflows")
    ]


def _pipeline(pipeline: Fields) -> Pipeline:
    trigger = pipeline.fields("trigger") if "trigger" in pipeline else None
    sha, branch = _revision(pipeline)
    return Pipeline(
        number=pipeline.number("number"),
        slug=pipeline.text("project_slug"),
        sha=sha,
        branch=branch,
        trigger=trigger.text_or_none("type") if trigger else None,
    )


def _revision(pipeline: Fields) -> tuple[str | None, str | None]:
    """Return sha, and branch or tag; newer projects have them in parameters."""
    if "vcs" in pipeline:
        vcs = pipeline.fields("vcs")
        branch = vcs.text_or_none("branch") or vcs.text_or_none("tag")
        return vcs.text_or_none("revision"), branch
    if "trigger_parameters" in pipeline:
        parameters = pipeline.fields("trigger_parameters")
        git = parameters.fields("git") if "git" in parameters else None
        if git:
            branch = git.text_or_none("branch") or git.text_or_none("tag")
            return git.text_or_none("checkout_sha"), branch
    return None, None


def _workflow(workflow: Fields) -> Ran:
    status = _mapped(workflow, _WORKFLOWS, "workflow.status")
    return Ran(
        id=workflow.text("id"),
        name=workflow.text("name"),
        status=status,
        started_at=workflow.moment("created_at"),
        finished_at=_end(workflow, status),
    )


def _jobs(body: Fields, pipeline: Pipeline) -> tuple[Ran, ...]:
    """Return the jobs that have started; an approval is a person's, not a run."""
    found = []
    for job in body.list_of("jobs"):
        status = _mapped(job, _JOBS, "jobs.status")
        started_at = job.moment_or_none("started_at")
        if started_at is None or job.text_or_none("type") == _APPROVAL:
            continue
        # Jobs that succeeded are taken over when the failed ones are run again: they
        # have their number still, and are no new run.
        number = f"#{job.number('job_number')}" if "job_number" in job else None
        found.append(
            Ran(
                id=f"{pipeline.slug}{number or '/' + job.text('id')}",
                name=job.text("name"),
                status=status,
                started_at=started_at,
                finished_at=_end(job, status),
            )
        )
    return tuple(found)


def _end(thing: Fields, status: Status) -> datetime | None:
    return None if status is Status.IN_PROGRESS else thing.moment("stopped_at")


def _mapped(thing: Fields, known: dict[str, Status], place: str) -> Status:
    value = thing.text("status")
    if value not in known:
        raise Garbled(f"{place}: {value[:40]!r} is none that we know")
    return known[value]
