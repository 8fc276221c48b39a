"""How Bitbucket Cloud pushes: a delivery says that there is something to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import SignedBody
from assessments.connectors.bitbucket.address import repository

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery

# Pipelines and deployments push nothing of their own: the status of a commit does.
_LISTS = {
    "repo:push": "commits",
    "repo:commit_status_created": "pipelines",
    "repo:commit_status_updated": "pipelines",
    "pullrequest:fulfilled": "pulls",
    "issue:created": "issues",
    "issue:updated": "issues",
}


class BitbucketHooks(SignedBody):
    """Webhooks of a repository."""

    header: ClassVar[str] = "x-hub-signature"
    set_up: ClassVar[str] = (
        "On Bitbucket: Repository settings, Webhooks, Add webhook, with this address"
        " and this secret. Choose the triggers Repository push, Build status created"
        " and updated, Pull request merged, Issue created and updated."
    )

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return the list to read; other repositories are of no interest."""
        listing = _LISTS.get(delivery.headers.get("x-event-key", ""))
        if listing is None:
            return Push()
        name = body_of(delivery).fields("repository").text("full_name")
        if name.lower() != repository(source).full_name.lower():
            return Push()
        return Push(knocks=(Knock(listing=listing),))
