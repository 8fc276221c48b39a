"""The jobs of a Jenkins, and the list of each one's builds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assessments.connectors.base import PEOPLE, Refused, Trimming, Unreachable, matches
from assessments.connectors.base.reading import Fields
from assessments.connectors.http import Denied
from assessments.connectors.jenkins.address import path_of
from assessments.connectors.lists import Listing, field, under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.http import Answer, Client
    from assessments.connectors.jenkins.address import Place
    from assessments.connectors.jenkins.rules import Rules
    from assessments.connectors.lists import Item, Position
    from scoring.events import Json

    Params = Mapping[str, str | int]

_API = "/api/json"
_DEEPEST = 8
_MOST_JOBS = 300
# Of causes their class is told in any case; whoever it was is not asked for.
_BUILD = (
    "number,timestamp,duration,building,result,url,actions[causes[upstreamProject],"
    "remoteUrls,lastBuiltRevision[SHA1,branch[name]]]"
)
# Builds without stages: of another type, or the plugin is not there.
_NO_STAGES = frozenset({404})
_PIPELINE = "WorkflowRun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranged:
    """A range behind the list in `tree`: the only pages that Jenkins has."""

    n: int = 100

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page after so many builds."""
        start = position if isinstance(position, int) else 0
        rows = f"{{{start},{start + (size or self.n)}}}"
        return path, {**params, "tree": f"{params['tree']}{rows}"}

    def following(
        self,
        answer: Answer,  # noqa: ARG002 -- of the protocol
        rows: int,
        position: Position | None,
    ) -> Position | None:
        """Return how many builds were read."""
        start = position if isinstance(position, int) else 0
        return start + rows if rows else None


def jobs(client: Client, place: Place, rules: Rules) -> list[str]:
    """Return the full names of the jobs that the rules read."""
    tree = "fullName"
    for _ in range(_DEEPEST):
        tree = f"fullName,jobs[{tree}]"
    body = client.get(f"{place.path}{_API}", {"tree": tree}).body
    if not isinstance(body, dict) or not body.keys() & {"fullName", "jobs"}:
        raise Unreachable(f"{client.host} answered with something else than a job.")
    found = [name for name in _names(body) if matches(name, rules.jobs)]
    if len(found) > _MOST_JOBS:
        raise Refused(
            f"{place.title} has {len(found)} jobs that the rules read; more than"
            f" {_MOST_JOBS} would take too long. Enter the address of a folder, or"
            " name the jobs by the rules."
        )
    return found


def _names(item: Item) -> Iterator[str]:
    """Yield the full names of an item that is a job, or of the jobs in a folder."""
    inner = item.get("jobs")
    if not isinstance(inner, list):
        name = item.get("fullName")
        if isinstance(name, str) and name:
            yield name
        return
    for each in inner:
        if isinstance(each, dict):
            yield from _names(each)


def listings(client: Client, names: list[str], rules: Rules) -> list[Listing]:
    """Return the list of builds of each job."""
    return [_builds(client, name, rules) for name in names]


def _builds(client: Client, job: str, rules: Rules) -> Listing:
    path = path_of(tuple(job.split("/")))

    def with_stages(row: Item) -> dict[str, Json]:
        build = {**row, "actions": _without_accounts(row.get("actions"))}
        stages = _stages(client, path, row) if rules.reads_stages else None
        return {"job": job, "build": build, "stages": stages}

    return Listing(
        name=f"builds:{job}",
        sort="build",
        label=f"Builds of {job}",
        permission=f"builds of {job}",
        path=f"{path}{_API}",
        params={"tree": f"allBuilds[{_BUILD}]"},
        pager=Ranged(),
        rows=under("allBuilds"),
        body=with_stages,
        identity=_number,
        moment=_moment,
        # Builds do not change once they ended; until then each is asked for by itself.
        overlap=timedelta(hours=1),
        single=lambda number: f"{path}/{number}{_API}?tree={_BUILD}",
        is_open=_under_way,
        trimming=TRIMMING,
    )


def _stages(client: Client, path: str, row: Item) -> Json:
    """Ask for the stages of a build, if it is one of a pipeline."""
    number = _number(row)
    if number is None or not str(row.get("_class", "")).endswith(_PIPELINE):
        return None
    try:
        answer = client.get(f"{path}/{number}/wfapi/describe")
    except Denied as denied:
        if denied.status in _NO_STAGES:
            return None
        raise
    # Something else is kept as it is, to be complained of.
    return field(answer.body, "stages") or {}


def _number(row: Item) -> str | None:
    number = row.get("number")
    return str(number) if isinstance(number, int) and number > 0 else None


def _moment(row: Item) -> datetime | None:
    number = row.get("timestamp")
    whole = isinstance(number, int) and 0 < number < 10**14
    return Fields(dict(row), "").millis("timestamp") if whole else None


def _under_way(body: Mapping[str, Json]) -> bool:
    return field(body, "build", "building") is True


def _without_accounts(actions: Json) -> Json:
    """Return actions whose repositories are host and path, without an account."""
    if not isinstance(actions, list):
        return actions
    return [
        {**action, "remoteUrls": [_repository(each) for each in places]}
        if isinstance(action, dict)
        and isinstance(places := action.get("remoteUrls"), list)
        else action
        for action in actions
    ]


def _repository(address: Json) -> str:
    """Return host and path: of https://user@host/path, and of git@host:path."""
    text = str(address)
    if "://" not in text:
        return text.rpartition("@")[2].replace(":", "/", 1)
    parts = urlsplit(text)
    return parts.netloc.rpartition("@")[2] + parts.path


TRIMMING = Trimming(
    dropped=PEOPLE
    | {"_links", "error", "execNode", "fullDisplayName", "shortDescription", "userId"}
)
