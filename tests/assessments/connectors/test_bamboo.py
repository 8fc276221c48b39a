"""Bamboo: which results are read, and what becomes of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.bamboo import Bamboo
from assessments.connectors.bamboo.lists import TRIMMING, by_hand
from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    clean_rules,
    trimmed,
)
from scoring.events import Deployment, PipelineRun, Status
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, page_of_html, serving
from tests.assessments.connectors.subjects.bamboo import SUBJECT
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = SUBJECT.now
API = "/ci/rest/api/latest"


def source(
    hub: Platform | None = None, path: str = "/ci/browse/SHOP", **rules: Any
) -> Source:
    """A source at the hub, or at nowhere for what needs no network."""
    return Source(
        kind="bamboo",
        address=(hub.address if hub else "http://bamboo.test") + path,
        service_key="app",
        secret=SECRET,
        rules=clean_rules(Bamboo.rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.fixture
def hub() -> Iterator[Platform]:
    """A Bamboo on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def bamboo() -> Bamboo:
    """The connector, in haste."""
    return Bamboo(HASTE)


# ── the whole story ────────────────────────────────────────────────────────────────


def test_what_deployment_projects_bring_to_production_is_a_deployment(
    bamboo: Bamboo, hub: Platform
) -> None:
    _, found = collected(bamboo, source(hub), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "deployment-901": Status.SUCCESS,
        "deployment-902": Status.FAILURE,
        "deployment-903": Status.SUCCESS,
        "deployment-904": Status.CANCELLED,
        "deployment-905": Status.IN_PROGRESS,
    }
    second = deployments["deployment-902"]
    assert second.sha == "02" * 20  # of the build that it brought
    assert second.started_at == datetime(2026, 1, 6, 12, 0, 5, tzinfo=UTC)
    assert second.finished_at == datetime(2026, 1, 6, 12, 5, tzinfo=UTC)
    assert second.attributes["version"] == "release-2"
    assert deployments["deployment-904"].sha is None
    assert not [path for path in hub.paths() if "environment/5" in path]


def test_builds_and_stages_that_ran_are_runs(bamboo: Bamboo, hub: Platform) -> None:
    _, found = collected(bamboo, source(hub), now=NOW)

    runs = by_id(found, PipelineRun)
    assert Counter(run.stage for run in runs.values()) == {
        None: 5,  # one waits still
        "Build": 5,
        "Deploy to production": 1,
    }
    stage = runs["SHOP-APP-3/Build"]
    assert stage.status is Status.FAILURE
    assert stage.started_at == datetime(2026, 1, 7, 9, 0, 5, tzinfo=UTC)
    assert stage.finished_at == datetime(2026, 1, 7, 9, 10, tzinfo=UTC)
    assert runs["SHOP-APP-2"].started_at == datetime(2026, 1, 6, 8, tzinfo=UTC)
    assert runs["SHOP-APP-4"].automated is False  # by hand
    assert runs["SHOP-APP-3"].automated is True


def test_stages_and_plans_deploy_where_the_rules_say_so(
    bamboo: Bamboo, hub: Platform
) -> None:
    rules: dict[str, Any] = {"environments": ["nowhere"], "deploy_plans": ["shop-*"]}
    where = source(hub, **rules, deploy_stages=["deploy*"])

    _, found = collected(bamboo, where, now=NOW)

    assert set(by_id(found, Deployment)) == {
        "SHOP-APP-1",
        "SHOP-APP-2/Deploy to production",
        "SHOP-APP-3",
        "SHOP-APP-4",
        "SHOP-APP-5",
    }


def test_a_build_under_way_is_asked_for_until_it_ends(
    bamboo: Bamboo, hub: Platform
) -> None:
    pages, _ = collected(bamboo, source(hub), now=NOW)
    rows = hub.lists[f"{API}/result/SHOP-APP.json"].rows
    ended = {"lifeCycleState": "Finished", "state": "Failed"}
    rows[1] |= ended | {"buildCompletedTime": "2026-01-12T08:00:00.000Z"}
    del rows[1]["stages"]
    kept = rows[1]
    rows[:] = [
        rows[2] | {"key": f"SHOP-APP-{n}", "buildStartedTime": "2026-01-15T08:00:00Z"}
        for n in (9, 8)
    ]
    hub.things[f"{API}/result/SHOP-APP-5.json"] = kept

    later = NOW + timedelta(days=7)
    _, found = collected(bamboo, source(hub), cursor=pages[-1].cursor, now=later)

    assert by_id(found, PipelineRun)["SHOP-APP-5"].status is Status.FAILURE


def test_a_build_that_is_gone_costs_the_revision_alone(
    bamboo: Bamboo, hub: Platform
) -> None:
    del hub.things[f"{API}/result/SHOP-APP-1.json"]

    _, found = collected(bamboo, source(hub), now=NOW)

    assert by_id(found, Deployment)["deployment-901"].sha is None


def test_a_preview_says_why(bamboo: Bamboo, hub: Platform) -> None:
    seen = bamboo.preview(source(hub), now=NOW)

    assert {each.reason for each in seen.counted} == {
        "environment “Production” matches “production”"
    }
    assert {each.reason for each in seen.left_out} == {
        "it has not been run",
        "neither plan “SHOP-APP” nor a stage of it deploys",
    }


# ── set-up and refusals ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/ci/browse/SHOP", "/ci/browse/shop-app/log"])
def test_a_test_counts_what_it_found(path: str, bamboo: Bamboo, hub: Platform) -> None:
    key = path.split("/")[3].upper()

    assert bamboo.test(source(hub, path), now=NOW) == (
        f"Found {key}: 1 plans and 1 production environments. Their results are"
        " readable."
    )


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        (f"{API}/project/SHOP.json", 401, "Bamboo did not accept the token"),
        (f"{API}/project/SHOP.json", 404, "There is no SHOP that this token may see"),
        (f"{API}/deploy/project/all.json", 403, "There is no SHOP that this token"),
    ],
)
def test_refusals_say_what_to_do(
    path: str, status: int, sentence: str, bamboo: Bamboo, hub: Platform
) -> None:
    hub.always(path, page_of_html(status))

    for attempt in (bamboo.test, bamboo.preview):
        with pytest.raises(Refused, match=re.escape(sentence)):
            attempt(source(hub), now=NOW)
    with pytest.raises(Refused, match=re.escape(sentence)):
        collected(bamboo, source(hub), now=NOW)


def test_a_list_that_is_shut_does_not_stop_the_others(
    bamboo: Bamboo, hub: Platform
) -> None:
    hub.always(f"{API}/result/SHOP-APP.json", page_of_html(403))
    sorts: list[str] = []
    pages = bamboo.fetch(source(hub), cursor={}, now=NOW)

    sorts += [payload.sort for payload in next(pages).payloads]

    assert set(sorts) == {"deployment"}
    with pytest.raises(Refused, match="may not read builds of SHOP-APP of SHOP"):
        list(pages)


@pytest.mark.parametrize("path", ["", "/browse", "/browse/1-2", "/projects/SHOP"])
def test_odd_addresses_are_refused(path: str) -> None:
    with pytest.raises(Refused, match="browse/SHOP-APP"):
        Bamboo().check(source(path=path))


# ── payloads ───────────────────────────────────────────────────────────────────────


def build(**fields: Any) -> Payload:
    """A payload of a build."""
    made: dict[str, Any] = {
        "key": "A-B-1",
        "plan": {"key": "A-B"},
        "lifeCycleState": "Finished",
        "state": "Successful",
        "buildStartedTime": "2026-01-05T09:00:00Z",
        "buildCompletedTime": "2026-01-05T09:10:00Z",
    }
    return Payload(sort="build", body={"result": made | fields, "by_hand": None})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (build(lifeCycleState="odd"), "result.lifeCycleState: 'odd' is none that we"),
        (build(state="Unknown"), "result.state: 'Unknown' is none that we know"),
        (
            build(buildStartedTime=None, buildCompletedTime=None),
            "result.buildCompletedTime: is missing",
        ),
        (
            build(buildStartedTime="2026-01-05T09:00:00"),
            "result.buildStartedTime: '2026-01-05T09:00:00' has no offset",
        ),
        (Payload(sort="odd", body={}), "sort: 'odd' is not one of"),
    ],
)
def test_what_is_garbled_names_its_field(payload: Payload, reason: str) -> None:
    with pytest.raises(Garbled, match=re.escape(reason)):
        list(Bamboo().parse(payload, source()))


@pytest.mark.parametrize(
    ("reason", "answer"),
    [
        ('Manual run by <a href="…">somebody</a>', True),
        ("Rebuilt by somebody", True),
        ("Code changes detected", False),
        ("Changes by somebody", False),
        ("Sonst ein Grund", None),
        (None, None),
    ],
)
def test_reasons_tell_builds_by_hand(reason: str | None, answer: bool | None) -> None:
    assert by_hand(reason) is answer


# ── recorded ───────────────────────────────────────────────────────────────────────


def recorded_builds(name: str) -> list[Payload]:
    """Recorded builds as they are kept."""
    return [
        Payload(
            sort="build",
            body={
                "result": trimmed(row, TRIMMING),
                "by_hand": by_hand(row.get("reasonSummary")),
            },
        )
        for row in recorded_rows("bamboo", name)
    ]


@pytest.mark.parametrize(
    ("name", "statuses", "reasons"),
    [
        (
            "plan_builds",
            {"success": 5, "failure": 9, "in_progress": 3, "cancelled": 1},
            [],
        ),
        ("job_builds", {"success": 3, "in_progress": 3, "cancelled": 1}, []),
        ("deploy_build_details", {"success": 10}, []),
        (
            "result_detail",
            {"success": 8, "failure": 2},
            ["result.state: 'Unknown' is none that we know"] * 2,
        ),
    ],
)
def test_recorded_builds_are_understood(
    name: str, statuses: dict[str, int], reasons: list[str]
) -> None:
    found = understood(Bamboo(), source(), recorded_builds(name))

    runs = [event for event in found.events if isinstance(event, PipelineRun)]
    assert Counter(run.status.value for run in runs) == statuses
    assert found.reasons == reasons


def test_a_recorded_build_is_told_exactly() -> None:
    run, *_ = Bamboo().parse(recorded_builds("plan_builds")[0], source())

    assert isinstance(run, PipelineRun)
    assert (run.id, run.pipeline) == ("TEST-PLA2-12", "TEST-PLA2")
    assert run.started_at == datetime(2023, 8, 3, 9, 49, 7, 432000, tzinfo=UTC)
    assert run.finished_at == datetime(2023, 8, 3, 9, 49, 7, 652000, tzinfo=UTC)
    assert run.sha == "79b062bd53af15c701193c90b543386557cb7a3a"
    assert run.automated is False
    assert run.url == "http://bamboo.test/ci/browse/TEST-PLA2-12"


def recorded_deployments() -> list[Payload]:
    """Recorded deployments as they are kept."""
    rows = recorded_rows("bamboo", "deploy_builds")
    for answer in recorded_rows("bamboo", "deploy_results"):
        rows = [*rows, *answer["results"]]
    return [
        Payload(
            sort="deployment",
            body={"environment": "prod", "deployment": trimmed(row, TRIMMING)},
        )
        for row in rows
    ]


def test_recorded_deployments_are_understood() -> None:
    found = understood(Bamboo(), source(), recorded_deployments())

    deployments = [each for each in found.events if isinstance(each, Deployment)]
    assert Counter(each.status.value for each in deployments[:14]) == {
        "success": 5,
        "failure": 2,
        "in_progress": 3,
        "cancelled": 4,
    }
    assert found.reasons == []
    first = deployments[0]
    assert first.id == "deployment-1540117"
    assert first.started_at == datetime(2023, 8, 3, 9, 49, 7, 768000, tzinfo=UTC)
    assert first.finished_at == datetime(2023, 8, 3, 9, 49, 7, 770000, tzinfo=UTC)


def test_no_recorded_person_is_kept() -> None:
    payloads = recorded_deployments()
    for name in ("plan_builds", "job_builds", "deploy_build_details", "result_detail"):
        payloads += recorded_builds(name)
    kept = json.dumps([payload.body for payload in payloads])
    assert not re.search(r"user-\d{4}|devonzhang|4km|example\.invalid|jlskye", kept)
