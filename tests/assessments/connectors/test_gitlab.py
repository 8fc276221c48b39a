"""GitLab: what is read of a project, and what becomes of it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    trimmed,
)
from assessments.connectors.gitlab import GitLab
from assessments.connectors.gitlab.trimming import TRIMMING
from scoring.events import Change, Commit, Deployment, Incident, PipelineRun, Status
from tests import recorded
from tests.assessments.connectors.conftest import HASTE, measured
from tests.assessments.connectors.contract import SECRET
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import (
    Answer,
    Platform,
    as_json,
    page_of_html,
    serving,
)
from tests.assessments.connectors.subjects.gitlab import SHOP, shop, source
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assessments.connectors.base import Page
    from scoring.events import Json

NOW = datetime(2026, 1, 10, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "counts": "both",
    "production_by": "name",
    "environments": ["*"],
    "jobs": ["*"],
    "job_branches": [],
    "incident_labels": ["enhancement", "dbt"],
}


@pytest.fixture
def gitlab() -> GitLab:
    return GitLab(patience=HASTE)


@pytest.fixture
def lab() -> Iterator[Platform]:
    platform = shop()
    with serving(platform):
        yield platform


def parsed(sort: str, **body: Json) -> Any:
    """The events of one payload."""
    return list(
        GitLab().parse(
            Payload(sort=sort, body=body), source("https://gitlab.com", **EVERYTHING)
        )
    )


# ── the whole story ────────────────────────────────────────────────────────────────


def test_deployments_to_production_have_their_outcome_and_its_moment(
    gitlab: GitLab, lab: Platform
) -> None:
    _, found = collected(gitlab, source(lab.address), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "501": Status.SUCCESS,
        "502": Status.SUCCESS,
        "503": Status.FAILURE,
        "504": Status.SUCCESS,
        "506": Status.IN_PROGRESS,
    }
    first = deployments["501"]
    assert first.environment == "production"
    assert first.started_at == datetime(2026, 1, 5, 9, 51, tzinfo=UTC)
    assert first.finished_at == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert first.url == "https://gitlab.example.org/acme/shop/-/jobs/7501"
    assert first.attributes == {
        "environment_name": "production",
        "tier": "production",
        "branch": "main",
        "job": "deploy-prod",
    }


def test_merged_merge_requests_are_changes_with_their_commits(
    gitlab: GitLab, lab: Platform
) -> None:
    _, found = collected(gitlab, source(lab.address), now=NOW)

    changes = by_id(found, Change)
    commits = {row["title"]: row["id"] for row in ours("gitlab", "commits")}
    assert set(changes) == {"1", "2", "3"}
    prices = changes["1"]
    assert prices.first_commit_at == datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
    assert prices.opened_at == datetime(2026, 1, 6, 8, 30, tzinfo=UTC)
    assert prices.merged_at == datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
    assert prices.commits == (commits["Show prices"],)
    assert prices.merged_sha == commits["Merge branch 'prices' into 'main'"]
    repair = changes["3"]
    assert repair.attributes["hotfix"] is True
    assert repair.attributes["branch"] == "revert-payments"


def test_commits_keep_the_parents_that_merge_requests_do_not_tell(
    gitlab: GitLab, lab: Platform
) -> None:
    _, found = collected(gitlab, source(lab.address), now=NOW)

    commits = by_id(found, Commit)
    parents = {row["id"]: tuple(row["parent_ids"]) for row in ours("gitlab", "commits")}
    assert {sha: each.parents for sha, each in commits.items()} == parents
    reverts = {each.attributes.get("reverts") for each in commits.values()} - {None}
    assert {commits[sha].attributes["message"] for sha in reverts} == {"Take payments"}


def test_incidents_are_issues_of_that_type_or_with_a_label(
    gitlab: GitLab, lab: Platform
) -> None:
    _, found = collected(gitlab, source(lab.address), now=NOW)

    incidents = by_id(found, Incident)
    assert set(incidents) == {"7", "9", "11"}
    assert incidents["7"].severity == "high"
    assert incidents["9"].severity == "1"
    assert incidents["9"].cause == "code"
    assert incidents["9"].resolved_at == datetime(2026, 1, 7, 13, 10, tzinfo=UTC)
    assert incidents["11"].resolved_at is None


def test_pipelines_tell_what_a_person_started(gitlab: GitLab, lab: Platform) -> None:
    _, found = collected(gitlab, source(lab.address), now=NOW)

    runs = by_id(found, PipelineRun)
    assert {key: each.status for key, each in runs.items()} == {
        "901": Status.CANCELLED,
        "902": Status.SUCCESS,
        "903": Status.FAILURE,
        "904": Status.SUCCESS,
        "905": Status.IN_PROGRESS,
    }
    assert [key for key, each in runs.items() if not each.automated] == ["901"]
    assert runs["904"].finished_at == datetime(2026, 1, 7, 13, 0, tzinfo=UTC)
    assert runs["905"].finished_at is None


def test_jobs_count_as_deployments_only_by_rule(gitlab: GitLab, lab: Platform) -> None:
    _, found = collected(gitlab, source(lab.address, counts="jobs"), now=NOW)

    assert {key: each.status for key, each in by_id(found, Deployment).items()} == {
        "job-7501": Status.SUCCESS,
        "job-7502": Status.SUCCESS,
        "job-7503": Status.FAILURE,
        "job-7504": Status.SUCCESS,
    }


def test_the_story_measures_as_it_was_written(
    gitlab: GitLab, lab: Platform, tmp_path: Path
) -> None:
    issues = lab.lists[f"{SHOP}/issues"]
    issues.rows = [row for row in issues.rows if row["iid"] == 9]

    _, found = collected(gitlab, source(lab.address), now=NOW)
    code = measured(found, tmp_path)["lanes"]["code"]

    # Six hours, four, and one and a half; the first deployment yields none.
    assert code["change_lead_time"]["n"] == 3
    assert code["change_lead_time"]["median_s"] == 4 * 3600
    assert code["change_fail_rate"]["failed"] == 1
    assert code["change_fail_rate"]["total"] == 4
    assert code["failed_deployment_recovery_time"]["median_s"] == 2 * 3600
    assert code["deployment_rework_rate"]["ratio"] == 0.25
    assert code["deployment_frequency"]["n"] == 3


def test_no_person_is_in_payloads_or_events(gitlab: GitLab, lab: Platform) -> None:
    pages, found = collected(gitlab, source(lab.address, counts="both"), now=NOW)

    kept = json.dumps([payload.body for page in pages for payload in page.payloads])
    for text in (kept, repr(found)):
        for word in ("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"):
            assert word not in text


# ── again and again ────────────────────────────────────────────────────────────────


def test_a_second_reading_asks_only_for_what_changed(
    gitlab: GitLab, lab: Platform
) -> None:
    pages, _ = collected(gitlab, source(lab.address), now=NOW)
    lab.asked.clear()

    again, _ = collected(gitlab, source(lab.address), now=NOW, cursor=pages[-1].cursor)

    (deployments,) = (each for each in lab.asked if each.path.endswith("/deployments"))
    # Their filter by change is only allowed together with their order by change.
    assert deployments.query["order_by"] == "updated_at"
    assert deployments.query["updated_after"] == "2026-01-08T07:50:00Z"
    assert f"{SHOP}/merge_requests/1/commits" not in lab.paths()
    kept = [payload.sort for page in again for payload in page.payloads]
    assert kept.count("deployment") == 1


def test_a_deployment_that_ends_later_is_read_again(
    gitlab: GitLab, lab: Platform
) -> None:
    pages, _ = collected(gitlab, source(lab.address), now=NOW)
    waiting = lab.lists[f"{SHOP}/deployments"].rows[0]
    waiting |= {"status": "success", "updated_at": "2026-01-09T08:00:00.000Z"}

    _, found = collected(gitlab, source(lab.address), now=NOW, cursor=pages[-1].cursor)

    ended = by_id(found, Deployment)["506"]
    assert ended.status is Status.SUCCESS
    assert ended.finished_at == datetime(2026, 1, 9, 8, tzinfo=UTC)


def test_a_job_under_way_is_asked_for_until_it_ends(
    gitlab: GitLab, lab: Platform
) -> None:
    where = source(lab.address, counts="jobs", history_days=3650)
    jobs = lab.lists[f"{SHOP}/jobs"].rows
    jobs[0] |= {"status": "running", "started_at": "2026-01-08T08:01:00.000Z"}
    pages, _ = collected(gitlab, where, now=NOW)
    later = jobs[1] | {"id": 7600, "created_at": "2026-01-20T08:00:00.000Z"}
    jobs.insert(0, later)
    then = NOW + timedelta(days=11)
    second, _ = collected(gitlab, where, now=then, cursor=pages[-1].cursor)
    ended = {"status": "failed", "finished_at": "2026-01-21T08:00:00.000Z"}
    lab.things[f"{SHOP}/jobs/7506"] = jobs[1] | ended

    _, found = collected(gitlab, where, now=then, cursor=second[-1].cursor)

    assert by_id(found, Deployment)["job-7506"].status is Status.FAILURE


# ── rules and their preview ────────────────────────────────────────────────────────


def test_a_preview_says_why_each_candidate_counts_or_not(
    gitlab: GitLab, lab: Platform
) -> None:
    preview = gitlab.preview(source(lab.address, counts="both"), now=NOW)

    counted = {each.what: each.reason for each in preview.counted}
    assert counted["Deployment 503 of main"] == (
        "environment “production” is of the tier production"
    )
    assert counted["Job 7503 deploy-prod on main"] == (
        "job “deploy-prod” matches “*deploy*prod*”"
    )
    reasons = {each.what: each.reason for each in preview.left_out}
    assert reasons == {
        "Deployment 505 of main": "environment “staging” is of the tier staging",
        "Job 7495 lint on payments": "job “lint” does not deploy to production",
        "Job 7505 deploy-staging on main": (
            "job “deploy-staging” does not deploy to production"
        ),
        "Job 7506 deploy-prod on main": "the job was not started",
    }
    assert preview.looked_at == (
        "Looked at the 6 newest deployments and 7 newest jobs of acme/shop."
    )


def test_a_preview_asks_for_the_newest(gitlab: GitLab, lab: Platform) -> None:
    gitlab.preview(source(lab.address), now=NOW)

    (deployments,) = (each for each in lab.asked if each.path.endswith("/deployments"))
    assert (deployments.query["order_by"], deployments.query["sort"]) == ("id", "desc")


@pytest.mark.parametrize("tiers", ["unreadable", "unknown"])
def test_names_say_what_is_production_where_tiers_do_not(
    gitlab: GitLab, lab: Platform, tiers: str
) -> None:
    path = f"{SHOP}/environments"
    rows = [row | {"tier": None} for row in ours("gitlab", "environments")]
    lab.always(path, Answer(403) if tiers == "unreadable" else as_json(rows))

    _, found = collected(gitlab, source(lab.address, environments=["stag*"]), now=NOW)

    assert set(by_id(found, Deployment)) == {"505"}


def test_a_tier_goes_before_a_name(gitlab: GitLab, lab: Platform) -> None:
    renamed = [
        row | {"tier": "other" if row["name"] == "production" else "production"}
        for row in ours("gitlab", "environments")
    ]
    lab.lists[f"{SHOP}/environments"].rows = renamed

    _, by_tier = collected(gitlab, source(lab.address), now=NOW)
    _, by_name = collected(gitlab, source(lab.address, production_by="name"), now=NOW)

    assert set(by_id(by_tier, Deployment)) == {"505"}
    assert len(by_id(by_name, Deployment)) == 5


def test_merge_requests_into_another_branch_are_no_changes(
    gitlab: GitLab, lab: Platform
) -> None:
    lab.lists[f"{SHOP}/merge_requests"].rows[1]["target_branch"] = "next"

    _, found = collected(gitlab, source(lab.address), now=NOW)
    _, of_next = collected(gitlab, source(lab.address, branch="next"), now=NOW)

    assert len(by_id(found, Change)) + len(by_id(of_next, Change)) == 3
    assert len(by_id(of_next, Change)) == 1
    refs = {each.query.get("ref_name") for each in lab.asked if "commits" in each.path}
    assert "next" in refs


def test_what_the_rules_leave_out_is_not_asked_for(
    gitlab: GitLab, lab: Platform
) -> None:
    where = source(
        lab.address, pipelines="skip", incident_labels=[], incident_type="skip"
    )

    collected(gitlab, where, now=NOW)

    asked = {path.removeprefix(f"{SHOP}/") for path in lab.paths()}
    assert not asked & {"pipelines", "issues", "jobs"}


# ── what is odd ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("success", "success"),
        ("failed", "failure"),
        ("canceled", "cancelled"),
        ("running", "in_progress"),
        ("blocked", "in_progress"),
    ],
)
def test_each_status_of_a_deployment_is_known(status: str, means: str) -> None:
    row = ours("gitlab", "deployments")[-1] | {"status": status}

    (event,) = parsed("deployment", deployment=row)

    assert event.status == means
    assert (event.finished_at is None) == (means == "in_progress")


@pytest.mark.parametrize("status", ["created", "skipped"])
def test_a_deployment_that_was_not_started_is_none(
    gitlab: GitLab, lab: Platform, status: str
) -> None:
    row = ours("gitlab", "deployments")[-1] | {"status": status}
    lab.lists[f"{SHOP}/deployments"].rows = [row]

    preview = gitlab.preview(source(lab.address), now=NOW)

    assert parsed("deployment", deployment=row) == []
    assert [each.reason for each in preview.left_out] == ["it was not started"]


def test_a_deployment_without_a_job_ended_when_it_was_last_changed() -> None:
    row = ours("gitlab", "deployments")[-1] | {"deployable": None}

    (event,) = parsed("deployment", deployment=row)

    assert event.started_at == datetime(2026, 1, 5, 9, 50, tzinfo=UTC)
    assert event.finished_at == datetime(2026, 1, 5, 10, 0, 0, 400_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("merged", "became"),
    [
        ({"merge_commit_sha": "m", "squash_commit_sha": "s", "sha": "h"}, "m"),
        ({"merge_commit_sha": None, "squash_commit_sha": "s", "sha": "h"}, "s"),
        ({"merge_commit_sha": None, "squash_commit_sha": None, "sha": "h"}, "h"),
    ],
)
def test_a_change_is_known_by_what_it_became(
    merged: dict[str, Json], became: str
) -> None:
    row = ours("gitlab", "merge_requests")[-1] | merged

    (change,) = parsed("merge_request", merge_request=row, commits=[])

    assert change.merged_sha == became


@pytest.mark.parametrize(
    ("sort", "body", "reason"),
    [
        ("deployment", {"deployment": []}, "deployment: is a list, not an object"),
        ("deployment", {"row": None}, "deployment: is missing, not an object"),
        (
            "deployment",
            {"deployment": {"status": "odd"}},
            "deployment.status: 'odd' is none that we know",
        ),
        (
            "deployment",
            {"deployment": {"status": "success", "id": 1, "created_at": "2026-01-01"}},
            "deployment.created_at: '2026-01-01' has no offset",
        ),
        ("job", {"job": {"status": 3}}, "job.status: is a number, not a text"),
        ("pipeline", {"pipeline": {"status": "success"}}, "pipeline.id: is missing"),
        (
            "merge_request",
            {"merge_request": {"state": "odd"}},
            "merge_request.state: 'odd' is none that we know",
        ),
        (
            "merge_request",
            {"merge_request": {"state": "merged"}},
            "merge_request.merged_at: is missing",
        ),
        (
            "commit",
            {"commit": {"id": "a", "committed_date": "2026-01-01T00:00:00Z"}},
            "commit.parent_ids: is missing, not a list",
        ),
        ("issue", {"issue": {"labels": [4]}}, "issue.labels[0]: is a number"),
        ("gist", {}, "sort: 'gist' is not one of"),
    ],
)
def test_what_cannot_be_understood_names_the_field(
    sort: str, body: dict[str, Json], reason: str
) -> None:
    with pytest.raises(Garbled) as garbled:
        parsed(sort, **body)

    assert garbled.value.reason.startswith(reason)


# ── what goes wrong ────────────────────────────────────────────────────────────────


def test_a_test_says_what_can_be_read(gitlab: GitLab, lab: Platform) -> None:
    lab.always(f"{SHOP}/pipelines", Answer(403))

    assert gitlab.test(source(lab.address), now=NOW) == (
        "Found acme/shop. Readable: Repository, Merge requests, Deployments and"
        " Issues. Not readable with this token: Pipelines."
    )


def test_a_test_says_where_a_project_has_moved(gitlab: GitLab, lab: Platform) -> None:
    lab.things[SHOP] |= {"path_with_namespace": "acme/store"}

    with pytest.raises(Refused, match="acme/shop has moved and is acme/store now"):
        gitlab.test(source(lab.address), now=NOW)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(401), "GitLab did not accept the token: it may have expired"),
        (Answer(403), "give it the scope read_api"),
        (Answer(404), "There is no project acme/shop that this token may see"),
        (page_of_html(), "answered with a page, not with data"),
        (as_json([1]), "does not answer as GitLab does"),
    ],
)
def test_each_refusal_says_what_to_do(
    gitlab: GitLab, lab: Platform, answer: Answer, sentence: str
) -> None:
    lab.always(SHOP, answer)

    with pytest.raises(Refused, match=re.escape(sentence)) as refused:
        collected(gitlab, source(lab.address), now=NOW)

    assert SECRET not in refused.value.sentence


def test_a_token_that_expires_while_reading_ends_it(
    gitlab: GitLab, lab: Platform
) -> None:
    lab.always(f"{SHOP}/deployments", Answer(401))

    with pytest.raises(Refused, match="it may have expired"):
        collected(gitlab, source(lab.address), now=NOW)


def test_a_list_that_is_shut_does_not_stop_the_others(
    gitlab: GitLab, lab: Platform
) -> None:
    lab.always(f"{SHOP}/deployments", Answer(403))
    pages: list[Page] = []

    with pytest.raises(Refused, match="may not read Deployments of acme/shop"):
        pages.extend(gitlab.fetch(source(lab.address), cursor={}, now=NOW))

    sorts = {payload.sort for page in pages for payload in page.payloads}
    assert sorts == {"commit", "merge_request", "pipeline", "issue"}


def test_a_preview_of_a_list_that_is_shut_says_what_to_allow(
    gitlab: GitLab, lab: Platform
) -> None:
    lab.always(f"{SHOP}/deployments", Answer(403))

    with pytest.raises(Refused, match="may not read Deployments of acme/shop"):
        gitlab.preview(source(lab.address), now=NOW)


@pytest.mark.parametrize(
    ("told", "sort"),
    [
        ({"empty_repo": True}, "commit"),
        ({"merge_requests_access_level": "disabled"}, "merge_request"),
        ({"environments_access_level": "disabled"}, "deployment"),
        ({"builds_access_level": "disabled"}, "pipeline"),
        ({"issues_access_level": "disabled"}, "issue"),
    ],
)
def test_a_feature_that_is_switched_off_is_not_asked_for(
    gitlab: GitLab, lab: Platform, told: dict[str, Json], sort: str
) -> None:
    lab.things[SHOP] |= told

    pages, _ = collected(gitlab, source(lab.address), now=NOW)

    sorts = {payload.sort for page in pages for payload in page.payloads}
    assert sorts == {
        "commit", "merge_request", "deployment", "pipeline", "issue"
    } - {sort}  # fmt: skip


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("{}/acme/shop", SHOP),
        ("{}/acme/shop.git", SHOP),
        ("{}/acme/shop/-/merge_requests?scope=all", SHOP),
        ("{}/acme/tools/shop/", "/api/v4/projects/acme%2Ftools%2Fshop"),
        ("{}/api/v4/projects/42", "/api/v4/projects/42"),
        ("{}/lab/api/v4/projects/acme%2Fshop", f"/lab{SHOP}"),
    ],
)
def test_an_address_leads_to_the_api_of_its_project(
    gitlab: GitLab, lab: Platform, address: str, asked: str
) -> None:
    where = Source(
        kind="gitlab",
        address=address.format(lab.address),
        service_key="shop",
        allow_local=True,
    )

    with pytest.raises(Refused):  # no token
        gitlab.test(where, now=NOW)

    assert lab.paths() == [asked]


@pytest.mark.parametrize(
    "address",
    ["", "shop", "42", "https://gitlab.com/acme", "acme/../x", "ftp://a.org/a/b", "-"],
)
def test_an_address_without_a_project_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        GitLab().check(Source(kind="gitlab", address=address, service_key="shop"))


# ── recorded ───────────────────────────────────────────────────────────────────────

# File, sort, how a row becomes a payload, and how many events all rows make.
CASES: tuple[tuple[str, str, Callable[[Any], dict[str, Json]], dict[str, int]], ...] = (
    ("deployments", "deployment", lambda row: {"deployment": row}, {"deployment": 6}),
    ("jobs", "job", lambda row: {"job": row}, {"deployment": 70}),
    ("bridges", "job", lambda row: {"job": row}, {"deployment": 1}),
    ("pipelines", "pipeline", lambda row: {"pipeline": row}, {"pipeline_run": 29}),
    ("pipelines_detail", "pipeline", lambda row: {"pipeline": row},
     {"pipeline_run": 17}),
    ("merge_requests", "merge_request",
     lambda row: {"merge_request": row, "commits": []}, {"change": 26}),
    ("commits", "commit", lambda row: {"commit": row}, {"commit": 3}),
    ("merge_requests_commits", "commit", lambda row: {"commit": row}, {"commit": 37}),
    ("issues", "issue", lambda row: {"issue": row}, {"incident": 6}),
)  # fmt: skip


def _payloads(
    name: str, sort: str, body: Callable[[Any], dict[str, Json]]
) -> list[Payload]:
    return [
        Payload(
            sort=sort,
            body={
                key: trimmed(value, TRIMMING)
                for key, value in body(row.payload).items()
            },
        )
        for row in recorded.rows("gitlab", name)
    ]


@pytest.mark.parametrize(("name", "sort", "body", "wanted"), CASES)
def test_every_recorded_row_is_understood_and_keeps_no_person(
    name: str,
    sort: str,
    body: Callable[[Any], dict[str, Json]],
    wanted: dict[str, int],
) -> None:
    payloads = _payloads(name, sort, body)

    found = understood(GitLab(), source("https://gitlab.com", **EVERYTHING), payloads)

    assert dict(found.kinds) == wanted
    # Two rows were given statuses that GitLab does not have, by whoever kept them.
    odd = ("completed", "undeployed") if name == "deployments" else ()
    assert found.reasons == [
        f"deployment.status: {word!r} is none that we know" for word in odd
    ]
    kept = json.dumps([payload.body for payload in payloads])
    assert not re.search(r"user-\d{4}", re.sub(r"https?://[^\"\s]+", "", kept))
    assert "example.invalid" not in kept


def test_recorded_rows_have_the_moments_that_they_tell() -> None:
    rows = {row["id"]: row for row in _rows("deployments")}
    runs = {row["id"]: row for row in _rows("pipelines_detail")}
    merged = {row["iid"]: row for row in _rows("merge_requests")}

    (deployment,) = parsed("deployment", deployment=rows[13436532])
    (run,) = parsed("pipeline", pipeline=runs[1078343570])
    (change,) = parsed("merge_request", merge_request=merged[14], commits=[])

    assert deployment.status is Status.CANCELLED
    assert deployment.started_at == datetime.fromisoformat("2019-03-13T15:21:07.335Z")
    assert deployment.finished_at == datetime.fromisoformat("2019-03-13T15:21:27.825Z")
    assert run.started_at == datetime.fromisoformat("2023-11-20T07:17:10.123Z")
    assert run.finished_at == datetime.fromisoformat("2023-11-21T01:54:29.748Z")
    assert change.merged_sha == "21840a7eadb58babe8aeae2960da851a3ed00ddc"


def _rows(name: str) -> list[Any]:
    return [row.payload for row in recorded.rows("gitlab", name)]
