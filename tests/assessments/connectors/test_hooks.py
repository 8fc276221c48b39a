"""What platforms push: signatures, moments, and the rows that deliveries name."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from assessments.connectors.base import Garbled, Source, clean_rules
from assessments.connectors.base.hooking import Delivery, Forged, Knock, Push, Rereads
from assessments.connectors.registry import CONNECTORS, hooks_of
from tests import recorded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
SECRET = "canary-hook-secret-42"
SHA = "c12b0629ab8ebf6b2a7ccc0298138ce306a019ee"

ADDRESSES = {
    "azuredevops": "https://dev.azure.com/acme/shop/_git/shop",
    "bitbucket": "acme/shop",
    "bitbucket_server": "https://git.example.org/projects/ACME/repos/shop",
    "circleci": "gh/acme/shop",
    "gitea": "https://git.example.org/acme/shop",
    "github": "acme/shop",
    "gitlab": "acme/shop",
}


def delivery(told: Any, **headers: str) -> Delivery:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(headers=named, body=body, received_at=NOW)


def mac(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


def bearing(kind: str, body: bytes, secret: str) -> Mapping[str, str]:
    """Return the header with which a platform shows that it knows the secret."""
    signed = mac(body, secret)
    return {
        "azuredevops": {"authorization": basic(secret)},
        "bitbucket": {"x_hub_signature": f"sha256={signed}"},
        "bitbucket_server": {"x_hub_signature": f"sha256={signed}"},
        "circleci": {"circleci_signature": f"v1={signed}"},
        "gitea": {"x_gitea_signature": signed},
        "github": {"x_hub_signature_256": f"sha256={signed}"},
        "gitlab": {"x_gitlab_token": secret},
    }[kind]


def source(kind: str, address: str | None = None, **rules: Any) -> Source:
    return Source(
        kind=kind,
        address=address or ADDRESSES[kind],
        service_key="shop",
        rules=clean_rules(CONNECTORS[kind].rule_fields, rules).rules,
    )


def read(kind: str, told: Any, *, rules: Any = None, **headers: str) -> Push:
    hooks = hooks_of(kind)
    assert hooks is not None
    return hooks.read(delivery(told, **headers), source(kind, **(rules or {})))


def verify(kind: str, given: Delivery, secret: str = SECRET) -> None:
    hooks = hooks_of(kind)
    assert hooks is not None
    hooks.verify(given, secret=secret)


# ── who sent it ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
def test_what_bears_the_secret_is_let_in(kind: str) -> None:
    verify(kind, delivery(b"{}", **bearing(kind, b"{}", SECRET)))


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
@pytest.mark.parametrize("given", ["another", "", "nothing", "no ascii ü\udcff"])
def test_what_does_not_bear_it_is_turned_away(kind: str, given: str) -> None:
    headers = dict(bearing(kind, b"{}", "another-secret-0123"))
    if given == "nothing":
        headers = {}
    elif given != "another":
        headers = dict.fromkeys(headers, given)
    with pytest.raises(Forged) as refused:
        verify(kind, delivery(b"{}", **headers))
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("kind", sorted(ADDRESSES.keys() - {"azuredevops", "gitlab"}))
def test_another_body_than_the_signed_one_is_turned_away(kind: str) -> None:
    with pytest.raises(Forged):
        verify(kind, delivery(b'{"a": 1}', **bearing(kind, b"{}", SECRET)))


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
def test_without_a_secret_nobody_is_let_in(kind: str) -> None:
    with pytest.raises(Forged):
        verify(kind, delivery(b"{}", **bearing(kind, b"{}", "")), secret="")


# ── signed moments: Standard Webhooks, as newer GitLab sends them ──────────────────

KEY = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()


def standard(
    body: bytes = b"{}", *, name: str = "msg-1", at: datetime = NOW, key: str = KEY
) -> Delivery:
    raw = base64.b64decode(key.removeprefix("whsec_"))
    moment = str(int(at.timestamp()))
    signed = hmac.new(raw, f"{name}.{moment}.".encode() + body, hashlib.sha256)
    signature = "v1," + base64.b64encode(signed.digest()).decode()
    return delivery(
        body,
        webhook_id=name,
        webhook_timestamp=moment,
        webhook_signature=f"v1,bm90aGluZw== {signature}",
    )


def test_a_signed_moment_of_now_is_let_in_and_its_name_is_vouched_for() -> None:
    hooks = hooks_of("gitlab")
    assert hooks is not None
    verify("gitlab", standard(), KEY)
    assert hooks.identity(standard()) == "msg-1"
    assert hooks.identity(delivery(b"{}", webhook_id="msg-1")) == ""


@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=-6)])
def test_a_signed_moment_of_long_ago_or_to_come_is_turned_away(away: timedelta) -> None:
    with pytest.raises(Forged, match="check the clocks"):
        verify("gitlab", standard(at=NOW + away), KEY)


def test_a_name_or_moment_that_was_not_signed_is_turned_away() -> None:
    given = standard()
    for name, value in (
        ("webhook-id", "msg-2"),
        ("webhook-timestamp", str(int(NOW.timestamp()) + 1)),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "9" * 40),
    ):
        other = Delivery(
            headers={**given.headers, name: value}, body=b"{}", received_at=NOW
        )
        with pytest.raises(Forged):
            verify("gitlab", other, KEY)


def test_a_signature_is_not_rescued_by_a_token() -> None:
    given = standard(key="whsec_" + base64.b64encode(b"other").decode())
    both = Delivery(
        headers={**given.headers, "x-gitlab-token": KEY}, body=b"{}", received_at=NOW
    )
    with pytest.raises(Forged):
        verify("gitlab", both, KEY)


# ── what it names ──────────────────────────────────────────────────────────────────

GITHUB = {"full_name": "Acme/Shop", "default_branch": "main"}
GITLAB = {"path_with_namespace": "acme/shop", "default_branch": "main", "id": 42}


def pushed_to_github(ref: str = "refs/heads/main", **more: Any) -> Any:
    return {"ref": ref, "repository": GITHUB, "commits": [{"id": SHA}]} | more


def test_a_push_to_the_branch_names_its_commits() -> None:
    push = read("github", pushed_to_github(), x_github_event="push")
    assert push.knocks == (Knock(listing="commits", identity=SHA),)


@pytest.mark.parametrize("ref", ["refs/heads/beside", "refs/tags/main", "main"])
def test_a_push_to_something_else_is_of_no_interest(ref: str) -> None:
    assert read("github", pushed_to_github(ref), x_github_event="push") == Push()


def test_the_branch_of_the_rules_is_the_one() -> None:
    told = pushed_to_github("refs/heads/live")
    push = read("github", told, rules={"branch": "live"}, x_github_event="push")
    assert len(push.knocks) == 1


def test_a_form_says_the_same_as_json() -> None:
    form = urlencode({"payload": json.dumps(pushed_to_github())}).encode()
    push = read(
        "github",
        form,
        x_github_event="push",
        content_type="application/x-www-form-urlencoded",
    )
    assert len(push.knocks) == 1


def test_another_repository_is_of_no_interest() -> None:
    told = pushed_to_github(repository=GITHUB | {"full_name": "acme/other"})
    assert read("github", told, x_github_event="push") == Push()


def test_a_commit_that_is_none_leads_nowhere() -> None:
    told = pushed_to_github(commits=[{"id": "../../../user/repos"}])
    with pytest.raises(Garbled):
        read("github", told, x_github_event="push")


def test_github_names_what_the_rules_read() -> None:
    told = {"repository": GITHUB, "workflow_run": {"id": 9}, "deployment": {"id": 5}}
    runs = Knock(listing="runs", identity="9")
    deployments = Knock(listing="deployments", identity="5")

    def knocks(event: str, **rules: str) -> tuple[Knock, ...]:
        return read("github", told, rules=rules, x_github_event=event).knocks

    both = {"counts": "both"}
    assert knocks("workflow_run", **both) == (runs,)
    assert knocks("deployment_status", **both) == (deployments,)
    assert knocks("deployment", counts="workflow_runs") == ()
    assert knocks("star") == ()


def test_only_issues_that_are_incidents_are_named() -> None:
    def knocks(*labels: str) -> tuple[Knock, ...]:
        issue = {"number": 7, "labels": [{"name": label} for label in labels]}
        told = {"repository": GITHUB, "issue": issue}
        return read("github", told, x_github_event="issues").knocks

    assert knocks("docs") == ()
    assert knocks("docs", "Incident") == (
        Knock(listing="issues:incident", identity="7"),
    )


def test_more_commits_than_gitlab_names_are_read_as_a_list() -> None:
    told = {
        "object_kind": "push",
        "ref": "refs/heads/main",
        "project": GITLAB,
        "commits": [{"id": SHA}],
        "total_commits_count": 21,
    }
    assert read("gitlab", told).knocks == (Knock(listing="commits"),)
    told["total_commits_count"] = 1
    assert read("gitlab", told).knocks == (Knock(listing="commits", identity=SHA),)


def test_a_project_named_by_its_number_is_known() -> None:
    hooks = hooks_of("gitlab")
    assert hooks is not None
    told = {
        "object_kind": "merge_request",
        "project": GITLAB,
        "object_attributes": {"iid": 7, "state": "merged"},
    }
    for number, found in (("42", 1), ("43", 0)):
        address = f"https://gitlab.example.org/api/v4/projects/{number}"
        push = hooks.read(delivery(told), source("gitlab", address))
        assert len(push.knocks) == found


def test_a_merge_request_that_is_open_is_of_no_interest() -> None:
    told = {
        "object_kind": "merge_request",
        "project": GITLAB,
        "object_attributes": {"iid": 7, "state": "opened"},
    }
    assert read("gitlab", told) == Push()


def test_circleci_names_the_pipeline() -> None:
    identity = "1285fe1d-d3a6-44fc-8886-8979558254c4"
    told = {
        "type": "workflow-completed",
        "project": {"slug": "gh/acme/shop"},
        "pipeline": {"id": identity},
    }
    assert read("circleci", told).knocks == (
        Knock(listing="pipelines", identity=identity),
    )
    assert read("circleci", told | {"project": {"slug": "gh/acme/other"}}) == Push()
    with pytest.raises(Garbled):
        read("circleci", told | {"pipeline": {"id": "../me"}})


def test_a_tag_on_gitea_is_a_reason_to_read_tags() -> None:
    told = {
        "ref": "v1",
        "ref_type": "tag",
        "repository": {"full_name": "acme/shop", "default_branch": "main"},
    }
    push = read("gitea", told, rules={"counts": "tags"}, x_gitea_event="create")
    assert push.knocks == (Knock(listing="tags"),)
    assert read("gitea", told, x_gitea_event="create", rules={"counts": "runs"}) == (
        Push()
    )


# ── what was recorded ──────────────────────────────────────────────────────────────


_PLACES = {
    "github": ("repository", "full_name"),
    "gitlab": ("project", "path_with_namespace"),
    "gitea": ("repository", "full_name"),
    "bitbucket": ("repository", "full_name"),
}
_EVENT_HEADERS = {
    "github": "x-github-event",
    "gitea": "x-gitea-event",
    "bitbucket": "x-event-key",
    "bitbucket_server": "x-event-key",
}
# The files have names of their own for what platforms say in a header.
_EVENTS = {
    "repo-push": "repo:push",
    "pull-request-merged": "pullrequest:fulfilled",
    "repo-commit-status-updated": "repo:commit_status_updated",
    "issue-updated": "issue:updated",
    "pr-merged": "pr:merged",
    "pull-request": "pull_request",
    "pull_request_merged": "pull_request",
    "issues_closed": "issues",
    "tag_create": "create",
}


def _recorded(kind: str) -> Iterator[tuple[Delivery, Source]]:
    """Yield what was recorded, each with a source of the place that it is about."""
    files = (recorded.folder() / kind).glob("webhook*.jsonl")
    for row in (row for file in files for row in recorded.rows(kind, file.stem)):
        place: Any = row.payload
        for name in _PLACES.get(kind, ()):
            place = place.get(name) if isinstance(place, dict) else None
        address = place if isinstance(place, str) else ADDRESSES[kind]
        if kind == "gitea":
            address = f"https://git.example.org/{place}"
        if kind == "bitbucket_server":
            address = _data_center(row.payload)
        event = _EVENTS.get(row.event, row.event)
        headers = {_EVENT_HEADERS.get(kind, "x-event"): event}
        body = json.dumps(row.payload).encode()
        given = Delivery(headers=headers, body=body, received_at=NOW)
        both = {"counts": "both"} if kind in {"github", "gitlab"} else {}
        yield given, source(kind, address, **both)


def _data_center(told: Any) -> str:
    """Return the address of the repository that a pull request was merged into."""
    place = told["pullRequest"]["toRef"]["repository"]
    key, slug = place["project"]["key"], place["slug"]
    return f"https://git.example.org/projects/{key}/repos/{slug}"


@pytest.mark.parametrize("kind", sorted(ADDRESSES.keys() - {"circleci"}))
def test_recorded_deliveries_are_understood_and_some_name_rows(kind: str) -> None:
    hooks = hooks_of(kind)
    assert hooks is not None
    read_of = [hooks.read(given, place) for given, place in _recorded(kind)]
    named = {knock.listing for push in read_of for knock in push.knocks}
    assert named >= NAMED[kind]


NAMED = {
    "azuredevops": {"builds", "commits", "pulls"},
    "bitbucket": {"commits", "pulls", "pipelines", "issues"},
    "bitbucket_server": {"pulls"},
    "gitea": {"commits", "pulls"},
    "github": {"commits", "deployments", "runs"},
    "gitlab": {"deployments", "jobs"},
}


# ── every kind that pushes ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", [kind for kind in CONNECTORS if hooks_of(kind)])
def test_every_hook_says_what_to_set_up_and_takes_no_nonsense(kind: str) -> None:
    hooks = hooks_of(kind)
    assert hooks is not None
    assert hooks.set_up.endswith(".")
    with pytest.raises(Forged):
        hooks.verify(delivery(b"{}"), secret=SECRET)


def test_who_names_rows_can_read_them() -> None:
    for kind in ("circleci", "gitea", "github", "gitlab"):
        assert isinstance(CONNECTORS[kind], Rereads)
