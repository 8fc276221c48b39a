"""Rules that the names on a platform speak for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from assessments.services import sources, suggesting
from tests import recorded

if TYPE_CHECKING:
    from scoring.events import Json


def suggested(
    kind: str, seen: dict[str, dict[str, int]], **rules: Json
) -> dict[str, suggesting.Suggestion]:
    fields = sources.kind_of(kind).rule_fields
    plain: dict[str, Json] = {field.name: field.plain_default for field in fields}
    found = suggesting.suggest(
        fields, plain | rules, {name: Counter(names) for name, names in seen.items()}
    )
    return {one.rule: one for one in found}


def test_environments_that_look_like_production_are_suggested_with_how_often() -> None:
    found = suggested(
        "github", {"environments": {"eu prod": 30, "us_PRD": 11, "staging": 90}}
    )
    assert found["environments"].value == ["eu prod", "us_PRD"]
    assert found["environments"].reason == (
        "“eu prod”, “us_PRD”: production by name, seen 41 times."
    )


@pytest.mark.parametrize(
    "name", ["preprod", "pre-prod", "prod-test", "non-prod", "product", "staging"]
)
def test_what_only_sounds_like_production_is_not_suggested(name: str) -> None:
    assert suggested("github", {"environments": {name: 9, "other": 1}}) == {}


def test_what_the_rules_match_already_is_not_suggested_again() -> None:
    assert suggested("github", {"environments": {"production": 4, "prod-eu": 3}}) == {}


def test_patterns_that_match_something_are_kept_beside_the_new_ones() -> None:
    found = suggested("github", {"environments": {"production": 4, "live_eu": 3}})
    assert found["environments"].value == ["production", "live_eu"]


def test_the_only_environment_there_is_is_suggested() -> None:
    found = suggested("github", {"environments": {"github-pages": 5}})
    assert found["environments"].value == ["github-pages"]
    assert "the only environment: seen 5 times" in found["environments"].reason
    assert suggested("github", {"environments": {"review": 5}}) == {}


def test_where_no_deployment_is_recorded_runs_that_deploy_count() -> None:
    seen = {"workflows": {"Ship it to prod": 12, "Tests": 80, "Deploy preview": 3}}
    found = suggested("github", seen)
    assert found["counts"].value == "workflow_runs"
    assert "“Ship it to prod” ran: seen 12 times" in found["counts"].reason
    assert found["workflows"].value == ["Ship it to prod"]
    gitlab = suggested("gitlab", {"jobs": {"rollout": 2}})
    assert gitlab["counts"].value == "jobs"
    both = suggested("github", seen | {"environments": {"production": 1}})
    assert "counts" not in both


def test_tags_are_suggested_by_what_comes_before_their_number() -> None:
    found = suggested("git", {"tags": dict.fromkeys(["app-1.2", "app-1.3"], 1)})
    assert found["tags"].value == ["app-[0-9]*"]
    assert "numbers of versions, 2 tags" in found["tags"].reason
    assert suggested("git", {"tags": {"app-1.2-rc1": 1, "latest": 1}}) == {}


def test_tags_of_two_services_suggest_a_table() -> None:
    tags = ["orders/v1.0", "orders/v1.1", "billing@2.0.0", "web-v3.1"]
    found = suggested("git", {"tags": dict.fromkeys(tags, 1)})
    assert found["service_table"].value == [
        {"service": "billing", "tags": ["billing@[0-9]*"]},
        {"service": "orders", "tags": ["orders/v[0-9]*"]},
        {"service": "web", "tags": ["web-v[0-9]*"]},
    ]
    one = suggested("git", {"tags": {"orders/v1.0": 1, "v2.0": 1}})
    assert "service_table" not in one


def test_labels_that_name_a_repair_are_suggested() -> None:
    found = suggested("github", {"hotfix_labels": {"urgent fix": 2, "bug": 40}})
    assert found["hotfix_labels"].value == ["urgent fix"]


def test_a_comma_in_a_name_does_not_part_the_pattern() -> None:
    found = suggested("github", {"environments": {"prod, eu": 2}})
    field = next(
        field
        for field in sources.kind_of("github").rule_fields
        if field.name == "environments"
    )
    assert field.clean(found["environments"].shown) == ["prod? eu"]


def test_the_order_of_what_was_seen_does_not_matter() -> None:
    tags = ["orders/v1.0", "orders/v1.1", "billing@2.0.0", "web-v3.1"]
    assert suggested("git", {"tags": dict.fromkeys(tags, 1)}) == suggested(
        "git", {"tags": dict.fromkeys(reversed(tags), 1)}
    )


# ── recorded from real platforms ───────────────────────────────────────────────────


def names(name: str, key: str) -> dict[str, int]:
    rows = (row.payload for row in recorded.rows("github", name))
    return Counter(str(row[key]) for row in rows if isinstance(row, dict) and row[key])


def test_real_tags_of_a_project_are_recognized() -> None:
    found = suggested("git", {"tags": names("tags", "name")})
    assert found["tags"].value == ["github-api-[0-9]*", "stapler-parent-[0-9]*"]
    assert "service_table" not in found


def test_real_workflows_that_only_build_are_no_deployments() -> None:
    assert suggested("github", {"workflows": names("actions_runs", "name")}) == {}


def test_real_environments_fit_the_rules_as_they_are() -> None:
    seen = {"environments": names("deployments", "environment")}
    assert suggested("github", seen) == {}
    found = suggested("github", seen, environments=["live"])
    assert found["environments"].value == ["production"]
