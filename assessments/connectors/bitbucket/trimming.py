"""What is kept of an answer of Bitbucket Cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import PEOPLE, Trimming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

_WORDS_OF_ACCOUNTS = frozenset({"account_id", "nickname", "display_name"})


def _is_account(value: Mapping[str, Json]) -> bool:
    return not _WORDS_OF_ACCOUNTS.isdisjoint(value)


def _links(value: dict[str, Json]) -> dict[str, Json] | None:
    """Return the page of something, of all addresses of it."""
    if "self" not in value or "href" in value:
        return None
    return {"html": value["html"]} if "html" in value else {}


TRIMMING = Trimming(
    dropped=PEOPLE
    | frozenset(
        {
            "attachment", "closed_by", "comment_count", "content", "creator",
            "deployable", "deployer", "lock", "milestone", "owner", "participants",
            "raw", "reason", "rendered", "repository", "restrictions", "summary",
            "task_count", "variables", "votes", "watches", "workspace",
        }
    ),
    account=_is_account,
    shortened=_links,
)  # fmt: skip
