"""Which service of a source an event is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assessments.connectors import base
from assessments.connectors.base.assigning import Assigner, bounded, table_of
from assessments.connectors.base.common import common_fields
from assessments.connectors.registry import OURS
from scoring.events import (
    Change,
    Commit,
    Deployment,
    Event,
    Incident,
    Json,
    PipelineRun,
    Status,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLE: list[Json] = [
    {"service": "orders", "paths": ["services/orders"], "environments": ["prod-o*"]},
    {
        "service": "billing",
        "paths": ["services/billing/**", "libs/money/"],
        "tags": ["billing/v*"],
        "jobs": ["deploy-billing"],
    },
]


def assigned(
    event: Event, body: dict[str, Json] | None = None, **rules: Json
) -> list[tuple[str, str]]:
    source = base.Source(
        kind="github",
        address="acme/shop",
        service_key="shop",
        rules={"service_table": TABLE, **rules},
    )
    found = Assigner(source).assign(event, body or {})
    return [(each.event.service, each.identity) for each in found]


def deployment(**attributes: Json) -> Deployment:
    return Deployment(
        id="7",
        service="shop",
        environment="production",
        status=Status.SUCCESS,
        finished_at=NOON,
        attributes=attributes,
    )


def change() -> Change:
    return Change(id="12", service="shop", merged_at=NOON)


def commit() -> Commit:
    return Commit(sha="a1", service="shop", committed_at=NOON)


@pytest.mark.parametrize(
    ("told", "service"),
    [
        ({"environment_name": "prod-orders"}, "orders"),
        ({"environment_name": "production"}, "shop"),
        ({"tag": "billing/v1.2"}, "billing"),
        ({"workflow": "deploy-billing"}, "billing"),
        # Each filter that it says something of has to match.
        ({"workflow": "deploy-billing", "branch": "main"}, "shop"),
        ({}, "shop"),
    ],
)
def test_a_deployment_is_told_apart_by_environment_job_and_tag(
    told: dict[str, Json], service: str
) -> None:
    assert assigned(deployment(**told)) == [(service, "7")]


def test_a_run_is_told_apart_by_its_pipeline() -> None:
    run = PipelineRun(
        id="9",
        service="shop",
        pipeline="deploy-billing",
        status=Status.SUCCESS,
        started_at=NOON,
    )
    assert assigned(run) == [("billing", "9")]


def test_a_change_of_two_services_counts_in_both_under_two_names() -> None:
    body: dict[str, Json] = {
        "change_paths": ["services/orders/a.py", "libs/money/b.py"]
    }
    assert assigned(change(), body) == [("orders", "12"), ("billing", "12@billing")]


def test_a_change_that_no_line_claims_stays_with_the_source() -> None:
    # A folder whose name only begins alike is another one.
    assert assigned(change(), {"change_paths": ["services/orders-old/a"]}) == [
        ("shop", "12")
    ]
    assert assigned(change()) == [("shop", "12")]


def test_history_is_every_services_and_the_work_is_whose_files_it_touches() -> None:
    source = base.Source(
        kind="git",
        address="/shop",
        service_key="shop",
        rules={"service_table": TABLE},
    )
    found = {
        each.event.service: (each.identity, each.event.attributes.get("elsewhere"))
        for each in Assigner(source).assign(
            commit(), {"paths": ["services/orders/a.py"]}
        )
    }
    assert found == {
        "shop": ("a1", True),
        "orders": ("a1@orders", None),
        "billing": ("a1@billing", True),
    }


def test_a_commit_of_unknown_files_is_nobodys_work_by_itself() -> None:
    source = base.Source(
        kind="github",
        address="acme/shop",
        service_key="shop",
        rules={"service_table": TABLE},
    )
    found = list(Assigner(source).assign(commit(), {}))
    assert [each.event.attributes.get("elsewhere") for each in found] == [True] * 3


def test_a_line_without_filters_on_deployments_takes_part_in_each() -> None:
    both: list[Json] = [
        {"service": "a", "paths": ["a"]},
        {"service": "b", "paths": ["b"]},
    ]
    found = assigned(deployment(), service_table=both)
    assert found == [("a", "7"), ("b", "7@b")]


def test_an_incident_is_the_services_that_its_label_names() -> None:
    def incident(label: str) -> Incident:
        return Incident(
            id="5", service="shop", opened_at=NOON, attributes={"labels": [label]}
        )

    assert assigned(incident("service: Orders")) == [("orders", "5")]
    assert assigned(incident("billing")) == [("billing", "5")]
    assert assigned(incident("borders")) == [("shop", "5")]


def test_an_event_of_another_service_is_left_alone() -> None:
    other = Deployment(
        id="7",
        service="elsewhere",
        environment="production",
        status=Status.SUCCESS,
        finished_at=NOON,
    )
    assert assigned(other) == [("elsewhere", "7")]


def test_a_source_tells_only_of_what_it_should() -> None:
    told: list[Json] = ["changes"]
    assert assigned(deployment(), tells_of=told, service_table=[]) == []
    assert assigned(change(), tells_of=told, service_table=[]) == [("shop", "12")]
    assert assigned(commit(), tells_of=told, service_table=[]) == [("shop", "a1")]
    assert assigned(deployment(), tells_of=[], service_table=[]) == [("shop", "7")]


def test_of_very_many_files_their_folders_are_kept() -> None:
    files = [f"services/orders/src/deep/{number}.py" for number in range(900)]
    assert bounded(files) == ["services/orders/src/"]
    rules: dict[str, Json] = {"service_table": TABLE}
    assert table_of(rules)[0].touched_by(bounded(files))


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ([{"paths": ["a"]}], "needs the key of its service"),
        ([{"service": "a"}], "say what belongs to “a”"),
        ([{"service": "a", "paths": "x"}, {"service": "a", "jobs": "y"}], "once"),
        ([{"service": "a", "colors": ["x"]}], "nothing else"),
        ("orders", "nothing else"),
        ([{"service": "a" * 101, "paths": "x"}], "at most 100 characters"),
    ],
)
def test_a_line_that_cannot_be_used_says_what_is_wrong(
    lines: object, complaint: str
) -> None:
    table = common_fields(OURS["github"])[0]
    with pytest.raises(ValueError, match=complaint):
        table.clean(lines)


def test_empty_lines_are_left_out_and_patterns_are_parted() -> None:
    table = common_fields(OURS["github"])[0]
    assert table.clean(
        [{"service": " a ", "paths": "x, y", "jobs": ""}, {"service": "", "paths": ""}]
    ) == [{"service": "a", "paths": ["x", "y"]}]


def test_everything_ticked_is_nothing_ticked() -> None:
    tells_of = common_fields(OURS["github"])[1]
    every = [value for value, _ in tells_of.choices]
    assert tells_of.clean(every) == []
    assert tells_of.clean(["changes", "deployments"]) == ["deployments", "changes"]
    with pytest.raises(ValueError, match="choose from"):
        tells_of.clean(["weather"])


def test_no_rule_of_a_connector_has_the_name_of_a_common_one() -> None:
    common = {field.name for field in common_fields(OURS["github"])}
    for connector in OURS.values():
        assert not common & {field.name for field in connector.rule_fields}
