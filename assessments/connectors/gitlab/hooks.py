"""How GitLab pushes: each delivery is a knock at the rows that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import signing
from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import branch_of, commits, row
from assessments.connectors.gitlab.address import project
from assessments.connectors.gitlab.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base import Fields, Source
    from assessments.connectors.base.hooking import Delivery

    Reader = Callable[[Fields, Rules], list[Knock]]


class GitLabHooks:
    """Webhooks of a project, with a signing token or a secret token."""

    set_up: ClassVar[str] = (
        "On GitLab: Settings of the project, Webhooks, Add new webhook, with this"
        " address and this secret as its secret token. Choose Push events, Merge"
        " request events, Job events, Pipeline events, Deployment events, Issues"
        " events and Confidential issues events. Where GitLab made a signing token,"
        " enter that one here instead."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Refuse what is neither signed with the secret nor bears it."""
        if signing.is_standard(delivery):
            signing.check_standard(delivery, secret=secret)
        else:
            signing.check_token(delivery, header="x-gitlab-token", secret=secret)

    def identity(self, delivery: Delivery) -> str:
        """Return the name that a signing token vouches for."""
        return signing.standard_identity(delivery)

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return the rows to read again; other projects are of no interest."""
        body = body_of(delivery)
        reader = _READERS.get(body.text("object_kind"))
        if reader is None or not _is_of(body, source):
            return Push()
        return Push(knocks=tuple(reader(body, Rules(source.rules))))


def _is_of(body: Fields, source: Source) -> bool:
    """Whether a delivery is of the source's project, named by path or by number."""
    wanted = project(source).name
    if wanted.isdecimal():
        told = body if "project_id" in body else body.fields("project")
        return wanted == str(told.number("project_id" if told is body else "id"))
    if "project" not in body:
        return True  # deliveries of jobs name it by its number alone
    named = body.fields("project").text("path_with_namespace")
    return named.lower() == wanted.lower()


def _pushed(body: Fields, rules: Rules) -> list[Knock]:
    wanted = rules.branch or body.fields("project").text_or_none("default_branch")
    if branch_of(body.text("ref")) != wanted:
        return []
    told = body.list_of("commits")
    if body.number("total_commits_count") > len(told):
        return [Knock(listing="commits")]  # no more than twenty are named
    return commits("commits", told)


def _merge_request(body: Fields, rules: Rules) -> list[Knock]:  # noqa: ARG001 -- one signature for all readers
    told = body.fields("object_attributes")
    merged = told.text("state") == "merged"
    return row("merge_requests", told, "iid") if merged else []


def _deployment(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("deployment"):
        return []
    return row("deployments", body, "deployment_id")


def _job(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("job"):
        return []
    return row("jobs", body, "build_id" if "build_id" in body else "job_id")


def _pipeline(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("pipeline"):
        return []
    return row("pipelines", body.fields("object_attributes"), "id")


def _issue(body: Fields, rules: Rules) -> list[Knock]:
    told = body.fields("object_attributes")
    if rules.incident_type and (told.text_or_none("type") or "") == "Incident":
        return row("incidents", told, "iid")
    labels = body.list_of("labels") if "labels" in body else []
    titles = {label.text("title").lower() for label in labels}
    for label in rules.incident_labels:
        if label.lower() in titles:
            return row(f"issues:{label}", told, "iid")
    return []


_READERS: dict[str, Reader] = {
    "push": _pushed,
    "merge_request": _merge_request,
    "deployment": _deployment,
    "build": _job,
    "pipeline": _pipeline,
    "issue": _issue,
    "incident": _issue,
}
