"""How Gitea and Forgejo push: each delivery is a knock at what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import SignedBody, branch_of, commits, row
from assessments.connectors.gitea.address import repository
from assessments.connectors.gitea.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base import Fields, Source
    from assessments.connectors.base.hooking import Delivery

    Reader = Callable[[Fields, Rules], list[Knock]]


class GiteaHooks(SignedBody):
    """Webhooks of a repository, or of its organization."""

    header: ClassVar[str] = "x-gitea-signature"
    before: ClassVar[str] = ""
    set_up: ClassVar[str] = (
        "In the settings of the repository, Webhooks, Add webhook, Gitea (or Forgejo),"
        " with this address, POST, application/json and this secret. Choose the events"
        " Push, Create, Pull request, Issues, Release and, where there is one,"
        " Workflow run."
    )

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return the rows to read again; other repositories are of no interest."""
        reader = _READERS.get(delivery.headers.get("x-gitea-event", ""))
        if reader is None:
            return Push()
        body = body_of(delivery)
        name = body.fields("repository").text("full_name")
        if name.lower() != repository(source).full_name.lower():
            return Push()
        return Push(knocks=tuple(reader(body, Rules(source.rules))))


def _pushed(body: Fields, rules: Rules) -> list[Knock]:
    wanted = rules.branch or body.fields("repository").text_or_none("default_branch")
    if branch_of(body.text("ref")) != wanted:
        return []
    told = body.list_of("commits")
    if "total_commits" in body and body.number("total_commits") > len(told):
        return [Knock(listing="commits")]  # servers name no more than some
    return commits("commits", told)


def _created(body: Fields, rules: Rules) -> list[Knock]:
    """Return a knock at the tags, which cannot be read by one."""
    made = body.text("ref_type") == "tag" and rules.reads("tag")
    return [Knock(listing="tags")] if made else []


def _pull_request(body: Fields, rules: Rules) -> list[Knock]:  # noqa: ARG001 -- one signature for all readers
    pull = body.fields("pull_request")
    return row("pulls", pull, "number") if "merged_at" in pull else []


def _release(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("release"):
        return []
    return row("releases", body.fields("release"), "id")


def _workflow_run(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("run"):
        return []
    return row("runs", body.fields("workflow_run"), "id")


def _issue(body: Fields, rules: Rules) -> list[Knock]:
    issue = body.fields("issue")
    told = issue.list_of("labels") if "labels" in issue else []
    labels = {label.text("name").lower() for label in told}
    for label in rules.incident_labels:
        if label.lower() in labels:
            return row(f"issues:{label}", issue, "number")
    return []


_READERS: dict[str, Reader] = {
    "push": _pushed,
    "create": _created,
    "pull_request": _pull_request,
    "release": _release,
    "workflow_run": _workflow_run,
    "issues": _issue,
    "issue_label": _issue,
}
