"""Jenkins: which builds are read, and what becomes of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    clean_rules,
    trimmed,
)
from assessments.connectors.jenkins import Jenkins
from assessments.connectors.jenkins.address import path_of as path_to
from assessments.connectors.jenkins.address import place
from assessments.connectors.jenkins.lists import TRIMMING
from scoring.events import Deployment, PipelineRun, Status
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, page_of_html, serving
from tests.assessments.connectors.subjects.jenkins import BASIC, SUBJECT
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 1, 9, 9, tzinfo=UTC)
CREDENTIAL = f"robot:{SECRET}"
MAIN, DEPLOY = "shop/app/main", "shop/deploy-production"
BUILDS_OF_MAIN = "/job/shop/job/app/job/main/api/json"


def source(
    hub: Platform | None = None,
    path: str = "/job/shop/",
    secret: str | None = CREDENTIAL,
    **rules: Any,
) -> Source:
    """A source at the server, or at nowhere for what needs no network."""
    return Source(
        kind="jenkins",
        address=(hub.address if hub else "http://ci.example.org") + path,
        service_key="shop",
        secret=secret,
        rules=clean_rules(Jenkins.rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.fixture
def hub() -> Iterator[Platform]:
    """A Jenkins on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def jenkins() -> Jenkins:
    """The connector, in haste."""
    return Jenkins(HASTE)


# ── the whole story ────────────────────────────────────────────────────────────────


def test_stages_and_jobs_that_deploy_are_deployments(
    jenkins: Jenkins, hub: Platform
) -> None:
    _, found = collected(jenkins, source(hub), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        f"{MAIN}#4/9": Status.IN_PROGRESS,  # waits for somebody's approval
        f"{MAIN}#3/9": Status.FAILURE,
        f"{MAIN}#2/9": Status.SUCCESS,
        f"{DEPLOY}#12": Status.SUCCESS,  # unstable
        f"{DEPLOY}#11": Status.SUCCESS,
        f"{DEPLOY}#10": Status.CANCELLED,
    }
    stage = deployments[f"{MAIN}#2/9"]
    assert stage.sha == "02" * 20
    assert stage.started_at == datetime(2026, 1, 7, 9, 5, tzinfo=UTC)
    assert stage.finished_at == stage.started_at + timedelta(seconds=200)
    assert stage.attributes["branch"] == "main"
    assert stage.url == "https://ci.example.org/job/shop/job/app/job/main/2/"


def test_builds_and_stages_are_runs(jenkins: Jenkins, hub: Platform) -> None:
    _, found = collected(jenkins, source(hub), now=NOW)

    runs = by_id(found, PipelineRun)
    assert Counter(run.stage for run in runs.values()) == {
        None: 8,
        "Build": 5,
        "Deploy to production": 4,  # one was not executed
    }
    assert runs[f"{MAIN}#1"].status is Status.CANCELLED
    assert runs[f"{MAIN}#1"].automated is False  # somebody started it
    assert runs[f"{MAIN}#2"].automated is True
    assert runs[f"{MAIN}#4"].finished_at is None
    assert runs["shop/app/feature%2Fcart#1/6"].status is Status.SUCCESS


def test_the_revision_of_a_library_is_not_that_of_the_service(
    jenkins: Jenkins, hub: Platform
) -> None:
    _, careless = collected(jenkins, source(hub), now=NOW)
    _, named = collected(jenkins, source(hub, repositories=["*/shop/app*"]), now=NOW)

    assert by_id(careless, Deployment)[f"{DEPLOY}#11"].sha == "99" * 20
    assert by_id(named, Deployment)[f"{DEPLOY}#11"].sha == "02" * 20


def test_jobs_stages_and_unstable_builds_go_by_the_rules(
    jenkins: Jenkins, hub: Platform
) -> None:
    where = source(hub, jobs=["*/deploy-*"], stages="skip", unstable="failure")

    _, found = collected(jenkins, where, now=NOW)

    assert set(by_id(found, Deployment)) == {f"{DEPLOY}#{n}" for n in (10, 11, 12)}
    assert by_id(found, Deployment)[f"{DEPLOY}#12"].status is Status.FAILURE
    assert not [path for path in hub.paths() if "wfapi" in path]


def test_a_build_under_way_is_asked_for_until_it_ends(
    jenkins: Jenkins, hub: Platform
) -> None:
    pages, _ = collected(jenkins, source(hub), now=NOW)
    builds = hub.lists[BUILDS_OF_MAIN].rows
    builds[0] |= {"building": False, "result": "SUCCESS", "duration": 999}
    # So many others since that the list will not reach it.
    builds[0:0] = [
        builds[1] | {"number": n, "timestamp": 1768200000000 + n}
        for n in range(200, 5, -1)
    ]
    later = NOW + timedelta(days=4)

    _, found = collected(jenkins, source(hub), cursor=pages[-1].cursor, now=later)

    assert by_id(found, PipelineRun)[f"{MAIN}#4"].status is Status.SUCCESS
    assert f"{BUILDS_OF_MAIN.removesuffix('/api/json')}/4/api/json" in hub.paths()


def test_nothing_is_kept_of_branches_that_went(jenkins: Jenkins, hub: Platform) -> None:
    pages, _ = collected(jenkins, source(hub), now=NOW)
    del hub.things["/job/shop/api/json"]["jobs"][0]["jobs"][0]

    again, _ = collected(jenkins, source(hub), cursor=pages[-1].cursor, now=NOW)

    assert "builds:shop/app/feature%2Fcart" in pages[-1].cursor
    assert set(again[-1].cursor) == {f"builds:{MAIN}", f"builds:{DEPLOY}"}


def test_the_credential_goes_as_basic_and_no_person_is_asked_for(
    jenkins: Jenkins, hub: Platform
) -> None:
    pages, _ = collected(jenkins, source(hub), now=NOW)

    assert {each.headers["authorization"] for each in hub.asked} == {BASIC}
    trees = "".join(each.query.get("tree", "") for each in hub.asked)
    assert "causes[upstreamProject]" in trees
    assert "user" not in trees.lower()
    assert SECRET not in str(pages)


def test_a_preview_says_why(jenkins: Jenkins, hub: Platform) -> None:
    seen = jenkins.preview(source(hub), now=NOW)

    assert {each.what: each.reason for each in seen.counted}[f"Build 2 of {MAIN}"] == (
        "stage “Deploy to production” matches “*deploy*prod*”"
    )
    assert {each.reason for each in seen.left_out} == {
        "builds of branch “feature/cart” do not count",
        f"neither job “{MAIN}” nor a stage of it deploys",
    }
    assert seen.looked_at == "Looked at the 8 newest builds of 3 of 3 jobs."


# ── set-up and refusals ────────────────────────────────────────────────────────────


def test_a_test_counts_the_jobs(jenkins: Jenkins, hub: Platform) -> None:
    sentence = jenkins.test(source(hub), now=NOW)

    assert sentence == (
        "Found shop: 3 jobs to read, 1 of them deploy by their name. Builds are"
        " readable."
    )
    assert "no job that the rules read" in jenkins.test(
        source(hub, jobs=["nothing"]), now=NOW
    )


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/job/shop/api/json", 401, "Jenkins did not accept user and token"),
        ("/job/shop/api/json", 403, "The user may not read shop"),
        ("/job/shop/api/json", 404, "There is no shop that this user may see"),
        (BUILDS_OF_MAIN, 401, "did not accept user and token"),
        (BUILDS_OF_MAIN, 403, "builds of shop/app/main"),
    ],
)
def test_refusals_say_what_to_do(
    path: str,
    status: int,
    sentence: str,
    jenkins: Jenkins,
    hub: Platform,
) -> None:
    hub.always(path, page_of_html(status))

    with pytest.raises(Refused, match=re.escape(sentence)) as refusal:
        collected(jenkins, source(hub), now=NOW)
    assert SECRET not in refusal.value.sentence


def test_a_page_instead_of_data_is_refused(jenkins: Jenkins, hub: Platform) -> None:
    hub.always("/job/shop/api/json", page_of_html())

    with pytest.raises(Refused, match="answered with a page, not with data"):
        jenkins.test(source(hub), now=NOW)


def test_too_many_jobs_are_refused(jenkins: Jenkins, hub: Platform) -> None:
    hub.things["/job/shop/api/json"]["jobs"] = [
        {"fullName": f"shop/job-{n}"} for n in range(301)
    ]

    with pytest.raises(Refused, match="301 jobs that the rules read"):
        collected(jenkins, source(hub), now=NOW)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("/somewhere/job", "as the browser shows it"), ("/job/a/build", "as the browser")],
)
def test_odd_addresses_are_refused(path: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        Jenkins().check(source(path=path))


@pytest.mark.parametrize("secret", ["onlytoken", "user:to ken"])
def test_odd_credentials_are_refused(secret: str) -> None:
    with pytest.raises(Refused):
        Jenkins().check(source(secret=secret))


@given(st.lists(st.text(min_size=1).filter(lambda n: "/" not in n), max_size=4))
def test_an_address_is_read_with_and_without_views(names: list[str]) -> None:
    plain = source(path="/ci" + path_to(tuple(names)))
    viewed = source(path="/ci/view/all" + path_to(tuple(names)))

    kept = tuple(name for name in names if name)
    assert place(plain).names == place(viewed).names == kept
    assert place(plain).root == "http://ci.example.org/ci"


# ── payloads ───────────────────────────────────────────────────────────────────────


def build(stages: Any = None, **fields: Any) -> Payload:
    """A payload of one build."""
    made: dict[str, Any] = {
        "number": 7,
        "timestamp": 1767945600000,
        "duration": 1000,
        "result": "SUCCESS",
    }
    return Payload(
        sort="build", body={"job": "shop", "build": made | fields, "stages": stages}
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"result": "SPLENDID"}, "build.result: 'SPLENDID' is none that we know"),
        ({"number": "7"}, "build.number: is a text, not a number"),
        ({"timestamp": 10**18}, "build.timestamp: 1000000000000000000 is no moment"),
        ({"building": "no"}, "build.building: is a text, not true or false"),
        ({"actions": {}}, "build.actions: is an object, not a list"),
        (
            {"stages": [{"status": "null"}]},
            "stages.status: 'null' is none that we know",
        ),
    ],
)
def test_what_is_garbled_names_its_field(fields: Any, reason: str) -> None:
    with pytest.raises(Garbled) as garbled:
        list(Jenkins().parse(build(**fields), source()))
    assert garbled.value.reason == reason


def test_a_stage_that_hangs_ended_with_its_build() -> None:
    stage = {
        "id": "3",
        "name": "Wait",
        "status": "IN_PROGRESS",
        "startTimeMillis": 1767945600000,
        "durationMillis": 5,
    }

    _, run = Jenkins().parse(build(stages=[stage], result="ABORTED"), source())

    assert isinstance(run, PipelineRun)
    assert run.status is Status.CANCELLED


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_nothing_breaks_the_parser(value: Any) -> None:
    for name in ("number", "timestamp", "duration", "result", "building", "actions"):
        understood(Jenkins(), source(), [build(**{name: value})])


# ── recorded ───────────────────────────────────────────────────────────────────────


def recorded_builds(name: str) -> list[Payload]:
    """Recorded builds as they are kept."""
    rows = recorded_rows("jenkins", name)
    if name == "all_builds":
        rows = [build for row in rows for build in row["allBuilds"]]
    return [
        Payload(sort="build", body={"job": "j", "build": trimmed(row, TRIMMING)})
        for row in rows
    ]


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("all_builds", {"cancelled": 3, "failure": 1, "in_progress": 1, "success": 1}),
        ("builds", {"success": 9, "in_progress": 3, "cancelled": 1}),
        ("builds_multibranch", {"success": 11, "failure": 2, "cancelled": 2}),
    ],
)
def test_recorded_builds_are_understood(name: str, statuses: dict[str, int]) -> None:
    found = understood(
        Jenkins(), source(deploy_jobs=["*"], branches=[]), recorded_builds(name)
    )

    runs = [event for event in found.events if isinstance(event, PipelineRun)]
    assert Counter(run.status.value for run in runs) == statuses
    assert found.kinds["deployment"] == len(runs)
    # One row was edited by those who recorded it; Jenkins says NOT_BUILT.
    assert found.reasons == (
        ["build.result: 'NOT_BUILD' is none that we know"] if name == "builds" else []
    )


def test_a_recorded_build_is_told_exactly() -> None:
    first = recorded_builds("builds_multibranch")[0]

    run, *_ = Jenkins().parse(first, source())

    assert isinstance(run, PipelineRun)
    assert run.sha == "c83ae02076382670e286ac2474b7a7327fc28cde"
    assert run.started_at == datetime(2024, 3, 24, 10, 52, 31, 963000, tzinfo=UTC)
    assert run.finished_at == run.started_at + timedelta(milliseconds=30415)
    assert run.automated is True  # a push
    assert run.attributes["branch"] == "main"


@pytest.mark.parametrize(
    ("name", "runs", "reasons"),
    [
        ("stages", 19, {"'NOT_BUILD'": 1, "'FAILURE'": 1, "is missing": 3}),
        ("stages_multibranch", 65, {}),
        ("wfapi_describe", 17, {"'null'": 1}),
    ],
)
def test_recorded_stages_are_understood(
    name: str, runs: int, reasons: dict[str, int]
) -> None:
    stages = [
        row["stages"] if name == "wfapi_describe" else [row]
        for row in recorded_rows("jenkins", name)
    ]

    found = understood(Jenkins(), source(), [build(stages=each) for each in stages])

    assert found.kinds["pipeline_run"] - (len(stages) - len(found.reasons)) == runs
    for reason, n in reasons.items():
        assert len([each for each in found.reasons if reason in each]) == n
    assert len(found.reasons) == sum(reasons.values())


def test_no_recorded_person_is_kept() -> None:
    for name in ("all_builds", "builds", "builds_multibranch"):
        kept = json.dumps([payload.body for payload in recorded_builds(name)])
        assert not re.search(r"user-\d{4}|merico\"|Started by user", kept)
