"""What is kept of an answer of GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Trimming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

_OF_A_REPOSITORY = ("id", "private", "fork", "default_branch")


def _is_account(value: Mapping[str, Json]) -> bool:
    return "login" in value


def _repository(value: dict[str, Json]) -> dict[str, Json] | None:
    """Return the little that is kept of a nested repository."""
    if "full_name" not in value or "id" not in value:
        return None
    return {name: value[name] for name in _OF_A_REPOSITORY if name in value}


TRIMMING = Trimming(
    dropped=frozenset(
        {
            "_links", "active_lock_reason", "author_association", "auto_merge",
            "body_html", "body_text", "description", "email", "files", "gravatar_id",
            "label", "milestone", "node_id", "payload", "performed_via_github_app",
            "pull_requests", "reactions", "referenced_workflows", "tree", "url",
            "verification",
        }
    ),
    # Other endpoints of the API are the same for every row.
    kept_addresses=frozenset({"html_url", "log_url", "target_url", "environment_url"}),
    described=frozenset({"body"}),
    account=_is_account,
    shortened=_repository,
)  # fmt: skip
