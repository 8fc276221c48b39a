"""Stories that unfold: what a platform holds at a moment, and what it pushes then.

The stories of `subjects` are how things are in the end. Here each row appears when it
was made, is under way until it changed, and every such moment comes with the delivery
that the platform would send.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.assessments.connectors.contract import SECRET
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.subjects import github, gitlab

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.assessments.connectors.contract import Subject
    from tests.assessments.connectors.platform import Platform

HOOK_SECRET = "canary-hook-secret-42"

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One list of a platform: how its rows come to be what they are in the end."""

    path: str
    # By which field a row is asked for alone.
    identity: str
    # The moments at which anything of a row changes, the first of them its birth.
    moments: Callable[[Row], list[str]]
    # The row at a moment; its last one gives the row as it is in the end.
    at: Callable[[Row, str], Row]
    # What is pushed of it: the name of the event, and the body.
    pushed: Callable[[Row], tuple[str, Row]]
    # By what the list is ordered.
    order: Callable[[Row], str]
    # What a row that is asked for alone says besides.
    alone: Row = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Push:
    """A delivery as a platform sends it."""

    headers: Mapping[str, str]
    body: bytes


class Story:
    """A platform whose rows come one after the other."""

    def __init__(
        self,
        subject: Subject,
        chapters: tuple[Chapter, ...],
        root: str,
        sign: Callable[[str, bytes], Mapping[str, str]],
    ) -> None:
        self.subject = subject
        self.platform: Platform = subject.platform()
        self._chapters = chapters
        self._root = root
        self._sign = sign
        self._rows = {
            each.path: list(self.platform.lists[f"{root}/{each.path}"].rows)
            for each in chapters
        }

    def moments(self) -> list[str]:
        """Return every moment at which anything happens."""
        return sorted(
            {
                moment
                for each in self._chapters
                for row in self._rows[each.path]
                for moment in each.moments(row)
            },
            key=_moment,
        )

    def unfold(self, now: str) -> list[Push]:
        """Let the platform hold what there is at a moment; return what it pushes."""
        pushed: list[Push] = []
        for each in self._chapters:
            shown: list[Row] = []
            for row in self._rows[each.path]:
                past = [m for m in each.moments(row) if _moment(m) <= _moment(now)]
                if not past:
                    continue
                version = each.at(row, max(past, key=_moment))
                shown.append(version)
                place = f"{self._root}/{each.path}/{row[each.identity]}"
                self.platform.things[place] = version | each.alone
                if now in past:
                    event, told = each.pushed(version)
                    # Each change says when it was, in one field or another.
                    pushed.append(self._push(event, told | {"changed": now}))
            shown.sort(key=lambda row: _moment(each.order(row)), reverse=True)
            self.platform.lists[f"{self._root}/{each.path}"].rows = shown
        self._unfold_details(now)
        return pushed

    def _unfold_details(self, now: str) -> None:
        """Let statuses of deployments come one by one (of GitHub alone)."""
        for path, rows in github_statuses(self._root).items():
            if path in self.platform.lists:
                past = [
                    row for row in rows if _moment(row["created_at"]) <= _moment(now)
                ]
                self.platform.lists[path].rows = past

    def _push(self, event: str, told: Row) -> Push:
        body = json.dumps(told).encode()
        return Push(headers=self._sign(event, body), body=body)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _same(row: Row, _: str) -> Row:
    return row


# ── GitHub ─────────────────────────────────────────────────────────────────────────

_SHOP = {"full_name": "acme/shop", "default_branch": "main"}


def github_statuses(root: str) -> dict[str, list[Row]]:
    """Return the statuses of deployments, by their path."""
    return {
        f"{root}/deployments/{number}/statuses": rows
        for number, rows in ours("github", "deployments_statuses").items()
    }


def _signed_by_github(event: str, body: bytes) -> Mapping[str, str]:
    mac = hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": event, "X-Hub-Signature-256": f"sha256={mac}"}


def _of_github(event: str, name: str) -> Callable[[Row], tuple[str, Row]]:
    return lambda row: (event, {"repository": _SHOP, name: row})


def _statuses_of(row: Row) -> list[str]:
    told = ours("github", "deployments_statuses").get(str(row["id"]), [])
    return [row["created_at"], *(each["created_at"] for each in told)]


def _run_at(row: Row, moment: str) -> Row:
    if moment == row["updated_at"]:
        return row
    under_way = {"status": "in_progress", "conclusion": None}
    return {**row, **under_way, "updated_at": row["created_at"]}


def _issue_at(row: Row, moment: str) -> Row:
    if moment == row["updated_at"]:
        return row
    fresh = {"state": "open", "closed_at": None, "updated_at": row["created_at"]}
    return {**row, **fresh}


def _made_and_changed(row: Row) -> list[str]:
    return [row["created_at"], row["updated_at"]]


def on_github() -> Story:
    """Return the story of acme/shop on GitHub."""
    changed = "updated_at"
    return Story(
        github.SUBJECT,
        (
            Chapter(
                path="commits",
                identity="sha",
                moments=lambda row: [row["commit"]["committer"]["date"]],
                at=_same,
                pushed=lambda row: (
                    "push",
                    {
                        "ref": "refs/heads/main",
                        "repository": _SHOP,
                        "commits": [{"id": row["sha"]}],
                    },
                ),
                order=lambda row: str(row["commit"]["committer"]["date"]),
            ),
            Chapter(
                path="pulls",
                identity="number",
                moments=lambda row: [row[changed]],
                at=_same,
                pushed=_of_github("pull_request", "pull_request"),
                order=lambda row: str(row[changed]),
            ),
            Chapter(
                path="deployments",
                identity="id",
                moments=_statuses_of,
                at=_same,
                pushed=_of_github("deployment_status", "deployment"),
                order=lambda row: str(row["created_at"]),
            ),
            Chapter(
                path="actions/runs",
                identity="id",
                moments=_made_and_changed,
                at=_run_at,
                pushed=_of_github("workflow_run", "workflow_run"),
                order=lambda row: str(row["created_at"]),
            ),
            Chapter(
                path="issues",
                identity="number",
                moments=_made_and_changed,
                at=_issue_at,
                pushed=_of_github("issues", "issue"),
                order=lambda row: str(row[changed]),
            ),
        ),
        "/api/v3/repos/acme/shop",
        _signed_by_github,
    )


# ── GitLab ─────────────────────────────────────────────────────────────────────────

_PROJECT = {"path_with_namespace": "acme/shop", "default_branch": "main"}


def _with_token(event: str, body: bytes) -> Mapping[str, str]:
    return {"X-Gitlab-Event": event, "X-Gitlab-Token": HOOK_SECRET}


def _of_gitlab(kind: str, **names: str) -> Callable[[Row], tuple[str, Row]]:
    """Return what tells, at the top of a body, of some fields of a row."""
    return lambda row: (
        kind,
        {"object_kind": kind, "project": _PROJECT}
        | {told: row[name] for told, name in names.items()},
    )


def _about(kind: str) -> Callable[[Row], tuple[str, Row]]:
    """Return what tells of a row as the attributes of an object."""

    def pushed(row: Row) -> tuple[str, Row]:
        told = {**row, "type": str(row.get("issue_type", "")).capitalize()}
        labels = [{"title": title} for title in row.get("labels", [])]
        return kind, {
            "object_kind": kind,
            "project": _PROJECT,
            "object_attributes": told,
            "labels": labels,
        }

    return pushed


def _running(last: str) -> Callable[[Row, str], Row]:
    """Return how a row is under way until its last moment."""

    def at(row: Row, moment: str) -> Row:
        if moment == (row.get(last) or row["created_at"]):
            return row
        early = {**row, "status": "running"}
        if "deployable" in row:
            job = {"status": "running", "finished_at": None}
            early["deployable"] = {**row["deployable"], **job}
        return early | {last: None if last == "finished_at" else row["created_at"]}

    return at


def _opened(row: Row, moment: str) -> Row:
    if moment == row["updated_at"]:
        return row
    fresh = {"state": "opened", "closed_at": None, "updated_at": row["created_at"]}
    return {**row, **fresh}


def on_gitlab() -> Story:
    """Return the story of acme/shop on GitLab."""
    changed = "updated_at"
    return Story(
        gitlab.SUBJECT,
        (
            Chapter(
                path="repository/commits",
                identity="id",
                moments=lambda row: [row["committed_date"]],
                at=_same,
                pushed=lambda row: (
                    "push",
                    {
                        "object_kind": "push",
                        "ref": "refs/heads/main",
                        "project": _PROJECT,
                        "commits": [{"id": row["id"]}],
                        "total_commits_count": 1,
                    },
                ),
                order=lambda row: str(row["committed_date"]),
            ),
            Chapter(
                path="merge_requests",
                identity="iid",
                moments=lambda row: [row[changed]],
                at=_same,
                pushed=_about("merge_request"),
                order=lambda row: str(row[changed]),
            ),
            Chapter(
                path="deployments",
                identity="id",
                moments=_made_and_changed,
                at=_running(changed),
                pushed=_of_gitlab("deployment", deployment_id="id"),
                order=lambda row: str(row[changed]),
            ),
            Chapter(
                path="jobs",
                identity="id",
                moments=lambda row: [
                    row["created_at"],
                    row["finished_at"] or row["created_at"],
                ],
                at=_running("finished_at"),
                pushed=_of_gitlab("build", build_id="id"),
                order=lambda row: str(row["created_at"]),
            ),
            Chapter(
                path="pipelines",
                identity="id",
                moments=_made_and_changed,
                at=_running(changed),
                pushed=_about("pipeline"),
                order=lambda row: str(row[changed]),
                alone={"started_at": "2026-01-04T00:00:00Z"},
            ),
            Chapter(
                path="issues",
                identity="iid",
                moments=_made_and_changed,
                at=_opened,
                pushed=_about("issue"),
                order=lambda row: str(row[changed]),
            ),
        ),
        gitlab.SHOP,
        _with_token,
    )


STORIES = {"github": on_github, "gitlab": on_gitlab}
API_SECRET = SECRET
