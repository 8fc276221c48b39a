"""Assigning: which service of a source an event is about. Pure.

A source delivers for one service, or, by a table, for several: a monorepo. A line of
the table names a service and filters; a filter that is left empty filters nothing.
Deployments and runs are told apart by environment, job and tag, changes by the files
that they touch. What no line claims stays with the source's own service.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from assessments.connectors.base.rules import matches
from scoring.events import (
    Change,
    Commit,
    Deployment,
    Incident,
    Json,
    Kind,
    PipelineRun,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assessments.connectors.base.values import Plain, Source
    from scoring.events import Event

    # What a line of the table may claim.
    Laid = Deployment | PipelineRun | Change | Incident

# The rules of every kind of source that are applied here.
TABLE = "service_table"
TELLS_OF = "tells_of"
COLUMNS = ("paths", "environments", "jobs", "tags")
MOST_LINES = 30
LONGEST_KEY = 100
# What a source may tell of, in groups that people know.
GROUPS: Mapping[str, frozenset[Kind]] = {
    "deployments": frozenset({Kind.DEPLOYMENT}),
    "changes": frozenset({Kind.CHANGE, Kind.COMMIT}),
    "incidents": frozenset({Kind.INCIDENT}),
    "runs": frozenset({Kind.PIPELINE_RUN}),
    "models": frozenset({Kind.MODEL_VERSION, Kind.SIGNAL}),
}
_MOST_PATHS = 500
_DEPTH = 3
_JOBS = ("workflow", "job", "stage", "ran")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the table: a service and what is its own."""

    service: str
    paths: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def touched_by(self, paths: Iterable[str]) -> bool:
        """Return whether one of these files is this service's."""
        return any(_below(path, pattern) for path in paths for pattern in self.paths)

    def runs_in(self, named: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether a deployment or run with these names is this service's.

        Each filter that the event says something of has to match, and one at least.
        """
        filters = {
            name: patterns
            for name in ("environments", "jobs", "tags")
            if (patterns := getattr(self, name))
        }
        told = [name for name in filters if named.get(name)]
        if not filters:
            return True
        return bool(told) and all(
            any(matches(each, filters[name]) for each in named[name]) for name in told
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """An event of one service, and what it is upserted by within its source."""

    event: Event
    identity: str


def table_of(rules: Plain) -> tuple[Line, ...]:
    """Return the table of stored rules; a line that is none is left out."""
    lines = rules.get(TABLE)
    return tuple(
        Line(
            service=str(line["service"]),
            **{name: _texts(line.get(name)) for name in COLUMNS},
        )
        for line in (lines if isinstance(lines, list) else ())
        if isinstance(line, dict) and line.get("service")
    )


def reads_paths(rules: Plain) -> bool:
    """Return whether the rules need to know which files a change touches."""
    return any(line.paths for line in table_of(rules))


def alias(identity: str, service: str) -> str:
    """Return what an event is upserted by where another service has it as well."""
    return f"{identity}@{service}"


class Assigner:
    """Assigns the events of one source by its rules."""

    def __init__(self, source: Source) -> None:
        self._own = source.service_key
        self._lines = table_of(source.rules)
        self._by_paths = any(line.paths for line in self._lines)
        named = source.rules.get(TELLS_OF)
        groups = [str(each) for each in named] if isinstance(named, list) else []
        self._told = frozenset[Kind]().union(
            *(GROUPS[name] for name in groups or GROUPS if name in GROUPS)
        )

    def tells_of(self, kind: Kind) -> bool:
        """Return whether the source is to tell of events of this kind."""
        return kind in self._told

    def assign(self, event: Event, body: Plain) -> Iterator[Assigned]:
        """Yield the event once for each service that it is about."""
        if event.kind not in self._told:
            return
        if not self._lines or event.service != self._own:
            yield Assigned(event=event, identity=event.id)
        elif isinstance(event, Commit):
            yield from self._of_commit(event, _paths(body, "paths"))
        elif isinstance(event, Deployment | PipelineRun | Change | Incident):
            yield from self._of_other(event, body)
        else:
            yield Assigned(event=event, identity=event.id)

    def _of_other(self, event: Laid, body: Plain) -> Iterator[Assigned]:
        services = [line.service for line in self._lines if _claims(line, event, body)]
        for place, service in enumerate(dict.fromkeys(services or [self._own])):
            yield Assigned(
                event=replace(event, service=service),
                identity=alias(event.id, service) if place else event.id,
            )

    def _of_commit(
        self, commit: Commit, paths: tuple[str, ...] | None
    ) -> Iterator[Assigned]:
        """Yield a commit for every service: history is one, the work is somebody's.

        Without its files it is nobody's work by itself, where files decide: the change
        that brought it is.
        """
        working = {
            line.service
            for line in self._lines
            if not line.paths or (paths is not None and line.touched_by(paths))
        }
        if not working and (paths is not None or not self._by_paths):
            working = {self._own}
        services = dict.fromkeys([self._own, *(line.service for line in self._lines)])
        for service in services:
            told = dict(commit.attributes)
            if service not in working:
                told["elsewhere"] = True
            yield Assigned(
                event=replace(commit, service=service, attributes=told),
                identity=commit.sha
                if service == self._own
                else alias(commit.sha, service),
            )


def _claims(line: Line, event: Laid, body: Plain) -> bool:
    if isinstance(event, Change):
        paths = _paths(body, "change_paths")
        return not line.paths or (paths is not None and line.touched_by(paths))
    if isinstance(event, Deployment | PipelineRun):
        return line.runs_in(_named(event))
    return _is_labeled(event, line.service)


def _named(event: Deployment | PipelineRun) -> dict[str, tuple[str, ...]]:
    """Return what an event says of its environment, its jobs and its tag."""
    told = event.attributes
    jobs = [told.get(name) for name in _JOBS]
    environments: list[Json] = []
    if isinstance(event, PipelineRun):
        jobs += [event.pipeline, event.stage]
    else:
        environments.append(told.get("environment_name"))
    return {
        "environments": _texts(environments),
        "jobs": _texts(jobs),
        "tags": _texts([told.get("tag") or told.get("branch")]),
    }


def _is_labeled(incident: Incident, service: str) -> bool:
    """Return whether a label of an incident names the service."""
    labels = [label.lower() for label in _texts(incident.attributes.get("labels"))]
    key = service.lower()
    return any(
        label == key or (label.startswith("service") and label.endswith(f":{key}"))
        for label in (each.replace(" ", "") for each in labels)
    )


def paths_in(rows: Json, *names: str) -> list[Json] | None:
    """Return the files that rows of a platform name, None where there are no rows."""
    if not isinstance(rows, list):
        return None
    told = (row.get(name) for row in rows if isinstance(row, dict) for name in names)
    return list[Json](bounded(each for each in told if isinstance(each, str) and each))


def bounded(paths: Iterable[str]) -> list[str]:
    """Return the paths that a payload keeps: of very many their upper folders."""
    found = sorted(set(paths))
    if len(found) <= _MOST_PATHS:
        return found
    parts = (path.split("/")[:-1][:_DEPTH] for path in found)
    return sorted({"/".join([*folder, ""]) for folder in parts})[:_MOST_PATHS]


def _below(path: str, pattern: str) -> bool:
    """Return whether a path is what a pattern names, or below it."""
    wanted = pattern.removeprefix("./").lstrip("/")
    folder = wanted.rstrip("/") + "/"
    return path.startswith(folder) or fnmatchcase(path, wanted)


def _paths(body: Plain, name: str) -> tuple[str, ...] | None:
    """Return the files that a payload says were touched; None: it does not say."""
    told = body.get(name)
    return _texts(told) if isinstance(told, list) else None


def _texts(values: Json) -> tuple[str, ...]:
    """Return the texts of a list."""
    if not isinstance(values, list):
        return ()
    return tuple(each for each in values if isinstance(each, str) and each)
