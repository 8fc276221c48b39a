"""Results of Bamboo become events; no network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.bamboo.address import place
from assessments.connectors.bamboo.rules import Rules
from assessments.connectors.base import Fields, Garbled, judge_environment, told
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assessments.connectors.base import Payload, Source, Verdict
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

# The API says NotBuilt of builds and NOT_BUILT of deployments.
_WAITING = frozenset({"pending", "queued"})
_RUNNING = "inprogress"
_NOT_BUILT = "notbuilt"
_FINISHED = "finished"
_STATES = {
    "successful": Status.SUCCESS,
    "success": Status.SUCCESS,
    "failed": Status.FAILURE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A build, or a stage of one that was run."""

    id: str
    name: str
    status: Status
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """A build that has started, with the stages that have."""

    plan: str
    itself: Ran
    stages: tuple[Ran, ...]
    sha: str | None

    def judge(self, rules: Rules) -> Verdict:
        """Return whether it deployed to production."""
        ran = tuple(stage.name for stage in self.stages)
        return rules.judge_build(plan=self.plan, stages=ran)


def events(payload: Payload, source: Source) -> list[Event]:
    """Return the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    return reader(Fields(payload.body, ""), source, Rules.of(source.rules))


def is_over(lifecycle: object) -> bool:
    """Whether a result will not change any more, unless somebody runs it again."""
    return _plain(str(lifecycle)) in {_FINISHED, _NOT_BUILT}


# ── builds ─────────────────────────────────────────────────────────────────────────


def _build_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    build = build_of(body.fields("result"))
    if build is None:
        return []
    by_hand = body.truth("by_hand") if "by_hand" in body else None
    url = f"{place(source).root}/browse/{build.itself.id}"
    found: list[Event] = [
        PipelineRun(
            id=ran.id,
            service=source.service_key,
            pipeline=build.plan,
            stage=None if ran is build.itself else ran.name,
            status=ran.status,
            started_at=ran.started_at,
            finished_at=ran.finished_at,
            sha=build.sha,
            automated=by_hand is False,
            url=url,
        )
        for ran in (build.itself, *build.stages)
    ]
    if not build.judge(rules).counts:
        return found
    stages = [stage for stage in build.stages if rules.deploys(stage.name)]
    return found + [
        Deployment(
            id=ran.id,
            service=source.service_key,
            environment="production",
            sha=build.sha,
            status=ran.status,
            started_at=ran.started_at,
            finished_at=ran.finished_at,
            url=url,
            attributes=told(plan=build.plan, ran=ran.name),
        )
        for ran in stages or [build.itself]
    ]


def build_of(result: Fields) -> Build | None:
    """Return a build; None: it waits, or was never run."""
    plan = result.fields("plan").text("key")
    key = result.text("key")
    status = _status(result, "state", "result")
    started_at = result.moment_or_none("buildStartedTime")
    completed_at = result.moment_or_none("buildCompletedTime")
    if started_at is None and completed_at is None:
        if status in {Status.IN_PROGRESS, Status.CANCELLED}:
            return None
        raise Garbled("result.buildCompletedTime: is missing")
    under_way = status is Status.IN_PROGRESS
    return Build(
        plan=plan,
        itself=Ran(
            id=key,
            name=plan,
            status=status,
            started_at=started_at or result.moment("buildCompletedTime"),
            finished_at=None if under_way else completed_at or started_at,
        ),
        stages=_stages(result, key),
        sha=result.text_or_none("vcsRevisionKey"),
    )


def _stages(result: Fields, key: str) -> tuple[Ran, ...]:
    """Return the stages that have started; lists may tell no more than how many."""
    stages = result.fields("stages") if "stages" in result else None
    if stages is None or "stage" not in stages:
        return ()
    found = [_stage(stage, key) for stage in stages.list_of("stage")]
    return tuple(stage for stage in found if stage is not None)


def _stage(stage: Fields, key: str) -> Ran | None:
    """Return a stage from its first job to its last; None: no job has started."""
    results = stage.fields("results") if "results" in stage else None
    if results is None or "result" not in results:
        return None
    jobs = results.list_of("result")
    begun = [job.moment_or_none("buildStartedTime") for job in jobs]
    ended = [job.moment_or_none("buildCompletedTime") for job in jobs]
    starts = [moment for moment in begun if moment]
    if not starts:
        return None
    name = stage.text("name")
    status = _status(stage, "state", "stages")
    over = status is not Status.IN_PROGRESS
    return Ran(
        id=f"{key}/{name}",
        name=name,
        status=status,
        started_at=min(starts),
        finished_at=max([m for m in ended if m], default=max(starts)) if over else None,
    )


def _status(thing: Fields, state_field: str, where: str) -> Status:
    lifecycle = _plain(thing.text("lifeCycleState"))
    if lifecycle in _WAITING or lifecycle == _RUNNING:
        return Status.IN_PROGRESS
    if lifecycle == _NOT_BUILT:
        return Status.CANCELLED
    if lifecycle != _FINISHED:
        raise Garbled(
            f"{where}.lifeCycleState: {lifecycle[:40]!r} is none that we know"
        )
    state = thing.text(state_field)
    if state.lower() not in _STATES:
        raise Garbled(f"{where}.{state_field}: {state[:40]!r} is none that we know")
    return _STATES[state.lower()]


def _plain(lifecycle: str) -> str:
    return lifecycle.replace("_", "").lower()


# ── deployment projects ────────────────────────────────────────────────────────────


def _deployment_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    environment = body.text("environment")
    if not judge_environment(environment, rules.environments).counts:
        return []
    deployment = body.fields("deployment")
    number = deployment.number("id")
    status = _status(deployment, "deploymentState", "deployment")
    started_at = deployment.millis_or_none("executedDate")
    started_at = started_at or deployment.millis("startedDate")
    finished_at = deployment.millis_or_none("finishedDate") or started_at
    shown = f"deploy/viewDeploymentResult.action?deploymentResultId={number}"
    return [
        Deployment(
            id=f"deployment-{number}",
            service=source.service_key,
            environment="production",
            sha=body.text_or_none("revision"),
            status=status,
            started_at=started_at,
            finished_at=None if status is Status.IN_PROGRESS else finished_at,
            url=f"{place(source).root}/{shown}",
            attributes=told(
                environment_name=environment,
                project=body.text_or_none("project"),
                version=deployment.text_or_none("deploymentVersionName"),
            ),
        )
    ]


_READERS: dict[str, Reader] = {
    "build": _build_events,
    "deployment": _deployment_events,
}
