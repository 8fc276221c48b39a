"""How GitHub pushes: each delivery is a knock at the rows that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import SignedBody, branch_of, commits, row
from assessments.connectors.github.address import repository
from assessments.connectors.github.rules import Rules
from assessments.connectors.lists import field

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base import Fields, Source
    from assessments.connectors.base.hooking import Delivery

    Reader = Callable[[Fields, Rules], list[Knock]]


class GitHubHooks(SignedBody):
    """Webhooks of a repository, or of its organization."""

    header: ClassVar[str] = "x-hub-signature-256"
    set_up: ClassVar[str] = (
        "On GitHub: Settings of the repository, Webhooks, Add webhook, with this"
        " address, the content type application/json and this secret. Choose the"
        " events Pushes, Pull requests, Deployments, Deployment statuses, Workflow"
        " runs and Issues."
    )

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return the rows to read again; other repositories are of no interest."""
        reader = _READERS.get(delivery.headers.get("x-github-event", ""))
        if reader is None:
            return Push()
        body = body_of(delivery)
        name = body.fields("repository").text("full_name")
        if name.lower() != repository(source).full_name.lower():
            return Push()
        return Push(knocks=tuple(reader(body, Rules.of(source.rules))))


def _pushed(body: Fields, rules: Rules) -> list[Knock]:
    wanted = rules.branch or body.fields("repository").text_or_none("default_branch")
    if branch_of(body.text("ref")) != wanted:
        return []
    return commits("commits", body.list_of("commits"))


def _pull_request(body: Fields, rules: Rules) -> list[Knock]:  # noqa: ARG001 -- one signature for all readers
    pull = body.fields("pull_request")
    return row("pulls", pull, "number") if "merged_at" in pull else []


def _deployment(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("deployment"):
        return []
    return row("deployments", body.fields("deployment"), "id")


def _workflow_run(body: Fields, rules: Rules) -> list[Knock]:
    if not rules.reads("workflow_run"):
        return []
    return row("runs", body.fields("workflow_run"), "id")


def _issue(body: Fields, rules: Rules) -> list[Knock]:
    issue = body.fields("issue")
    told = issue.items("labels") if "labels" in issue else []
    # A label is an object, or no more than its name.
    names = [field(each, "name") if isinstance(each, dict) else each for each in told]
    labels = {name.lower() for name in names if isinstance(name, str)}
    for label in rules.incident_labels:
        if label.lower() in labels:
            return row(f"issues:{label.lower()}", issue, "number")
    return []


_READERS: dict[str, Reader] = {
    "push": _pushed,
    "pull_request": _pull_request,
    "deployment": _deployment,
    "deployment_status": _deployment,
    "workflow_run": _workflow_run,
    "issues": _issue,
}
