"""How Bitbucket Data Center pushes: a delivery says that there is something to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base.deliveries import body_of
from assessments.connectors.base.hooking import Knock, Push
from assessments.connectors.base.knocking import SignedBody
from assessments.connectors.bitbucket_server.address import repository

if TYPE_CHECKING:
    from assessments.connectors.base import Fields, Source
    from assessments.connectors.base.hooking import Delivery

_PUSHED = "repo:refs_changed"
_MERGED = "pr:merged"


class BitbucketServerHooks(SignedBody):
    """Webhooks of a repository, or of its project."""

    header: ClassVar[str] = "x-hub-signature"
    set_up: ClassVar[str] = (
        "On Bitbucket: Repository settings, Webhooks, Create webhook, with this address"
        " and this secret. Choose the events Repository: Push and Pull request: Merged."
    )

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return the list to read; other repositories are of no interest."""
        event = delivery.headers.get("x-event-key", "")
        if event == _PUSHED:
            told, listing = body_of(delivery).fields("repository"), "commits"
        elif event == _MERGED:
            pull = body_of(delivery).fields("pullRequest")
            told, listing = pull.fields("toRef").fields("repository"), "pulls"
        else:
            return Push()
        if _name(told).lower() != repository(source).full_name.lower():
            return Push()
        return Push(knocks=(Knock(listing=listing),))


def _name(told: Fields) -> str:
    return f"{told.fields('project').text('key')}/{told.text('slug')}"
